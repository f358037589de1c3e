/// What an audit asks of one classifier: does it do as well for every group of an attribute?
///
/// Everything that is estimated, compared, judged or left out is about one question.
package struct Question: Sendable, Hashable, Codable {
  /// Name of the classifier in the spec.
  package var classifier: String
  /// `real` or `synthetic`.
  package var cohort: String
  package var finding: String
  /// Name of an attribute, or of an intersection, `sex*age`.
  package var attribute: String

  package init(classifier: String, cohort: String, finding: String, attribute: String) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
  }
}
