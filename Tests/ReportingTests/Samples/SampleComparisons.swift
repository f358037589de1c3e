import AuditModel
import Vocabulary

/// Made-up comparisons, of the shapes that real ones have.
enum SampleComparisons {
  /// A gap of every direction, one that cannot be estimated, and a verdict that changed.
  static var retraining: AuditComparison {
    var comparison = AuditComparison(
      before: "reports/site-a", after: "reports/site-a-retrained", classifierBefore: "first",
      classifierAfter: "retrained", level: 0.95, delta: 0.05)
    comparison.verdicts = [
      .init(effusion("sex"), VerdictsOfTwo(before: .flagged, after: .withinDelta)),
      .init(effusion("sex*age"), VerdictsOfTwo(before: .inconclusive, after: .inconclusive)),
    ]
    comparison.verdictChanges = [comparison.verdicts[0]]
    comparison.unchangedVerdicts = 1
    comparison.overall = [
      .init(effusion(nil), AUCsOfTwo(aucBefore: 0.8612, aucAfter: 0.8701))
    ]
    comparison.gaps = [
      gap("sex", "F", "M", before: -0.0812, after: -0.0123, error: 0.013),
      gap("sex*age", "F*0-39", "M*40+", before: 0.0311, after: 0.0922, error: 0.02),
      gap("sex*age", "F*0-39", "F*40+", before: 0.0512, after: -0.0433, error: 0.021),
      gap("sex*age", "F*40+", "M*40+", before: 0.0101, after: 0.0152, error: 0.03),
      gap("sex*age", "F*40+", "M*0-39", before: nil, after: nil, error: 0),
    ]
    return comparison
  }

  static func hostile(_ text: String) -> AuditComparison {
    var comparison = retraining
    comparison.before = text
    comparison.after = text
    comparison.classifierBefore = text
    comparison.classifierAfter = text
    let question = QuestionPattern(cohort: text, finding: text, attribute: text)
    for index in comparison.gaps.indices {
      comparison.gaps[index].gap.question = question
      comparison.gaps[index].gap.groupA = text
      comparison.gaps[index].gap.groupB = text
      if comparison.gaps[index].gap.reason != nil { comparison.gaps[index].gap.reason = text }
    }
    for index in comparison.verdicts.indices {
      comparison.verdicts[index].question = question
    }
    comparison.verdictChanges = [comparison.verdicts[0]]
    comparison.overall[0].question = QuestionPattern(cohort: text, finding: text)
    return comparison
  }

  private static func effusion(_ attribute: String?) -> QuestionPattern {
    QuestionPattern(cohort: "real", finding: "Effusion", attribute: attribute)
  }

  private static func gap(
    _ attribute: String, _ groupA: String, _ groupB: String, before: Double?, after: Double?,
    error: Double
  ) -> AuditComparison.GapRow {
    var change = GapChange(effusion(attribute), GapsOfTwo(groupA: groupA, groupB: groupB))
    guard let before, let after else {
      change.reason = "a group has fewer than two clusters with or without the finding"
      return AuditComparison.GapRow(change)
    }
    change.gapBefore = before
    change.gapAfter = after
    change.change = after - before
    change.standardError = error
    change.lower = after - before - 1.96 * error
    change.upper = after - before + 1.96 * error
    change.p = 0.0123
    func limits(_ gap: Double) -> IntervalEstimate {
      IntervalEstimate(estimate: gap, lower: gap - 0.045, upper: gap + 0.045)
    }
    return AuditComparison.GapRow(change, before: limits(before), after: limits(after))
  }
}
