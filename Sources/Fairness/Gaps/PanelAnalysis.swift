import AuditModel
import Statistics
import Vocabulary

/// Difference in differences: gaps of an audited classifier less the reference panel's mean gap.
struct PanelAnalysis: Sendable {
  private(set) var comparisons: [PanelComparison] = []

  /// A reference classifier's results on the same cohort, finding and attribute.
  struct Member: Sendable {
    var classifier: String
    var groups: [String]
    var influence: ClusterInfluence

    /// Where this classifier has what `index` is in `attribute`: a group, or behind them a group's others.
    fileprivate func place(of index: Int, in attribute: AttributeColumn) -> Int? {
      let count = attribute.groups.count
      guard let group = groups.firstIndex(of: attribute.groups[index % count]) else { return nil }
      let place = index < count ? group : groups.count + group
      guard influence.support.indices.contains(place), influence.support[place] >= 2 else {
        return nil
      }
      return place
    }
  }

  /// - Parameters:
  ///   - pairs: That the plan compares, by index of the groups; a group's others stand behind all groups.
  ///   - members: Empty where the audit has no panel, or none of it answers this finding.
  init(
    _ question: Question, attribute: AttributeColumn, influence: ClusterInfluence,
    pairs: [(first: Int, second: Int)], members: [Member], specification: AnalysisSpecification
  ) {
    guard attribute.notEvaluableReason == nil, !pairs.isEmpty else { return }
    let evaluable = Set(pairs.flatMap { [$0.first, $0.second] }).sorted()
    let usable = members.compactMap { member -> (member: Member, places: [Int])? in
      let places = evaluable.compactMap { member.place(of: $0, in: attribute) }
      return places.count == evaluable.count ? (member, places) : nil
    }
    func name(_ index: Int) -> String {
      index < attribute.groups.count ? attribute.groups[index] : OtherGroups.name
    }
    var rows = pairs.map { first, second in
      PanelComparison(
        question, groupA: name(first), groupB: name(second),
        panel: usable.map(\.member.classifier))
    }
    guard !usable.isEmpty,
      let joint = influence.lessMean(
        of: usable.map { ($0.member.influence, $0.places) }, groups: evaluable)
    else {
      let reason = "no reference classifier has scores of every group for \(question.finding)"
      for index in rows.indices { rows[index].reason = reason }
      comparisons = rows
      return
    }
    var position: [Int: Int] = [:]
    for (place, index) in evaluable.enumerated() { position[index] = place }
    let contrasts = GroupContrast.of(
      pairs.map { (position[$0.first] ?? 0, position[$0.second] ?? 0) },
      auc: joint.difference, covariance: joint.covariance)
    let smallest = evaluable.map { influence.support[$0] }.min() ?? 0
    let limits = Self.limits(
      contrasts, covariance: joint.covariance, smallest: smallest, question: question,
      attribute: attribute, specification: specification)
    for (index, contrast) in contrasts.enumerated() {
      let (a, b) = (evaluable[contrast.first], evaluable[contrast.second])
      let gap = influence.values[a] - influence.values[b]
      rows[index].gap = gap
      rows[index].panelGap = gap - contrast.difference
      rows[index].difference = contrast.difference
      guard contrast.z != nil else {
        rows[index].reason = "the difference has no variance, so it cannot be tested"
        continue
      }
      rows[index].standardError = contrast.standardError
      rows[index].p = limits.pValues[index]
      let (lower, upper) = (
        contrast.difference - limits.critical * contrast.standardError,
        contrast.difference + limits.critical * contrast.standardError
      )
      rows[index].lower = lower
      rows[index].upper = upper
      // Two equal classifiers leave a difference of rounding without an error.
      rows[index].survives =
        contrast.standardError > 0 && (gap > 0 ? lower > 0 : gap < 0 && upper < 0)
    }
    comparisons = rows
  }

  /// Max-T by normal theory; Student's t with Bonferroni's bound where a class has few clusters.
  private static func limits(
    _ contrasts: [GroupContrast], covariance: SymmetricMatrix, smallest: Int,
    question: Question, attribute: AttributeColumn, specification: AnalysisSpecification
  ) -> (critical: Double, pValues: [Double?]) {
    if smallest >= GroupInference.normalTheoryClusters {
      let maxT = MaxT.normal(
        contrasts, covariance: covariance, level: 1 - specification.alpha,
        seed: specification.seed,
        path: [
          "fairness", "panel", question.classifier, question.cohort, question.finding,
          question.attribute,
        ], draws: 20_000
      ).maxT
      return (maxT.criticalValue, maxT.pValues)
    }
    let maxT = MaxT.student(
      contrasts, level: 1 - specification.alpha, degreesOfFreedom: Double(max(1, smallest - 1)))
    return (maxT.criticalValue, maxT.pValues)
  }
}
