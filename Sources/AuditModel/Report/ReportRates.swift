/// The largest studentised difference between groups in one metric beside the AUC.
package struct RateGap: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  /// Name of a `Metric`, such as `sensitivity`.
  package var metric: String
  /// At which decisions were made; nil for a metric of scores.
  package var threshold: Double?
  /// Higher value first.
  package var groups: [String]
  package var rates: [Double]
  package var difference: Double
  package var lower: Double
  package var upper: Double
  /// Whom the classifier does worse for: by the direction of the metric.
  package var worseGroup: String?
  /// Adjusted over all pairs of groups.
  package var pAllPairs: Double
  /// Also over all declared hypotheses of its kind, as the plan's multiplicity says.
  package var pAdjusted: Double
  package var isDetected: Bool
  package var sentence: String

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, metric: String,
    threshold: Double?, groups: [String], rates: [Double], difference: Double, lower: Double,
    upper: Double, pAllPairs: Double
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.metric = metric
    self.threshold = threshold
    self.groups = groups
    self.rates = rates
    self.difference = difference
    self.lower = lower
    self.upper = upper
    self.pAllPairs = pAllPairs
    pAdjusted = pAllPairs
    isDetected = false
    sentence = ""
  }
}
