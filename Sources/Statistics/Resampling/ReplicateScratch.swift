/// One thread's memory for replicates: AUCs and their joint covariance of relabelled or reweighted
/// cells.
struct ReplicateScratch {
  var cellGroup: [Int32]
  /// How often each cell counts; empty means once.
  var cellWeight: [Double]
  private var placements: CellPlacements
  private var groups: [Group]
  private var influence: [Double]
  private(set) var covariance: SymmetricMatrix

  /// What one group amounts to in this replicate.
  struct Group {
    var positives = 0.0
    var negatives = 0.0
    var positiveClusters = 0
    var negativeClusters = 0
    var auc = 0.0
    /// Two clusters in each class: a single one gives a spurious, far too small variance.
    var isEstimable = false
    var perPositive = 0.0
    var perNegative = 0.0
  }

  init(cells: ClusterCells, groupCount: Int, isWeighted: Bool) {
    cellGroup = cells.cellGroup
    cellWeight = isWeighted ? [Double](repeating: 1, count: cells.cellCount) : []
    placements = CellPlacements(cellCount: cells.cellCount, groupCount: groupCount)
    groups = [Group](repeating: Group(), count: groupCount)
    influence = [Double](repeating: 0, count: cells.cellCount)
    covariance = SymmetricMatrix(size: groupCount)
  }

  func auc(_ group: Int) -> Double { groups[group].auc }
  func isEstimable(_ group: Int) -> Bool { groups[group].isEstimable }

  /// Places all cases and fills in AUCs, estimability and covariance.
  mutating func evaluate(_ cells: ClusterCells) {
    placements.place(cells, cellGroup: cellGroup, cellWeight: cellWeight)
    sum(cells)
    weigh(cells)
    multiply(cells)
  }

  private mutating func sum(_ cells: ClusterCells) {
    for index in groups.indices { groups[index] = Group() }
    let isWeighted = !cellWeight.isEmpty
    groups.withUnsafeMutableBufferPointer { groups in
      cells.cellCases.withUnsafeBufferPointer { cases in
        placements.below.withUnsafeBufferPointer { below in
          for cell in 0..<cellGroup.count {
            let weight = isWeighted ? cellWeight[cell] : 1
            if weight == 0 { continue }
            let group = Int(cellGroup[cell])
            let (positives, negatives) = (cases[2 * cell + 1], cases[2 * cell])
            groups[group].positives += weight * positives
            groups[group].negatives += weight * negatives
            groups[group].auc += weight * below[2 * cell + 1]
            groups[group].positiveClusters += positives > 0 ? 1 : 0
            groups[group].negativeClusters += negatives > 0 ? 1 : 0
          }
        }
      }
      for index in groups.indices {
        let isEstimable =
          groups[index].positiveClusters > 1 && groups[index].negativeClusters > 1
        groups[index].isEstimable = isEstimable
        guard isEstimable else { continue }
        groups[index].auc /= groups[index].positives * groups[index].negatives
        groups[index].perPositive = 1 / groups[index].positives
        groups[index].perNegative = 1 / groups[index].negatives
      }
    }
  }

  /// Influence of each cell on its group's AUC, as ``classParts`` but without divisions.
  private mutating func weigh(_ cells: ClusterCells) {
    influence.withUnsafeMutableBufferPointer { influence in
      groups.withUnsafeBufferPointer { groups in
        cells.cellCases.withUnsafeBufferPointer { cases in
          placements.below.withUnsafeBufferPointer { below in
            for cell in 0..<cellGroup.count {
              let group = groups[Int(cellGroup[cell])]
              let (positives, negatives) = (cases[2 * cell + 1], cases[2 * cell])
              // 1/n is 0 where the group cannot be estimated, and so is the influence.
              let a =
                (below[2 * cell + 1] * group.perNegative - positives * group.auc)
                * group.perPositive
              let b =
                (negatives - below[2 * cell] * group.perPositive - negatives * group.auc)
                * group.perNegative
              influence[cell] = a + b
            }
          }
        }
      }
    }
  }

  /// C/(C−1) Σ u u over the clusters, whose cells lie in groups of their own.
  private mutating func multiply(_ cells: ClusterCells) {
    let size = groups.count
    let isWeighted = !cellWeight.isEmpty
    let isOneCellEach = cells.cellCount == cells.clusterCount
    covariance.entries.withUnsafeMutableBufferPointer { entries in
      entries.update(repeating: 0)
      influence.withUnsafeBufferPointer { influence in
        cellGroup.withUnsafeBufferPointer { cellGroup in
          if isOneCellEach {
            for cell in 0..<cellGroup.count {
              let weight = isWeighted ? cellWeight[cell] : 1
              entries[Int(cellGroup[cell]) * (size + 1)] +=
                weight * influence[cell]
                * influence[cell]
            }
          } else {
            cells.clusterStart.withUnsafeBufferPointer { start in
              for cluster in 0..<(start.count - 1) {
                let range = Int(start[cluster])..<Int(start[cluster + 1])
                let weight = isWeighted ? cellWeight[range.lowerBound] : 1
                if weight == 0 { continue }
                for first in range {
                  let row = Int(cellGroup[first]) * size
                  let scaled = weight * influence[first]
                  // Every pair of cells once; the two halves are added below.
                  entries[row + Int(cellGroup[first])] += scaled * influence[first]
                  for second in (first + 1)..<range.upperBound {
                    entries[row + Int(cellGroup[second])] += scaled * influence[second]
                  }
                }
              }
            }
          }
        }
      }
      for row in 0..<size {
        for column in (row + 1)..<max(size, row + 1) {
          let sum = entries[row * size + column] + entries[column * size + row]
          entries[row * size + column] = sum
          entries[column * size + row] = sum
        }
      }
      let count = cells.clusterCount
      let factor = Double(count) / Double(max(1, count - 1))
      for index in entries.indices { entries[index] *= factor }
    }
  }
}
