import AuditModel
import Statistics
import Vocabulary

/// The compared pairs of groups of one attribute of one table, and what follows for the attribute.
struct ComparisonAnalysis {
  /// Beyond this many evaluable groups, all pairs are no sensible question.
  static let groupLimit = 64

  let metric: Metric
  var comparisons: [ComparisonResult] = []
  /// `nil` when fewer than two groups, or too many, can be compared.
  var evidence: Evidence?
  /// What the plan compares among the groups that can be evaluated, see ``MetricComparer/names``.
  var pairs: [(first: Int, second: Int)] = []
  /// Why there is no evidence, or what limits it.
  var reasons: [String] = []

  /// Simultaneous evidence on the differences between the evaluable groups.
  struct Evidence {
    var metric: Metric
    /// What ``groups`` are indices of, see ``MetricComparer/names``.
    var names: [String]
    var plan: PairPlan
    /// Groups that are compared, without the others of each.
    var ownGroups: Int
    var inference: GroupInference
    var methodWords: String
    var betweenGroupVariance: Double
    /// Of the equivalence tests within the plan's δ.
    var equivalenceP: Double
    /// Of "no pair differs by more than the harm margin", over all pairs.
    var harmP: Double

    /// Indices among ``names``.
    var groups: [Int] { inference.groups }
    var contrasts: [GroupContrast] { inference.contrasts }
    var clusters: Int { inference.clusters }
    /// Index of the contrast with the smallest p value.
    var worst: Int { inference.worst }
    var pMaxT: Double { inference.p }
    var range: Double { (inference.values.max() ?? 0) - (inference.values.min() ?? 0) }
    var largestStandardError: Double { contrasts.map(\.standardError).max() ?? 0 }
    var rangeLower: Double { inference.rangeLimits.lower }
    var rangeUpper: Double { inference.rangeLimits.upper }

    /// Names of the two that a contrast is about, the first one first.
    func sides(of index: Int) -> [String] {
      [contrasts[index].first, contrasts[index].second].map { names[groups[$0]] }
    }

    /// One contrast with its limits.
    func gap(of index: Int) -> Gap {
      let (sides, limits) = (sides(of: index), inference.limits(of: index))
      return Gap(
        between: sides[0], and: sides[1], difference: contrasts[index].difference,
        lower: limits.lower, upper: limits.upper, by: metric)
    }
  }

  /// - Parameter comparer: Of this table and attribute.
  init(_ comparer: MetricComparer, metric: Metric, subgroups: SubgroupAnalysis) {
    let attribute = comparer.attribute
    let specification = comparer.specification.judging(metric)
    self.metric = metric
    let evaluable = subgroups.evaluable(for: metric)
    if evaluable.count <= Self.groupLimit { pairs = comparer.pairs(of: evaluable, by: metric) }
    if let reason = attribute.notEvaluableReason {
      reasons.append(reason)
    } else {
      for (group, result) in subgroups.results.enumerated()
      where !evaluable.contains(group) && subgroups.results.count <= 100 {
        reasons.append("\(attribute.name) \(result.group) \(result.reason ?? "")")
      }
      let excluded = subgroups.results.count - evaluable.count
      if subgroups.results.count > 100, excluded > 0 {
        reasons.append(
          "\(Words.grouped(excluded)) of \(Words.grouped(subgroups.results.count)) groups are too small or not estimable"
        )
      }
      if evaluable.count > Self.groupLimit {
        reasons.append(
          "\(evaluable.count) groups make too many pairs to compare at once; group the values of "
            + "\(attribute.name) with a rule in analysis.groups")
      } else if let reference = comparer.reference, !evaluable.contains(reference) {
        reasons.append(
          "the plan compares with \(attribute.name) \(attribute.groups[reference]), which cannot be evaluated"
        )
      } else if pairs.isEmpty {
        reasons.append(
          evaluable.isEmpty
            ? "no group can be evaluated"
            : comparer.others != nil
              ? "no group has others that can be evaluated"
              : "only one group can be evaluated (\(attribute.groups[evaluable[0]]))")
      } else if let obstacle = comparer.obstacle(to: metric) {
        reasons.append(obstacle)
      } else {
        evidence = comparer.evidence(
          on: metric, groups: evaluable, grouped: subgroups.grouped)
      }
    }
    comparisons =
      comparer.others == nil
      ? rows(comparer, subgroups: subgroups, specification: specification)
      : rowsWithOthers(comparer, subgroups: subgroups, specification: specification)
  }

  /// One row per group and its others, whose cases stand in no row of the groups.
  private func rowsWithOthers(
    _ comparer: MetricComparer, subgroups: SubgroupAnalysis, specification: AnalysisSpecification
  ) -> [ComparisonResult] {
    let (attribute, count) = (comparer.attribute, comparer.attribute.groups.count)
    let question = comparer.table.question(of: attribute.name, by: metric)
    let shown =
      count <= 100 ? Array(0..<count) : evidence.map { Array($0.groups.prefix($0.ownGroups)) }
    return (shown ?? []).map { group in
      var row = ComparisonResult(
        question, groupA: attribute.groups[group], groupB: OtherGroups.name)
      let others = comparer.others?.sides[group]?.result
      row.others = others.map { OthersCases($0) }
      if let evidence,
        let index = evidence.contrasts.firstIndex(where: { evidence.groups[$0.first] == group })
      {
        fill(&row, evidence.contrasts[index], evidence, index, specification)
      } else {
        row.reason =
          attribute.notEvaluableReason
          ?? subgroups.results[group].reason.map { "\(attribute.groups[group]) \($0)" }
          ?? others?.reason.map { "\(OtherGroups.name) \($0)" } ?? reasons.last
      }
      return row
    }
  }

  /// One row per compared pair; those with a group that cannot be evaluated carry the reason and no number.
  private func rows(
    _ comparer: MetricComparer, subgroups: SubgroupAnalysis, specification: AnalysisSpecification
  ) -> [ComparisonResult] {
    let attribute = comparer.attribute
    let question = comparer.table.question(of: attribute.name, by: metric)
    let count = attribute.groups.count
    // 10,000 groups would make 50 million rows; beyond 100 groups only evaluable pairs are listed.
    let shown = count <= 100 ? Array(0..<count) : evidence?.groups ?? []
    var contrastOfPair: [Int: Int] = [:]
    if let evidence {
      for (index, contrast) in evidence.contrasts.enumerated() {
        contrastOfPair[evidence.groups[contrast.first] * count + evidence.groups[contrast.second]] =
          index
      }
    }
    return comparer.plan.pairs(of: shown, count: count).map { first, second in
      var row = ComparisonResult(
        question, groupA: attribute.groups[first], groupB: attribute.groups[second])
      if let evidence, let index = contrastOfPair[first * count + second] {
        fill(&row, evidence.contrasts[index], evidence, index, specification)
      } else {
        row.reason =
          attribute.notEvaluableReason
          ?? [first, second].compactMap { group in
            subgroups.results[group].reason.map { "\(attribute.groups[group]) \($0)" }
          }.joined(separator: "; ")
        if row.reason?.isEmpty != false { row.reason = reasons.last }
      }
      return row
    }
  }

  private func fill(
    _ row: inout ComparisonResult, _ contrast: GroupContrast, _ evidence: Evidence, _ index: Int,
    _ specification: AnalysisSpecification
  ) {
    row.difference = contrast.difference
    row.worseGroup = row.gap?.worseGroup
    row.standardError = contrast.standardError
    row.z = contrast.z
    row.p = contrast.pValue
    row.pMaxT = evidence.inference.pValues[index]
    guard row.pMaxT != nil else {
      row.reason = "the difference has no variance, so it cannot be tested"
      return
    }
    let limits = evidence.inference.limits(of: index)
    row.lower = limits.lower
    row.upper = limits.upper
    // The family decides whether it may be said, see FairnessAnalysis.
    row.withinDelta =
      evidence.inference.tests[index].equivalenceP(margin: specification.delta)
      <= specification.alpha
  }
}
