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
  }

  /// - Parameter members: Empty where the audit has no panel, or none of it answers this finding.
  init(
    _ question: Question, attribute: AttributeColumn, influence: ClusterInfluence,
    evaluable: [Int], members: [Member], specification: AnalysisSpecification
  ) {
    guard attribute.notEvaluableReason == nil, evaluable.count >= 2,
      evaluable.count <= ComparisonAnalysis.groupLimit
    else { return }
    let usable = members.compactMap { member -> (member: Member, places: [Int])? in
      let places = evaluable.compactMap { group -> Int? in
        guard let place = member.groups.firstIndex(of: attribute.groups[group]),
          member.influence.support[place] >= 2
        else { return nil }
        return place
      }
      return places.count == evaluable.count ? (member, places) : nil
    }
    var rows = Self.pairs(of: evaluable.count).map { first, second in
      PanelComparison(
        question, groupA: attribute.groups[evaluable[first]],
        groupB: attribute.groups[evaluable[second]], panel: usable.map(\.member.classifier))
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
    let contrasts = GroupContrast.allPairs(auc: joint.difference, covariance: joint.covariance)
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

  private static func pairs(of count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { first in ((first + 1)..<count).map { (first, $0) } }
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
