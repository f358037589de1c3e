import Vocabulary

/// What changed between two finished audits of the same cohort and plan.
package struct AuditComparison: Sendable, Equatable, Codable {
  /// One question, as both audits answered it; it names no classifier, because there are two.
  package typealias VerdictChange = Answer<VerdictsOfTwo>
  /// The AUC over all cases of a finding.
  package typealias OverallRow = Answer<AUCsOfTwo>

  /// `schema`, so that scripts can tell versions apart.
  package var schema = "audit-comparison/1"
  /// Report folders.
  package var before: String
  package var after: String
  package var classifierBefore: String
  package var classifierAfter: String
  /// Verdicts that differ.
  package var verdictChanges: [VerdictChange] = []
  package var unchangedVerdicts = 0
  /// All verdicts that both audits reached, changed or not.
  package var verdicts: [VerdictChange] = []
  package var overall: [OverallRow] = []
  package var gaps: [GapRow] = []
  /// Confidence level of each interval, such as 0.95.
  package var level: Double
  /// Within which differences count as equivalent, from the common plan.
  package var delta: Double
  /// Pairs of groups over all questions, for which the intervals hold together; nil in older files.
  package var comparisons: Int?

  package init(
    before: String, after: String, classifierBefore: String, classifierAfter: String,
    level: Double, delta: Double
  ) {
    self.before = before
    self.after = after
    self.classifierBefore = classifierBefore
    self.classifierAfter = classifierAfter
    self.level = level
    self.delta = delta
  }
}
