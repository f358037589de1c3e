/// The AUC over cells.
struct AreaEstimator: CellEstimator {
  private var placements: CellPlacements
  private var groups: [Group]

  /// What one group amounts to in this pass.
  private struct Group {
    var positives = 0.0
    var negatives = 0.0
    var positiveClusters = 0
    var negativeClusters = 0
    var auc = 0.0
    var perPositive = 0.0
    var perNegative = 0.0
  }

  init(_ cells: ClusterCells) {
    placements = CellPlacements(cells)
    groups = [Group](repeating: Group(), count: cells.groupCount)
  }

  func merged(from cells: ClusterCells, into merged: ClusterCells) -> any CellEstimator {
    AreaEstimator(merged)
  }

  mutating func estimate(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double],
    into result: inout CellEstimates
  ) {
    placements.place(cells, cellGroup: cellGroup, cellWeight: cellWeight)
    sum(cells, cellGroup: cellGroup, cellWeight: cellWeight, into: &result)
    weigh(cells, cellGroup: cellGroup, into: &result)
  }

  private mutating func sum(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double],
    into result: inout CellEstimates
  ) {
    for index in groups.indices { groups[index] = Group() }
    let isWeighted = !cellWeight.isEmpty
    groups.withUnsafeMutableBufferPointer { groups in
      cells.cellCases.withUnsafeBufferPointer { cases in
        placements.withSums(of: cells) { below in
          for cell in 0..<cellGroup.count {
            let weight = isWeighted ? cellWeight[cell] : 1
            if weight == 0 { continue }
            let group = Int(cellGroup[cell])
            let (positives, negatives) = (cases[2 * cell + 1], cases[2 * cell])
            groups[group].positives += weight * positives
            groups[group].negatives += weight * negatives
            groups[group].auc += weight * below[cell].positives
            groups[group].positiveClusters += positives > 0 ? 1 : 0
            groups[group].negativeClusters += negatives > 0 ? 1 : 0
          }
        }
      }
      for index in groups.indices {
        let isEstimable =
          groups[index].positiveClusters > 1 && groups[index].negativeClusters > 1
        result.isEstimable[index] = isEstimable
        if isEstimable {
          groups[index].auc /= groups[index].positives * groups[index].negatives
          groups[index].perPositive = 1 / groups[index].positives
          groups[index].perNegative = 1 / groups[index].negatives
        }
        result.values[index] = groups[index].auc
      }
    }
  }

  /// Influence of each cell on its group's AUC, as ``classParts`` but without divisions.
  private func weigh(
    _ cells: ClusterCells, cellGroup: [Int32], into result: inout CellEstimates
  ) {
    result.influence.withUnsafeMutableBufferPointer { influence in
      groups.withUnsafeBufferPointer { groups in
        cells.cellCases.withUnsafeBufferPointer { cases in
          placements.withSums(of: cells) { below in
            for cell in 0..<cellGroup.count {
              let group = groups[Int(cellGroup[cell])]
              let (positives, negatives) = (cases[2 * cell + 1], cases[2 * cell])
              // 1/n is 0 where the group cannot be estimated, and so is the influence.
              let placed = below[cell]
              let a =
                (placed.positives * group.perNegative - positives * group.auc)
                * group.perPositive
              let b =
                (negatives - placed.negatives * group.perPositive - negatives * group.auc)
                * group.perNegative
              influence[cell] = a + b
            }
          }
        }
      }
    }
  }
}
