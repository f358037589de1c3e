import Vocabulary

/// All arms of one attribute together: do decisions agree, and how far apart can scores lie?
package struct ArmSpread: SyntheticContent {
  /// Base cases, by other attributes, that were drawn and scored in every arm.
  package var sets: Int
  package var arms: Int
  package var clusters: Int
  /// Cochran's Q of "all arms have the same share of positive decisions"; nil without a threshold.
  package var cochranQ: Double?
  package var cochranP: Double?
  /// Largest minus smallest score of a base case over the arms, on the logit scale: the mean.
  package var spread: IntervalEstimate?
  package var spread95: Double?
  package var spreadLargest: Double?
  /// The mean range that as many drawings with other seeds would show; nil without a seed placebo.
  package var spreadOfSeeds: Double?
  package var sentence: String

  package init(sets: Int, arms: Int, clusters: Int, sentence: String = "") {
    self.sets = sets
    self.arms = arms
    self.clusters = clusters
    self.sentence = sentence
  }
}

/// All arms of one question's attribute together.
package typealias ArmAgreement = Answer<ArmSpread>

/// Where the scores of a counterfactual cohort vary: between base cases, seeds and arms.
package struct ScoreVariances: PooledSyntheticContent {
  /// `positive` or `negative` base cases.
  package var label: String
  package var baseCases: Int
  package var arms: Int
  /// Variances on the logit scale, each at least 0.
  package var baseCase: Double?
  /// Of another noise seed with the same prompt; nil without a seed placebo or several seeds.
  package var seed: Double?
  /// Between arms, the same for every base case.
  package var arm: Double?
  /// What an arm does to one base case and not to another.
  package var baseCaseByArm: Double?
  package var sentence: String

  package init(label: String, baseCases: Int, arms: Int, sentence: String = "") {
    self.label = label
    self.baseCases = baseCases
    self.arms = arms
    self.sentence = sentence
  }
}

/// The variances under all questions of a classifier and finding.
package typealias VarianceComponents = Answer<ScoreVariances>
