import Vocabulary

/// What was found for one question.
///
/// In JSON the keys of the question and of the content stand side by side in one object, as contract 1
/// has them. Members of the content are read and set as if they were the answer's own.
@dynamicMemberLookup
package struct Answer<Content: Sendable & Equatable & Codable>: Sendable, Equatable {
  package var question: Question
  package var content: Content

  package init(_ question: Question, _ content: Content) {
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

  package var classifier: String { question.classifier }
  package var cohort: String { question.cohort }
  package var finding: String { question.finding }
  package var attribute: String { question.attribute }
  package var metric: Metric { question.metric }
}

extension Answer: Codable {
  package init(from decoder: any Decoder) throws {
    question = try Question(from: decoder)
    content = try Content(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    try question.encode(to: encoder)
    try content.encode(to: encoder)
  }
}
