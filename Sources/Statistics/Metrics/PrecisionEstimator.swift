/// Average precision over cells.
///
/// AP = Σᵢ wᵢ yᵢ π(sᵢ)/P with precision π(s) = T(s)/N(s), T and N the weights of the positives and of
/// all cases that score at least s, and P all positives. Its derivative by the weight of case j is
/// yⱼ (π(sⱼ) − AP)/P + Σ over i with sᵢ ≤ sⱼ of wᵢ yᵢ (yⱼ/N(sᵢ) − T(sᵢ)/N(sᵢ)²)/P, the
/// infinitesimal jackknife (Efron 1982, chapter 6); summed over the cases of a cell it is its
/// influence. Tied scores enter together.
struct PrecisionEstimator: CellEstimator {
  private var groups: [Group]
  /// By kept position: T and N of its group from there up.
  private var hits: [Double]
  private var seen: [Double]

  private struct Group {
    var positives = 0.0
    var hits = 0.0
    var seen = 0.0
    var sum = 0.0
    var positiveClusters = 0
    var negativeClusters = 0
    /// Σ wᵢ yᵢ/N(sᵢ) and Σ wᵢ yᵢ T(sᵢ)/N(sᵢ)² of the scores passed from below.
    var gain = 0.0
    var loss = 0.0
  }

  init(_ cells: ClusterCells) {
    groups = [Group](repeating: Group(), count: cells.groupCount)
    hits = [Double](repeating: 0, count: cells.rows.count)
    seen = hits
  }

  func merged(from cells: ClusterCells, into merged: ClusterCells) -> any CellEstimator {
    PrecisionEstimator(merged)
  }

  mutating func estimate(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double],
    into result: inout CellEstimates
  ) {
    for index in groups.indices { groups[index] = Group() }
    count(cells, cellGroup: cellGroup, cellWeight: cellWeight)
    descend(cells, cellGroup: cellGroup, cellWeight: cellWeight)
    for index in groups.indices {
      let group = groups[index]
      result.isEstimable[index] = group.positiveClusters > 1 && group.negativeClusters > 1
      result.values[index] = group.positives > 0 ? group.sum / group.positives : .nan
    }
    ascend(cells, cellGroup: cellGroup, cellWeight: cellWeight, into: &result)
  }

  private mutating func count(_ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double]) {
    for cell in cellGroup.indices where cellWeight.isEmpty || cellWeight[cell] > 0 {
      let group = Int(cellGroup[cell])
      let (positives, negatives) = (cells.cellCases[2 * cell + 1], cells.cellCases[2 * cell])
      groups[group].positives += (cellWeight.isEmpty ? 1 : cellWeight[cell]) * positives
      groups[group].positiveClusters += positives > 0 ? 1 : 0
      groups[group].negativeClusters += negatives > 0 ? 1 : 0
    }
  }

  /// From the highest score down: T, N and the sum of precisions.
  private mutating func descend(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double]
  ) {
    var end = cells.rows.count
    while end > 0 {
      let start = Self.firstTied(cells, before: end)
      for row in start..<end {
        let (cell, label) = (
          ClusterCells.cell(cells.rows[row]), ClusterCells.label(cells.rows[row])
        )
        let weight = cellWeight.isEmpty ? 1 : cellWeight[cell]
        groups[Int(cellGroup[cell])].seen += weight
        groups[Int(cellGroup[cell])].hits += weight * Double(label)
      }
      for row in start..<end {
        let (cell, label) = (
          ClusterCells.cell(cells.rows[row]), ClusterCells.label(cells.rows[row])
        )
        let group = Int(cellGroup[cell])
        hits[row] = groups[group].hits
        seen[row] = groups[group].seen
        let weight = cellWeight.isEmpty ? 1 : cellWeight[cell]
        if label == 1, weight > 0 { groups[group].sum += weight * hits[row] / seen[row] }
      }
      end = start
    }
  }

  /// From the lowest score up: the derivative of every case, summed by cell.
  private mutating func ascend(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double],
    into result: inout CellEstimates
  ) {
    for cell in result.influence.indices { result.influence[cell] = 0 }
    var start = 0
    while start < cells.rows.count {
      var end = start
      while cells.rows[end] & ClusterCells.tiedWithNext != 0 { end += 1 }
      end += 1
      for row in start..<end where ClusterCells.label(cells.rows[row]) == 1 {
        let cell = ClusterCells.cell(cells.rows[row])
        let weight = cellWeight.isEmpty ? 1 : cellWeight[cell]
        guard weight > 0 else { continue }
        groups[Int(cellGroup[cell])].gain += weight / seen[row]
        groups[Int(cellGroup[cell])].loss += weight * hits[row] / (seen[row] * seen[row])
      }
      for row in start..<end {
        let cell = ClusterCells.cell(cells.rows[row])
        let group = Int(cellGroup[cell])
        guard result.isEstimable[group], seen[row] > 0 else { continue }
        let own =
          ClusterCells.label(cells.rows[row]) == 1
          ? hits[row] / seen[row] - result.values[group] + groups[group].gain : 0
        result.influence[cell] += (own - groups[group].loss) / groups[group].positives
      }
      start = end
    }
  }

  /// Start of the run of equal scores that ends before `end`.
  private static func firstTied(_ cells: ClusterCells, before end: Int) -> Int {
    var start = end - 1
    while start > 0, cells.rows[start - 1] & ClusterCells.tiedWithNext != 0 { start -= 1 }
    return start
  }
}
