import Vocabulary

/// The largest studentised difference between groups in one metric that gives no verdict.
package struct MetricGap: AnswerContent {
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
