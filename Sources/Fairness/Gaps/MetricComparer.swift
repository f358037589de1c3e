import AuditModel
import Statistics
import Vocabulary

/// The groups of one attribute of one table, compared on any metric: the one way from cases to evidence.
struct MetricComparer: Sendable {
  let table: EvaluationTable
  let cases: SortedCases
  let attribute: AttributeColumn
  let threshold: Double?
  let specification: AnalysisSpecification
  /// Where the plan compares every group with all the others together.
  private(set) var others: OtherGroups?

  init(
    table: EvaluationTable, cases: SortedCases, attribute: AttributeColumn, threshold: Double?,
    specification: AnalysisSpecification
  ) {
    self.table = table
    self.cases = cases
    self.attribute = attribute
    self.threshold = threshold
    self.specification = specification
  }

  /// Sets every group against all the others where the plan asks for it.
  mutating func meetOthers(_ subgroups: SubgroupAnalysis, rules: SubgroupAnalysis.Rules) {
    others = OtherGroups(self, subgroups: subgroups, rules: rules)
  }

  /// The group that all others are compared with, by its index; `nil`: all pairs.
  var reference: Int? {
    specification.reference[attribute.name].flatMap { attribute.groups.firstIndex(of: $0) }
  }

  /// Which pairs the plan compares.
  var plan: PairPlan {
    others != nil ? .withAllOthers : reference.map { .with($0) } ?? .allPairs
  }

  /// Names of what pairs are made of: the groups, and behind them the others of each where these count.
  var names: [String] { plan.names(attribute) }

  /// The pairs to be compared by `metric`, as indices of ``names``.
  ///
  /// - Parameter groups: That can be evaluated.
  func pairs(of groups: [Int], by metric: Metric) -> [(first: Int, second: Int)] {
    plan.pairs(
      of: others?.comparable(groups, by: metric) ?? groups, count: attribute.groups.count)
  }

  /// Why `metric` has no values here; `nil` where it has.
  func obstacle(to metric: Metric) -> String? {
    if metric.needsThreshold, threshold == nil {
      return "there is no threshold, and the \(metric.title) is one of decisions"
    }
    if metric.needsProbabilities, !table.areProbabilities {
      return "the scores are not within 0 to 1, and the \(metric.title) is one of probabilities"
    }
    return nil
  }

  /// The metric in every group, with what every cluster contributes to it.
  ///
  /// - Parameter grouped: The AUCs of the same groups, which need not be computed again.
  func estimates(_ metric: Metric, grouped: GroupedAUC) -> ClusterInfluence {
    metric == .auc
      ? ClusterInfluence(grouped)
      : MetricCases(
        metric.arithmetic, cases: cases, membership: attribute.membership,
        groupCount: attribute.groups.count, threshold: threshold
      ).estimates()
  }

  /// As ``estimates(_:grouped:)``, with the others of every group behind the groups where they count.
  func comparedEstimates(_ metric: Metric, grouped: GroupedAUC) -> ClusterInfluence {
    let own = estimates(metric, grouped: grouped)
    return others?.extend(own, by: metric) ?? own
  }

  /// - Parameters:
  ///   - groups: Indices among the attribute's groups, each with an estimate.
  ///   - grouped: The AUCs of the same groups, which need not be computed again.
  /// - Returns: `nil` when no pair can be tested.
  func evidence(
    on metric: Metric, groups: [Int], grouped: GroupedAUC
  ) -> ComparisonAnalysis.Evidence? {
    let specification = specification.judging(metric)
    let estimates = comparedEstimates(metric, grouped: grouped)
    guard groups.allSatisfy({ !estimates.values[$0].isNaN }),
      let compared = compared(by: metric, groups: groups, grouped: grouped, estimates: estimates)
    else { return nil }
    let path =
      ["fairness", table.classifier, table.cohort, table.finding, attribute.name]
      + (metric == .auc ? [] : [metric.rawValue])
    guard
      let inference = GroupInference(
        estimates, groups: compared.groups, tests: compared.tests,
        rule: GroupInference.Rule(
          level: 1 - specification.alpha, seed: specification.seed, path: path))
    else { return nil }
    return ComparisonAnalysis.Evidence(
      metric: metric, names: names, plan: plan, ownGroups: compared.own,
      inference: inference, methodWords: methodWords(inference),
      betweenGroupVariance: Self.betweenGroupVariance(
        inference.values.prefix(compared.own), inference.covariance),
      equivalenceP: inference.equivalenceP(margin: specification.delta),
      harmP: inference.p(beyond: specification.harm))
  }

  /// What is compared, by index of ``names``, and the tests of its pairs; the groups themselves come first.
  private func compared(
    by metric: Metric, groups: [Int], grouped: GroupedAUC, estimates: ClusterInfluence
  ) -> (groups: [Int], own: Int, tests: [any ContrastTest])? {
    guard let others else {
      let all = tests(of: metric, groups: groups, grouped: grouped, estimates: estimates)
      let place = reference.flatMap { groups.firstIndex(of: $0) }
      return all.map { tests in
        let kept = tests.filter { place == nil || $0.first == place || $0.second == place }
        return (groups, groups.count, kept)
      }
    }
    let kept = others.comparable(groups, by: metric)
    let tests = kept.indices.compactMap { place in
      others.sides[kept[place]]?.test(by: metric)?.placed(place, kept.count + place)
    }
    guard tests.count == kept.count else { return nil }
    return (kept + kept.map { attribute.groups.count + $0 }, kept.count, tests)
  }

  /// The test that suits the metric: all have variances of their own under "no difference".
  func tests(
    of metric: Metric, groups: [Int], grouped: GroupedAUC, estimates: ClusterInfluence
  ) -> [any ContrastTest]? {
    if metric == .auc { return AUCContrasts(grouped, groups: groups).tests }
    guard metric.needsThreshold, let threshold, case .ratio(let part) = metric.arithmetic else {
      return ScoreContrasts(estimates, groups: groups).tests
    }
    // Decisions are right or wrong: each case counts 1 or 0 of 1.
    var place = [Int32](repeating: -1, count: attribute.groups.count)
    for (index, group) in groups.enumerated() { place[group] = Int32(index) }
    var isSuccess = [Bool](repeating: false, count: table.scores.count)
    let membership = table.scores.indices.map { row -> Int32 in
      let member = attribute.membership[row]
      let counted = part(table.scores[row], table.labels[row], table.scores[row] >= threshold)
      guard member >= 0, let counted else { return -1 }
      isSuccess[row] = counted.numerator == 1
      return place[Int(member)]
    }
    return RateContrasts(
      isSuccess: isSuccess, membership: membership, groupCount: groups.count,
      clusters: table.clusters, clusterCount: table.clusterCount)?.tests
  }

  private func methodWords(_ inference: GroupInference) -> String {
    "tests calibrated pair by pair, clusters = \(table.clusterUnit)"
  }

  /// Spread of the values beyond their noise: var(θ) − (mean variance − mean covariance), at least 0.
  private static func betweenGroupVariance(
    _ values: ArraySlice<Double>, _ covariance: SymmetricMatrix
  ) -> Double {
    guard values.count > 1 else { return 0 }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    var (diagonal, rest) = (0.0, 0.0)
    for row in values.indices {
      for column in values.indices {
        if row == column {
          diagonal += covariance[row, column]
        } else {
          rest += covariance[row, column]
        }
      }
    }
    return max(0, spread - (diagonal / count - rest / (count * (count - 1))))
  }
}
