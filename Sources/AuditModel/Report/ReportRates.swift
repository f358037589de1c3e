/// The largest studentised difference in one error rate between groups, at the common threshold.
package struct RateGap: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  /// `sensitivity` or `falsePositiveRate`.
  package var metric: String
  package var threshold: Double
  /// Higher rate first.
  package var groups: [String]
  package var rates: [Double]
  package var difference: Double
  package var lower: Double
  package var upper: Double
  /// Adjusted over all pairs of groups.
  package var pAllPairs: Double
  /// Also over all rate hypotheses of the plan, as its multiplicity says.
  package var pAdjusted: Double
  package var isDetected: Bool
  package var sentence: String

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, metric: String,
    threshold: Double, groups: [String], rates: [Double], difference: Double, lower: Double,
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
