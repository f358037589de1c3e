import AuditModel
import Statistics

extension MeasuredValue {
  /// The estimate with normal limits, kept inside what the statistic can be.
  init(
    _ estimate: Double, variance: Double?, level: Double,
    within range: ClosedRange<Double> = -.infinity ... .infinity
  ) {
    self.init(estimate)
    guard let variance, variance.isFinite, variance >= 0 else { return }
    let half = Normal.quantile((1 + level) / 2) * variance.squareRoot()
    lower = min(max(estimate - half, range.lowerBound), range.upperBound)
    upper = min(max(estimate + half, range.lowerBound), range.upperBound)
  }

  /// Adds the null that replicates drew; fewer than ten say nothing.
  ///
  /// - Parameter replicates: Values of the statistic on exchanged clusters.
  mutating func adopt(null replicates: [Double]) {
    let sorted = replicates.filter(\.isFinite).sorted()
    guard sorted.count >= 10 else { return }
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    nullMean = sorted.reduce(0, +) / Double(sorted.count)
    nullLower = quantile(0.025)
    nullUpper = quantile(0.975)
    // The observed arrangement is one of them, so that no p is 0.
    p = Double(1 + sorted.count { $0 >= estimate }) / Double(sorted.count + 1)
  }
}

/// An AUC with its interval over clusters; `nil` where it has none to give.
///
/// - Parameter clusters: By row, in `0..<clusterCount`.
package func areaEstimate(
  scores: [Double], labels: [Bool], clusters: [Int32], clusterCount: Int, level: Double
) -> MeasuredValue? {
  guard
    let cases = try? SortedCases(
      scores: scores, labels: labels, clusters: clusters, clusterCount: clusterCount)
  else { return nil }
  let grouped = GroupedAUC(
    cases, membership: [Int32](repeating: 0, count: scores.count), groupCount: 1)
  guard let auc = grouped.auc.first, let variance = grouped.variance.first, auc.isFinite else {
    return nil
  }
  let interval =
    AUCInterval.logit(auc: auc, variance: variance, level: level)
    ?? AUCInterval.scoreType(
      auc: auc, positives: grouped.positiveClusters[0], negatives: grouped.negativeClusters[0],
      level: level)
  return MeasuredValue(auc, lower: interval?.lower, upper: interval?.upper)
}
