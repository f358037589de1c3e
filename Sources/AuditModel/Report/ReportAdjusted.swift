/// A gap between two groups as observed, and within strata of what else differs between them.
///
/// The adjusted value of a group is the mean of its values within the strata, weighted by the strata's
/// share of all images (direct standardisation; for the AUC the covariate-adjusted one of Janes and
/// Pepe 2009): what the groups would show if both had everybody's case mix.
package struct AdjustedGap: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  /// `auc`, `sensitivity` or `falsePositiveRate`.
  package var metric: String
  /// Attributes whose values make the strata.
  package var strata: [String]
  /// Strata in which every group compared has cases enough, and their share of the images, 0…1.
  package var strataUsed: Int
  package var coverage: Double
  package var groupA: String
  package var groupB: String
  /// Value of A less that of B over all images, and within strata.
  package var raw: Double
  package var adjusted: Double?
  package var standardError: Double?
  /// Simultaneous over the pairs of this finding, attribute and metric (Bonferroni).
  package var lower: Double?
  package var upper: Double?
  /// Over the same pairs.
  package var p: Double?
  /// Why there is no adjusted value.
  package var reason: String?

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, metric: String,
    strata: [String], strataUsed: Int, coverage: Double, groupA: String, groupB: String, raw: Double
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.metric = metric
    self.strata = strata
    self.strataUsed = strataUsed
    self.coverage = coverage
    self.groupA = groupA
    self.groupB = groupB
    self.raw = raw
  }
}

/// What decisions amount to where the finding is as common as at the place of use.
package struct DeploymentValue: Sendable, Equatable, Codable {
  /// Declared in the plan, 0…1.
  package var prevalence: Double
  /// Bayes' rule on sensitivity and false-positive rate, with limits from theirs (MOVER on the ratio,
  /// Zou and Donner 2008).
  package var positivePredictiveValue: IntervalEstimate
  /// Per patient, in true positives (Vickers and Elkin 2006); nil where scores are no probabilities.
  package var netBenefit: Double?

  package init(
    prevalence: Double, positivePredictiveValue: IntervalEstimate, netBenefit: Double? = nil
  ) {
    self.prevalence = prevalence
    self.positivePredictiveValue = positivePredictiveValue
    self.netBenefit = netBenefit
  }
}
