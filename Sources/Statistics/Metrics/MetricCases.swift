/// The cases of one table and attribute, from which a metric is estimated and estimated anew.
///
/// This is the resampler of ``GroupInference``: cheap to copy, and nothing is computed before it is
/// asked for.
package struct MetricCases: Sendable {
  let cases: SortedCases
  /// By row; −1 is none, or left out by the metric.
  let membership: [Int32]
  package let groupCount: Int
  let arithmetic: MetricArithmetic
  let threshold: Double?

  /// - Parameters:
  ///   - membership: Group of each row (not of each sorted position); −1 is none.
  ///   - threshold: Scores at or above it are called positive.
  package init(
    _ arithmetic: MetricArithmetic, cases: SortedCases, membership: [Int32], groupCount: Int,
    threshold: Double? = nil
  ) {
    self.cases = cases
    self.membership = arithmetic.restrict(membership, of: cases, threshold: threshold)
    self.groupCount = groupCount
    self.arithmetic = arithmetic
    self.threshold = threshold
  }

  /// Only `groups`, renumbered in that order.
  package func keeping(_ groups: [Int]) -> MetricCases {
    var place = [Int32](repeating: -1, count: groupCount)
    for (index, group) in groups.enumerated() { place[group] = Int32(index) }
    return MetricCases(
      arithmetic, cases: cases, membership: membership.map { $0 < 0 ? -1 : place[Int($0)] },
      groupCount: groups.count, threshold: threshold)
  }

  /// As observed.
  package func estimates() -> ClusterInfluence { estimates(prepared()) }

  /// As observed, with the cells that the AUCs of the same cases and groups rest on.
  package func estimates(sharing grouped: GroupedAUC) -> ClusterInfluence {
    precondition(grouped.cells.groupCount == groupCount, "the same groups")
    // A ratio leaves cases out.
    if case .ratio = arithmetic { return estimates() }
    return estimates((grouped.cells, estimator(for: grouped.cells)))
  }

  private func estimates(_ prepared: (cells: ClusterCells, estimator: any CellEstimator))
    -> ClusterInfluence
  {
    let (cells, estimator) = prepared
    var scratch = ReplicateScratch(
      cells: cells, estimator: estimator, groupCount: groupCount, isWeighted: false)
    scratch.evaluate(cells)
    var support = [Int](repeating: 0, count: groupCount)
    var positives = support
    var negatives = support
    for cell in 0..<cells.cellCount {
      let group = Int(cells.cellGroup[cell])
      support[group] += 1
      if cells.cellCases[2 * cell + 1] > 0 { positives[group] += 1 }
      if cells.cellCases[2 * cell] > 0 { negatives[group] += 1 }
    }
    // A ratio rests on every cluster that it counts, the others on the scarcer class.
    if case .ratio = arithmetic {} else { support = zip(positives, negatives).map(min) }
    return ClusterInfluence(
      values: (0..<groupCount).map { scratch.isEstimable($0) ? scratch.value($0) : .nan },
      support: support, cells: cells, influence: scratch.influence)
  }

  func prepared() -> (cells: ClusterCells, estimator: any CellEstimator) {
    let cells = ClusterCells(cases: cases, membership: membership, groupCount: groupCount)
    return (cells, estimator(for: cells))
  }

  private func estimator(for cells: ClusterCells) -> any CellEstimator {
    arithmetic.estimator(for: cells, of: cases, membership: membership, threshold: threshold)
  }
}
