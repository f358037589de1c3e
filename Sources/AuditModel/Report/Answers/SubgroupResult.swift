import Vocabulary

/// What was counted and estimated for one group.
package struct GroupMeasures: AnswerContent {
  package enum Status: String, Sendable, Codable, CaseIterable {
    case ok, smallCell, notEstimable, notEvaluable
  }
  package var group: String
  package var positives: Int
  package var negatives: Int
  package var clusters: Int
  /// Images without a score; never imputed.
  package var notScored: Int = 0
  package var status: Status
  /// Why the status is not `ok`.
  package var reason: String?
  package var auc: Double?
  package var standardError: Double?
  package var lower: Double?
  package var upper: Double?
  package var intervalMethod: String?
  /// Drawn towards the mean of the attribute's groups by how little its own cases say (empirical Bayes);
  /// shown beside ``auc``, never in its place.
  package var shrunkAUC: Double?
  /// Over false-positive rates up to 0.1, scaled so that guessing has 0.5 (McClish 1989).
  package var partialAUC: Double?
  package var averagePrecision: Double?
  /// Cluster-robust, by the infinitesimal jackknife.
  package var averagePrecisionInterval: IntervalEstimate?
  package var brier: Double?
  package var calibrationIntercept: Double?
  package var calibrationSlope: Double?
  /// Ten bins of equal width.
  package var expectedCalibrationError: Double?
  /// Ten bins between the deciles of the scores.
  package var expectedCalibrationErrorEqualCount: Double?
  /// Intercept with the slope held at 1, with its cluster-robust interval.
  package var calibrationInTheLarge: IntervalEstimate?
  /// ``calibrationSlope`` and ``brier`` with cluster-robust intervals.
  package var calibrationSlopeInterval: IntervalEstimate?
  package var brierInterval: IntervalEstimate?
  package var weightedF1: Double?
  package var sensitivity: IntervalEstimate?
  package var specificity: IntervalEstimate?
  package var falseNegativeRate: IntervalEstimate?
  package var falsePositiveRate: IntervalEstimate?
  package var positivePredictiveValue: IntervalEstimate?
  /// At the prevalence that the plan declares for the place of use; nil without one.
  package var deployment: DeploymentValue?
  /// Share of sick cases that the classifier calls healthy: the false-positive rate where the
  /// finding is "no finding", else the false-negative rate.
  package var underdiagnosisRate: IntervalEstimate?
  /// Scores at or above it are called positive; nil where no decision was judged.
  package var threshold: Double?
  /// Cases with and without the finding that were called positive.
  package var truePositives: Int?
  package var falsePositives: Int?

  package init(group: String, positives: Int, negatives: Int, clusters: Int, status: Status) {
    self.group = group
    self.positives = positives
    self.negatives = negatives
    self.clusters = clusters
    self.status = status
  }
}

/// One row per classifier × cohort × finding × attribute × group, evaluable or not.
///
/// The attribute is `sex`, `age`, `race`, …, an intersection `sex*age`, or `overall`.
package typealias SubgroupResult = Answer<GroupMeasures>

extension Answer where Content == GroupMeasures {
  package typealias Status = GroupMeasures.Status

  package init(
    _ question: Question, group: String, positives: Int, negatives: Int, clusters: Int,
    status: Status
  ) {
    self.init(
      question,
      GroupMeasures(
        group: group, positives: positives, negatives: negatives, clusters: clusters, status: status
      ))
  }
}
