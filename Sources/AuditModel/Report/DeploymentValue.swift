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
