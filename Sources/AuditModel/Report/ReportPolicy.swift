/// The gate that the spec's owner set on verdicts and gaps, and what came of it.
package struct PolicyRecord: Sendable, Equatable, Codable {
  /// Verdicts that fail the gate.
  package var failOn: [Verdict.Kind]
  package var passed: Bool
  /// One sentence per verdict, and per question of a limit, that failed.
  package var failures: [String] = []
  /// What becomes of declared questions that could not be asked; nil: they fail.
  package var whenNotEvaluable: GapLimit.Unknown?
  /// As in the spec; nil in reports of programs that knew no limits.
  package var limits: [GapLimit]?
  /// Every limit held against every question that it concerns.
  package var checks: [PolicyCheck]?
  /// True when the rules were changed after scores had been read; nil when they were not.
  package var changedAfterScores: Bool?

  package init(failOn: [Verdict.Kind], passed: Bool, failures: [String] = []) {
    self.failOn = failOn
    self.passed = passed
    self.failures = failures
  }
}

/// One limit held against one classifier × cohort × finding × attribute.
package struct PolicyCheck: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable, CaseIterable { case pass, fail, notEvaluable }

  /// Which of the limits, counted from 1.
  package var limit: Int
  package var classifier: String?
  package var cohort: String?
  package var finding: String?
  package var attribute: String?
  /// The pair with the largest number, higher AUC first; empty where none could be compared.
  package var groups: [String] = []
  /// The number that was held against the limit, at least 0.
  package var gap: Double?
  package var status: Status
  /// What the gate makes of it: a question that is not evaluable passes only where the limit says so.
  package var passed: Bool
  package var sentence: String

  package init(limit: Int, status: Status, passed: Bool, sentence: String) {
    self.limit = limit
    self.status = status
    self.passed = passed
    self.sentence = sentence
  }
}
