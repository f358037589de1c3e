/// How a metric is computed from the cases of a group.
///
/// Every kind gives a value by group and the influence of every cluster on it, so that covariances
/// between groups, classifiers and drawings are sums over clusters, and can be redone on clusters that
/// were relabelled or drawn anew.
package enum MetricArithmetic: Sendable {
  /// The area under the ROC curve.
  case area
  /// Average precision, without interpolation.
  case precision
  /// Σ numerator / Σ denominator over the cases for which the function has a value.
  ///
  /// Its arguments: score, whether the finding is present, whether the score calls it present.
  /// Denominators must be above 0.
  case ratio(
    @Sendable (_ score: Double, _ isPositive: Bool, _ isCalled: Bool) -> (
      numerator: Double, denominator: Double
    )?)

  /// `membership` without the rows that this metric leaves out.
  func restrict(_ membership: [Int32], of cases: SortedCases, threshold: Double?) -> [Int32] {
    guard case .ratio(let part) = self else { return membership }
    var restricted = membership
    for position in 0..<cases.count {
      let score = cases.scores[position]
      let isCalled = threshold.map { score >= $0 } ?? false
      if part(score, cases.isPositive[position], isCalled) == nil {
        restricted[Int(cases.order[position])] = -1
      }
    }
    return restricted
  }

  /// - Parameter membership: As restricted; the cells were made of it.
  func estimator(
    for cells: ClusterCells, of cases: SortedCases, membership: [Int32], threshold: Double?
  ) -> any CellEstimator {
    switch self {
    case .area: AreaEstimator(cells)
    case .precision: PrecisionEstimator(cells)
    case .ratio(let part):
      RatioEstimator(cells, cases: cases, membership: membership, threshold: threshold, part: part)
    }
  }
}

/// What one pass over cells gives: values by group, influences by cell.
struct CellEstimates {
  /// By group; meaningless where not estimable.
  var values: [Double]
  /// By group: two clusters in each class, because a single one gives a spurious, far too small
  /// variance.
  var isEstimable: [Bool]
  /// By cell: what it adds to the value of its group; 0 where that is not estimable.
  var influence: [Double]

  init(cellCount: Int, groupCount: Int) {
    values = [Double](repeating: 0, count: groupCount)
    isEstimable = [Bool](repeating: false, count: groupCount)
    influence = [Double](repeating: 0, count: cellCount)
  }
}

/// A metric's arithmetic over cells, with one thread's memory for it.
protocol CellEstimator: Sendable {
  /// - Parameters:
  ///   - cellGroup: The group each cell counts for in this pass.
  ///   - cellWeight: How often each cell counts; empty means once.
  mutating func estimate(
    _ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double],
    into result: inout CellEstimates)

  /// For cells whose groups were merged (`ClusterCells.init(merging:label:)`).
  ///
  /// - Parameter cells: Before they were merged.
  func merged(from cells: ClusterCells, into merged: ClusterCells) -> any CellEstimator
}
