import Vocabulary

/// What a kind of result says, and about what: one question, or all those of a pattern.
///
/// Contract 1 writes the parts of the question beside the content. Kinds of which it leaves a part
/// unsaid, because all results of the kind share it, read and write their question themselves.
package protocol AnswerContent: Sendable, Equatable, Codable {
  /// ``Question`` or ``QuestionPattern``.
  associatedtype Asked: Sendable, Equatable, Codable = Question

  /// - Throws: `DecodingError` where a part that the kind names is missing.
  static func question(from decoder: any Decoder) throws -> Asked
  /// Beside the keys of the content, in the same object.
  static func write(_ question: Asked, to encoder: any Encoder) throws
}

extension AnswerContent {
  package static func question(from decoder: any Decoder) throws -> Asked {
    try Asked(from: decoder)
  }

  package static func write(_ question: Asked, to encoder: any Encoder) throws {
    try question.encode(to: encoder)
  }
}

/// The parts of a question as keys of a result.
enum QuestionKey: String, CodingKey { case classifier, cohort, finding, attribute, metric }

/// Content about one question of a synthetic cohort, which no other has, so that its JSON names none.
package protocol SyntheticContent: AnswerContent where Asked == Question {}

extension SyntheticContent {
  package static func question(from decoder: any Decoder) throws -> Question {
    let values = try decoder.container(keyedBy: QuestionKey.self)
    return Question(
      classifier: try values.decode(String.self, forKey: .classifier), cohort: "synthetic",
      finding: try values.decode(String.self, forKey: .finding),
      attribute: try values.decode(String.self, forKey: .attribute))
  }

  package static func write(_ question: Question, to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: QuestionKey.self)
    try values.encode(question.classifier, forKey: .classifier)
    try values.encode(question.finding, forKey: .finding)
    try values.encode(question.attribute, forKey: .attribute)
  }
}

/// Content about all questions of one classifier and finding of a synthetic cohort.
package protocol PooledSyntheticContent: AnswerContent where Asked == QuestionPattern {}

extension PooledSyntheticContent {
  package static func question(from decoder: any Decoder) throws -> QuestionPattern {
    let values = try decoder.container(keyedBy: QuestionKey.self)
    return QuestionPattern(
      classifier: try values.decode(String.self, forKey: .classifier), cohort: "synthetic",
      finding: try values.decode(String.self, forKey: .finding))
  }

  package static func write(_ question: QuestionPattern, to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: QuestionKey.self)
    try values.encodeIfPresent(question.classifier, forKey: .classifier)
    try values.encodeIfPresent(question.finding, forKey: .finding)
  }
}
