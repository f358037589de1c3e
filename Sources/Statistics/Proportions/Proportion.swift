/// Intervals for one proportion.
package enum Proportion {
  /// Wilson 1927, without continuity correction.
  package static func wilson(successes: Double, trials: Double, level: Double) -> Interval? {
    guard trials > 0, successes >= 0, successes <= trials else { return nil }
    let z = Normal.quantile((1 + level) / 2)
    let limits = wilsonLimits(
      rate: successes == trials ? 1 : successes / trials, trials: trials, z: z)
    return Interval(lower: limits.lower, upper: limits.upper, method: "Wilson")
  }

  /// Wilson's limits at any z, of a rate on any (effective) number of trials.
  package static func wilsonLimits(
    rate: Double, trials: Double, z: Double
  ) -> (lower: Double, upper: Double) {
    let z2 = z * z
    let center = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    let half =
      z / (1 + z2 / trials)
      * (rate * (1 - rate) / trials + z2 / (4 * trials * trials)).squareRoot()
    // The limits at 0 and 1 are exactly 0 and 1; rounding must not move them.
    return (rate == 0 ? 0 : max(0, center - half), rate == 1 ? 1 : min(1, center + half))
  }

  /// Wilson's interval on the effective sample size of clustered cases.
  ///
  /// The variance of the ratio is K/(K−1) Σ (x − p n)²/N² over the K clusters; the design effect is
  /// that over p(1−p)/N, and never taken below 1. At 0 and 1, where no variance shows, the effective
  /// size is the number of clusters. One case per cluster gives Wilson's interval up to N/(N−1).
  ///
  /// The design effect is an estimate, so z gives way to Student's t (Korn and Graubard 1998; Dean and
  /// Pavlou 2015 for Wilson's limits) with the effective clusters less one, as in ``RateContrasts``: of
  /// unequal clusters fewer count, see ``ClassMoments/effectiveBySize(correlation:)``.
  ///
  /// - Parameters:
  ///   - successes: By cluster; clusters without trials are ignored.
  package static func clusteredWilson(
    successes: [Double], trials: [Double], level: Double
  ) -> (share: Double, interval: Interval, standardError: Double)? {
    let total = trials.reduce(0, +)
    let hits = successes.reduce(0, +)
    guard total > 0 else { return nil }
    let share = hits / total
    var moments = ClassMoments()
    var largest = 0.0
    for (success, trial) in zip(successes, trials) where trial > 0 {
      moments.addCluster(cases: trial, residual: success - share * trial)
      largest = max(largest, trial)
    }
    var error = (share * (1 - share) / total).squareRoot()
    var effective = total
    var freedom = Double.infinity
    if largest > 1 {
      if moments.clusters < 2 {
        (error, effective) = (.nan, 1)
      } else if hits == 0 || hits == total {
        (error, effective) = (0, moments.clusters)
      } else {
        moments.imageSquares = total * share * (1 - share)
        effective = total / max(1, moments.clusterVariance / moments.imageSquares)
        error = max(moments.clusterVariance, moments.imageSquares).squareRoot() / total
        freedom = max(
          1, moments.effectiveBySize(correlation: ClassMoments.correlation([moments])) - 1)
      }
    }
    let limits = wilsonLimits(
      rate: hits == total ? 1 : share, trials: effective,
      z: StudentTail.criticalValue(alpha: 1 - level, degreesOfFreedom: freedom))
    return (
      share,
      Interval(
        lower: limits.lower, upper: limits.upper,
        method: largest <= 1 ? "Wilson" : "Wilson on the effective sample size of clusters"),
      error
    )
  }
}
