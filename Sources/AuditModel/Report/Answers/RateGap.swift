import Vocabulary

/// The largest studentised difference between groups in one metric that gives no verdict.
package struct MetricGap: Sendable, Equatable, Codable {
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
    threshold: Double?, groups: [String], rates: [Double], difference: Double, lower: Double,
    upper: Double, pAllPairs: Double
  ) {
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

/// A gap in the metric of its question, as supporting evidence.
package typealias RateGap = Answer<MetricGap>

extension Answer where Content == MetricGap {
  /// nil where not two groups are named.
  package var gap: Gap? {
    guard content.groups.count == 2 else { return nil }
    return Gap(
      between: content.groups[0], and: content.groups[1], difference: content.difference,
      lower: content.lower, upper: content.upper, by: question.metric)
  }
}

/// Equalised odds (Hardt, Price and Srebro 2016): how far apart two groups' decisions can be, whether
/// the finding is there or not.
package struct EqualizedOdds: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  package var threshold: Double
  /// The largest difference between two groups of either rate; 0 where odds are equal.
  package var difference: Double
  /// `sensitivity` or `falsePositiveRate`, whichever differs more, and between whom, higher rate first.
  package var metric: String
  package var groups: [String]
  /// Below it lie all differences of both rates, together at 1 − α.
  package var upper: Double
  package var sentence: String

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, threshold: Double,
    difference: Double, metric: String, groups: [String], upper: Double, sentence: String
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.threshold = threshold
    self.difference = difference
    self.metric = metric
    self.groups = groups
    self.upper = upper
    self.sentence = sentence
  }
}
