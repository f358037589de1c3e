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

  /// Words for a part that is left open.
  package static let allClassifiers = "all classifiers"
  package static let allCohorts = "all cohorts"
  package static let allFindings = "all findings"
  package static let allAttributes = "all attributes"

  /// - Parameters: What the questions share; nil: whatever it is.
  package init(
    classifier: String? = nil, cohort: String? = nil, finding: String? = nil,
    attribute: String? = nil, metric: Metric? = nil
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.metric = metric
  }

  /// One question; its metric is named where it is another than the AUC.
  package init(_ question: Question) {
    classifier = question.classifier
    cohort = question.cohort
    finding = question.finding
    attribute = question.attribute
    metric = question.metric == .auc ? nil : question.metric
  }

  /// The same question put to whichever classifier.
  package init(ofAnyClassifier question: Question) {
    self.init(question)
    classifier = nil
  }

  package func matches(_ question: Question) -> Bool {
    (classifier ?? question.classifier) == question.classifier
      && (cohort ?? question.cohort) == question.cohort
      && (finding ?? question.finding) == question.finding
      && (attribute ?? question.attribute) == question.attribute
      && (metric ?? question.metric) == question.metric
  }
}
