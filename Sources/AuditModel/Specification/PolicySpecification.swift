import Basics
import Vocabulary

/// What makes `audit run` end with exit code 1.
package struct PolicySpecification: Sendable, Equatable {
  /// Verdicts that fail the gate.
  package var failOn: [Verdict.Kind] = []
  /// What becomes of declared questions that could not be asked: passing must be asked for.
  package var whenNotEvaluable: GapLimit.Unknown = .fail
  /// Largest gaps that the audit's owner accepts.
  package var limits: [GapLimit] = []

  package init() {}

  package var isEmpty: Bool { failOn.isEmpty && limits.isEmpty }

  /// One line of JSON, equal for equal rules.
  package var canonicalText: String {
    var members: [String: JSONValue] = [
      "failOn": .array(failOn.map(\.rawValue).sorted().map { .string($0) }),
      "limits": .array(limits.map { .object($0.canonicalMembers) }),
    ]
    // Left at its default it leaves the text of former rules as it was.
    if whenNotEvaluable != .fail {
      members["whenNotEvaluable"] = .string(whenNotEvaluable.rawValue)
    }
    return JSONValue.object(members).canonicalText
  }
}

/// The largest difference between any two groups that the audit's owner accepts, in units of the
/// metric.
package struct GapLimit: Sendable, Equatable {
  /// The number of a pair of groups that must not exceed the limit.
  package enum Basis: String, Sendable, Codable, CaseIterable {
    /// Fails once the data show a larger gap; few cases pass.
    case lowerLimit
    /// Fails when the observed gap is larger, chance or not.
    case estimate
    /// Fails until the data rule out a larger gap; few cases fail.
    case upperLimit
  }
  /// What becomes of a question in which a pair of groups could not be compared.
  package enum Unknown: String, Sendable, Codable, CaseIterable { case fail, pass }

  package var atMost: Double
  package var judgedBy: Basis
  package var whenNotEvaluable: Unknown = .fail
  /// Against which it is held.
  package var questions = QuestionPattern()

  package init(atMost: Double, judgedBy: Basis) {
    self.atMost = atMost
    self.judgedBy = judgedBy
  }
}

extension GapLimit {
  /// What makes two limits the same rule.
  fileprivate var canonicalMembers: [String: JSONValue] {
    func optional(_ name: String?) -> JSONValue { name.map { .string($0) } ?? .null }
    var members: [String: JSONValue] = [
      "atMost": .number(atMost), "judgedBy": .string(judgedBy.rawValue),
      "whenNotEvaluable": .string(whenNotEvaluable.rawValue),
      "classifier": optional(questions.classifier), "cohort": optional(questions.cohort),
      "finding": optional(questions.finding), "attribute": optional(questions.attribute),
    ]
    // A rule that names no metric keeps the text that it had before metrics could be named.
    if let metric = questions.metric { members["metric"] = .string(metric.rawValue) }
    return members
  }
}

/// Flat: the parts of the pattern stand beside the limit.
extension GapLimit: Codable {
  private enum CodingKeys: String, CodingKey { case atMost, judgedBy, whenNotEvaluable }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    atMost = try container.decode(Double.self, forKey: .atMost)
    judgedBy = try container.decode(Basis.self, forKey: .judgedBy)
    whenNotEvaluable = try container.decode(Unknown.self, forKey: .whenNotEvaluable)
    questions = try QuestionPattern(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(atMost, forKey: .atMost)
    try container.encode(judgedBy, forKey: .judgedBy)
    try container.encode(whenNotEvaluable, forKey: .whenNotEvaluable)
    try questions.encode(to: encoder)
  }
}
