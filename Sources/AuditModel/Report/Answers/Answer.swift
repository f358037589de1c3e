import Vocabulary

/// What was found for one question, or for all questions of a pattern.
///
/// In JSON the keys of the question and of the content stand side by side in one object, as contract 1
/// has them. Members of the content are read and set as if they were the answer's own.
@dynamicMemberLookup
package struct Answer<Content: AnswerContent>: Sendable, Equatable {
  package var question: Content.Asked
  package var content: Content

  package init(_ question: Content.Asked, _ content: Content) {
    self.question = question
    self.content = content
  }

  package subscript<Value>(dynamicMember member: WritableKeyPath<Content, Value>) -> Value {
    get { content[keyPath: member] }
    set { content[keyPath: member] = newValue }
  }

  package subscript<Value>(dynamicMember member: KeyPath<Content, Value>) -> Value {
    content[keyPath: member]
  }
}

extension Answer where Content.Asked == Question {
  package var classifier: String { question.classifier }
  package var cohort: String { question.cohort }
  package var finding: String { question.finding }
  package var attribute: String { question.attribute }
  package var metric: Metric { question.metric }
}

/// Parts that a pattern leaves open are all there are.
extension Answer where Content.Asked == QuestionPattern {
  package var classifier: String { question.classifier ?? QuestionPattern.allClassifiers }
  package var cohort: String { question.cohort ?? QuestionPattern.allCohorts }
  package var finding: String { question.finding ?? QuestionPattern.allFindings }
  package var attribute: String { question.attribute ?? QuestionPattern.allAttributes }
}

extension Answer: Codable {
  package init(from decoder: any Decoder) throws {
    question = try Content.question(from: decoder)
    content = try Content(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    try Content.write(question, to: encoder)
    try content.encode(to: encoder)
  }
}
