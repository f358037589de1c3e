/// Some of an audit's questions: those that agree in every part that is given.
package struct QuestionPattern: Sendable, Hashable, Codable {
  package var classifier: String?
  /// `real` or `synthetic`.
  package var cohort: String?
  package var finding: String?
  /// An attribute or an intersection, `sex*age`.
  package var attribute: String?
  /// Only the JSON of one question leaves the AUC out; in a pattern it can be asked for by name.
  package var metric: Metric?

  /// All questions.
  package init() {}

  /// One question; its metric is named where it is another than the AUC.
  package init(_ question: Question) {
    classifier = question.classifier
    cohort = question.cohort
    finding = question.finding
    attribute = question.attribute
    metric = question.metric == .auc ? nil : question.metric
  }

  package func matches(_ question: Question) -> Bool {
    (classifier ?? question.classifier) == question.classifier
      && (cohort ?? question.cohort) == question.cohort
      && (finding ?? question.finding) == question.finding
      && (attribute ?? question.attribute) == question.attribute
      && (metric ?? question.metric) == question.metric
  }
}
