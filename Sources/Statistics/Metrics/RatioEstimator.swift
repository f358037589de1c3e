/// A ratio of sums over cells: a rate, a mean, a share.
///
/// The influence of a cell is (x − r n)/N with its sums x and n and the group's N.
struct RatioEstimator: CellEstimator {
  /// By cell.
  private let numerators: [Double]
  private let denominators: [Double]
  private var sums: [Double]
  private var totals: [Double]
  private var clusters: [Int]

  /// - Parameter membership: By row; the rows of the cells, which all have a value of `part`.
  init(
    _ cells: ClusterCells, cases: SortedCases, membership: [Int32], threshold: Double?,
    part: (Double, Bool, Bool) -> (numerator: Double, denominator: Double)?
  ) {
    var numerators = [Double](repeating: 0, count: cells.cellCount)
    var denominators = numerators
    var kept = 0
    for position in 0..<cases.count where membership[Int(cases.order[position])] >= 0 {
      let cell = ClusterCells.cell(cells.rows[kept])
      kept += 1
      let score = cases.scores[position]
      let isCalled = threshold.map { score >= $0 } ?? false
      guard let (numerator, denominator) = part(score, cases.isPositive[position], isCalled)
      else { continue }
      numerators[cell] += numerator
      denominators[cell] += denominator
    }
    self.init(numerators, denominators, groupCount: cells.groupCount)
  }

  private init(_ numerators: [Double], _ denominators: [Double], groupCount: Int) {
    self.numerators = numerators
    self.denominators = denominators
    sums = [Double](repeating: 0, count: groupCount)
    totals = sums
    clusters = [Int](repeating: 0, count: groupCount)
  }

  func merged(from cells: ClusterCells, into merged: ClusterCells) -> any CellEstimator {
    var (numerator, denominator) = (
      [Double](repeating: 0, count: merged.cellCount),
      [Double](repeating: 0, count: merged.cellCount)
    )
    for cluster in 0..<cells.clusterCount {
      for cell in Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1]) {
        numerator[cluster] += numerators[cell]
        denominator[cluster] += denominators[cell]
      }
    }
    return RatioEstimator(numerator, denominator, groupCount: merged.groupCount)
  }

  mutating func estimate(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double],
    into result: inout CellEstimates
  ) {
    for group in sums.indices { (sums[group], totals[group], clusters[group]) = (0, 0, 0) }
    for cell in cellGroup.indices {
      let weight = cellWeight.isEmpty ? 1 : cellWeight[cell]
      if weight == 0 { continue }
      let group = Int(cellGroup[cell])
      sums[group] += weight * numerators[cell]
      totals[group] += weight * denominators[cell]
      clusters[group] += 1
    }
    for group in sums.indices {
      result.values[group] = totals[group] > 0 ? sums[group] / totals[group] : .nan
      result.isEstimable[group] = clusters[group] > 1 && totals[group] > 0
    }
    for cell in cellGroup.indices {
      let group = Int(cellGroup[cell])
      result.influence[cell] =
        result.isEstimable[group]
        ? (numerators[cell] - result.values[group] * denominators[cell]) / totals[group] : 0
    }
  }
}
