/// How much worse a classifier does for one group than for another.
///
/// Oriented: who is worse is a field, whatever the order of the groups and whichever way is good.
package struct Gap: Sendable, Hashable {
  package var better: String
  package var worse: String
  /// In units of the metric, at least 0; at 0 neither group is worse.
  package var size: Double
  /// Simultaneous limits of ``size``; the lower is negative where ``better`` may be the worse one.
  package var lower: Double?
  package var upper: Double?

  package init(
    better: String, worse: String, size: Double, lower: Double? = nil, upper: Double? = nil
  ) {
    self.better = better
    self.worse = worse
    self.size = size
    self.lower = lower
    self.upper = upper
  }

  /// - Parameters:
  ///   - difference: The metric of `first` less that of `second`; at 0 `first` counts as the better.
  ///   - lower: Limits of the difference, as it is signed.
  package init(
    between first: String, and second: String, difference: Double, lower: Double? = nil,
    upper: Double? = nil, by metric: Metric
  ) {
    let firstIsWorse = difference != 0 && metric.largerIsBetter == (difference < 0)
    better = firstIsWorse ? second : first
    worse = firstIsWorse ? first : second
    size = abs(difference)
    self.lower = difference < 0 ? upper.map { -$0 } : lower
    self.upper = difference < 0 ? lower.map { -$0 } : upper
  }

  /// Whom the classifier does worse for; nil where the groups are equal.
  package var worseGroup: String? { size > 0 ? worse : nil }
}
