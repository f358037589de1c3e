/// What all pairs of groups show on one metric: the one place where gaps are tested and bounded.
///
/// It gets the estimates with their influence by cluster and, as a resampler, the cases from which the
/// metric can be estimated anew; how p values and limits come from them is its own business and known
/// to no caller. Callers use ``contrasts``, ``maxT`` (a p value by pair and one critical value) and
/// ``equivalenceP(margin:)``.
package struct GroupInference: Sendable {
  /// Below this many clusters in a class of a group, the normal distribution is too optimistic.
  package static let normalTheoryClusters = 30

  /// What decides when the smallest group is too small for normal theory.
  package enum SmallSample: Sendable, Equatable {
    /// Redo the metric on permuted or redrawn clusters.
    case resampling(replicates: Int)
    /// Student's t at all sizes, with the smallest group's clusters less one as degrees of freedom,
    /// and Bonferroni's bound over the pairs.
    case student
  }

  /// Level and randomness of a comparison.
  package struct Rule: Sendable {
    package var level: Double
    package var smallSample: SmallSample
    package var seed: UInt64
    /// Names the stream of random numbers.
    package var path: [String]

    package init(level: Double, smallSample: SmallSample, seed: UInt64, path: [String]) {
      self.level = level
      self.smallSample = smallSample
      self.seed = seed
      self.path = path
    }
  }

  /// Numbers of the groups compared, by position; contrasts name positions.
  package let groups: [Int]
  package let values: [Double]
  package let covariance: SymmetricMatrix
  package let contrasts: [GroupContrast]
  package let maxT: MaxT
  /// How clusters were resampled; `nil` where they were not.
  package let scheme: ResampledMaxT.Scheme?
  /// The smallest p value by normal theory, where something else was used.
  package let normalP: Double?
  /// `nil` where normal theory was not asked.
  package let rangeNull: RangeNull?
  package let clusters: Int
  /// Clusters on which the group with the fewest rests.
  package let smallestSupport: Int
  /// Student degrees of freedom of the equivalence tests; `nil` for normal theory.
  package let equivalenceFreedom: Double?
  /// Index of the contrast with the largest |z|.
  package let worst: Int

  /// - Parameters:
  ///   - groups: At least two, each with an estimate.
  ///   - resampler: Of the same groups and metric as `estimates`, all of them.
  /// - Returns: `nil` when no pair can be tested.
  package init?(
    _ estimates: ClusterInfluence, groups: [Int], resampler: MetricCases, rule: Rule
  ) {
    let values = groups.map { estimates.values[$0] }
    let joint = estimates.jointCovariance(of: groups)
    let contrasts = GroupContrast.allPairs(auc: values, covariance: joint.covariance)
    guard
      let worst = contrasts.indices.filter({ contrasts[$0].z != nil })
        .max(by: { abs(contrasts[$0].z ?? 0) < abs(contrasts[$1].z ?? 0) })
    else { return nil }
    let smallest = groups.map { estimates.support[$0] }.min() ?? 0
    let isSmall = smallest < Self.normalTheoryClusters
    var maxT: MaxT
    var normal: (maxT: MaxT, rangeNull: RangeNull)?
    var scheme: ResampledMaxT.Scheme?
    switch rule.smallSample {
    case .resampling(let replicates):
      let theory = MaxT.normal(
        contrasts, covariance: joint.covariance, level: rule.level, seed: rule.seed,
        path: rule.path)
      normal = theory
      maxT = theory.maxT
      guard isSmall else { break }
      // Disjoint groups permute clusters, arms permute within base cases; in between, only drawing
      // whole clusters respects the sharing.
      let overlap = estimates.overlap(of: groups)
      let fitting: ResampledMaxT.Scheme =
        overlap <= 0.1 ? .betweenClusters : overlap >= 0.9 ? .withinClusters : .bootstrapT
      maxT = ResampledMaxT(resampler.keeping(groups), contrasts: contrasts).run(
        fitting, level: rule.level, replicates: replicates, seed: rule.seed, path: rule.path)
      scheme = fitting
    case .student:
      guard smallest > 1 else { return nil }
      maxT = .student(contrasts, level: rule.level, degreesOfFreedom: Double(smallest - 1))
    }
    self.groups = groups
    self.values = values
    self.contrasts = contrasts
    self.worst = worst
    self.maxT = maxT
    self.scheme = scheme
    covariance = joint.covariance
    normalP = maxT.method == .normal ? nil : normal?.maxT.pValues.compactMap { $0 }.min()
    rangeNull = normal?.rangeNull
    clusters = joint.clusters
    smallestSupport = smallest
    equivalenceFreedom = isSmall ? Double(max(1, smallest - 1)) : nil
  }

  /// Adjusted over all pairs: the smallest p value of any.
  package var p: Double { maxT.pValues.compactMap { $0 }.min() ?? 1 }

  /// Largest p of the two one-sided tests over all pairs: "some pair differs by `margin` or more".
  package func equivalenceP(margin: Double) -> Double {
    // A difference without variance is no evidence of anything, least of all of equality.
    contrasts.map { $0.z == nil ? 1 : equivalenceP($0, margin: margin) }.max() ?? 1
  }

  /// p of the two one-sided tests of one pair: "it differs by `margin` or more".
  package func equivalenceP(_ contrast: GroupContrast, margin: Double) -> Double {
    Equivalence.twoOneSidedP(
      difference: contrast.difference, standardError: contrast.standardError, margin: margin,
      degreesOfFreedom: equivalenceFreedom)
  }

  /// Simultaneous limits of one pair; `nil` where there are none at this level.
  package func limits(of contrast: GroupContrast) -> (lower: Double, upper: Double)? {
    guard contrast.z != nil, maxT.criticalValue.isFinite else { return nil }
    let half = maxT.criticalValue * contrast.standardError
    return (contrast.difference - half, contrast.difference + half)
  }
}
