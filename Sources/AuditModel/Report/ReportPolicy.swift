import Vocabulary

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

/// One limit held against one question.
package struct PolicyCheck: Sendable, Equatable {
  package enum Status: String, Sendable, Codable, CaseIterable { case pass, fail, notEvaluable }

  /// Which of the limits, counted from 1.
  package var limit: Int
  /// The question; where the audit has none that the limit concerns, all that it would concern.
  package var questions: QuestionPattern
  /// The pair with the largest number, the better first; empty where none could be compared.
  package var groups: [String] = []
  /// The number that was held against the limit, at least 0.
  package var gap: Double?
  package var status: Status
  /// What the gate makes of it: a question that is not evaluable passes only where the limit says so.
  package var passed: Bool
  package var sentence: String

  package init(
    limit: Int, of questions: QuestionPattern, status: Status, passed: Bool, sentence: String
  ) {
    self.limit = limit
    self.questions = questions
    self.status = status
    self.passed = passed
    self.sentence = sentence
  }
}

/// Flat: the parts of the question stand beside what came of it.
extension PolicyCheck: Codable {
  private enum CodingKeys: String, CodingKey {
    case limit, groups, gap, status, passed, sentence
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    limit = try container.decode(Int.self, forKey: .limit)
    groups = try container.decode([String].self, forKey: .groups)
    gap = try container.decodeIfPresent(Double.self, forKey: .gap)
    status = try container.decode(Status.self, forKey: .status)
    passed = try container.decode(Bool.self, forKey: .passed)
    sentence = try container.decode(String.self, forKey: .sentence)
    questions = try QuestionPattern(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(limit, forKey: .limit)
    try container.encode(groups, forKey: .groups)
    try container.encodeIfPresent(gap, forKey: .gap)
    try container.encode(status, forKey: .status)
    try container.encode(passed, forKey: .passed)
    try container.encode(sentence, forKey: .sentence)
    try questions.encode(to: encoder)
  }
}
