/// What an audit asks of one classifier: does it do as well for every group of an attribute?
///
/// Everything that is estimated, compared, judged or left out is about one question.
package struct Question: Sendable, Hashable {
  /// Name of the classifier in the spec.
  package var classifier: String
  /// `real` or `synthetic`.
  package var cohort: String
  package var finding: String
  /// Name of an attribute, or of an intersection, `sex*age`.
  package var attribute: String
  /// By which "as well" is measured; results that hold for every metric name the AUC.
  package var metric: Metric

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, metric: Metric = .auc
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.metric = metric
  }

  /// The attribute, and the metric where it is another than the AUC: `sex, sensitivity`.
  package var comparedBy: String {
    metric == .auc ? attribute : "\(attribute), \(metric.title)"
  }

  /// The same question by another metric.
  package func by(_ metric: Metric) -> Question {
    var copy = self
    copy.metric = metric
    return copy
  }
}

/// Flat, and silent about the AUC, which is what a result is about that names no metric.
extension Question: Codable {
  private enum CodingKeys: String, CodingKey {
    case classifier, cohort, finding, attribute, metric
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    classifier = try container.decode(String.self, forKey: .classifier)
    cohort = try container.decode(String.self, forKey: .cohort)
    finding = try container.decode(String.self, forKey: .finding)
    attribute = try container.decode(String.self, forKey: .attribute)
    metric = try container.decodeIfPresent(Metric.self, forKey: .metric) ?? .auc
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(classifier, forKey: .classifier)
    try container.encode(cohort, forKey: .cohort)
    try container.encode(finding, forKey: .finding)
    try container.encode(attribute, forKey: .attribute)
    if metric != .auc { try container.encode(metric, forKey: .metric) }
  }
}
