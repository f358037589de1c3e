/// What the compared pairs of groups show on one metric: the one place where gaps are tested and bounded.
///
/// Every pair brings a test with tails of its own; the pairs are joined by their p values (``MinP``).
/// How p values and limits come about is known to no caller, who asks ``p``, ``pValues``,
/// ``p(beyond:)``, ``equivalenceP(margin:)`` and ``limits(of:)``.
package struct GroupInference: Sendable {
  /// Below this many clusters in a class of a group, the normal distribution is too optimistic.
  package static let normalTheoryClusters = 30

  /// Level and randomness of a comparison.
  package struct Rule: Sendable {
    package var level: Double
    package var seed: UInt64
    /// Names the stream of random numbers.
    package var path: [String]

    package init(level: Double, seed: UInt64, path: [String]) {
      self.level = level
      self.seed = seed
      self.path = path
    }
  }

  /// Numbers of the groups compared, by position; contrasts name positions. Groups may have cases in
  /// common, as a group's others have with the other groups.
  package let groups: [Int]
  package let values: [Double]
  package let covariance: SymmetricMatrix
  /// Differences with the standard errors of the joint covariance, to describe them.
  package let contrasts: [GroupContrast]
  /// The tests of the same pairs, in the same order.
  package let tests: [any ContrastTest]
  /// Adjusted over all pairs; `nil` for a difference that nothing is known about.
  package let pValues: [Double?]
  package let rangeNull: RangeNull
  package let clusters: Int
  /// Clusters on which the group with the fewest rests.
  package let smallestSupport: Int
  /// Index of the contrast with the smallest p value.
  package let worst: Int
  private let minP: MinP
  /// Non-coverage of each pair's limits.
  private let contrastAlpha: Double

  /// - Parameters:
  ///   - groups: At least two, each with an estimate.
  ///   - tests: Of the pairs to be compared, by position among `groups`.
  /// - Returns: `nil` when no pair can be tested.
  package init?(
    _ estimates: ClusterInfluence, groups: [Int], tests: [any ContrastTest], rule: Rule
  ) {
    let values = groups.map { estimates.values[$0] }
    let joint = estimates.jointCovariance(of: groups)
    let contrasts = GroupContrast.of(
      tests.map { ($0.first, $0.second) }, auc: values, covariance: joint.covariance)
    let own = tests.map(\.pValue)
    guard
      let worst = contrasts.indices.min(by: {
        (own[$0], -abs(contrasts[$0].z ?? 0)) < (own[$1], -abs(contrasts[$1].z ?? 0))
      })
    else { return nil }
    minP = MinP(
      contrasts, pValues: own, covariance: joint.covariance, seed: rule.seed, path: rule.path)
    pValues = zip(contrasts, minP.pValues).map { $0.z == nil && $1 >= 1 ? nil : $1 }
    contrastAlpha = minP.contrastLevel(1 - rule.level)
    self.groups = groups
    self.values = values
    self.contrasts = contrasts
    self.tests = tests
    self.worst = worst
    covariance = joint.covariance
    rangeNull = minP.rangeNull
    clusters = joint.clusters
    smallestSupport = groups.map { estimates.support[$0] }.min() ?? 0
  }

  /// Adjusted over all pairs: the smallest p value of any.
  package var p: Double { pValues.compactMap { $0 }.min() ?? 1 }

  /// Adjusted over all pairs: p of "no pair differs by more than `margin`".
  package func p(beyond margin: Double) -> Double {
    margin > 0 ? minP.adjusted(tests.map { $0.pValue(beyond: margin) }.min() ?? 1) : p
  }

  /// Largest p of the two one-sided tests over all pairs: "some pair differs by `margin` or more".
  ///
  /// Every pair must pass at the full level (intersection and union, Berger 1982).
  package func equivalenceP(margin: Double) -> Double {
    tests.map { $0.equivalenceP(margin: margin) }.max() ?? 1
  }

  /// Simultaneous limits of one pair, by its index.
  package func limits(of index: Int) -> (lower: Double, upper: Double) {
    tests[index].limits(alpha: contrastAlpha)
  }

  /// Half the width of a pair's limits in standard errors; `nil` without a standard error.
  package func criticalValue(of index: Int) -> Double? {
    guard contrasts[index].standardError > 0 else { return nil }
    let (lower, upper) = limits(of: index)
    return (upper - lower) / 2 / contrasts[index].standardError
  }

  /// The level of each pair at which all together have a chance of `alpha` of a false rejection.
  package func contrastLevel(_ alpha: Double) -> Double { minP.contrastLevel(alpha) }

  /// Below it lie the sizes of all differences together, but for a chance of `alpha`.
  package func largestDifference(alpha: Double) -> Double {
    let level = contrastLevel(alpha)
    return tests.reduce(0) {
      let limits = $1.limits(alpha: level)
      return max($0, limits.upper, -limits.lower)
    }
  }

  /// Limits of the largest difference of any pair.
  package var rangeLimits: (lower: Double, upper: Double) {
    let all = tests.indices.map { limits(of: $0) }
    return (
      all.map { max(0, $0.lower, -$0.upper) }.max() ?? 0,
      all.map { max($0.upper, -$0.lower) }.max() ?? 0
    )
  }
}
