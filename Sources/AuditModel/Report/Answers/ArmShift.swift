import Vocabulary

/// How scores and decisions differ between two arms that share base cases and noise.
package struct ArmShift: SyntheticContent {
  package var groupA: String
  package var groupB: String
  /// `all`, `positive` or `negative` base cases.
  package var label: String
  package var pairs: Int
  package var clusters: Int
  /// Mean of logit(score A) − logit(score B), cluster interval over base cases.
  package var scoreShift: IntervalEstimate
  package var scoreShiftP: Double?
  package var hodgesLehmann: Double?
  package var wilcoxonP: Double?
  /// Share of pairs whose decision differs.
  package var flipRate: IntervalEstimate?
  /// (A positive, B negative) − (A negative, B positive), share of pairs; Tango interval.
  package var netFlip: IntervalEstimate?
  package var mcnemarP: Double?

  package init(
    groupA: String, groupB: String, label: String, pairs: Int, clusters: Int,
    scoreShift: IntervalEstimate
  ) {
    self.groupA = groupA
    self.groupB = groupB
    self.label = label
    self.pairs = pairs
    self.clusters = clusters
    self.scoreShift = scoreShift
  }
}

/// Two arms of one question's attribute, compared in pairs.
package typealias CounterfactualResult = Answer<ArmShift>

/// How far two drawings of the same cases lie apart that differ by seed or wording alone.
package struct PlaceboShift: PooledSyntheticContent {
  /// `seed` or `prompt`.
  package var placebo: String
  package var difference: Double?
  package var standardError: Double?
  package var lower: Double?
  package var upper: Double?
  package var meanAbsoluteScoreShift: Double?
  /// First minus second drawing on the logit scale, cluster interval over base cases.
  package var scoreShift: IntervalEstimate?
  /// Share of pairs whose decision differs between the two drawings.
  package var flipRate: IntervalEstimate?

  package init(placebo: String) { self.placebo = placebo }
}

/// A placebo arm: the generator's own noise under all questions of a classifier and finding.
package typealias PlaceboResult = Answer<PlaceboShift>
