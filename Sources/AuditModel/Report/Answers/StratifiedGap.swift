import Vocabulary

/// A gap between two groups as observed, and within strata of what else differs between them.
///
/// The adjusted value of a group is the mean of its values within the strata, weighted by the strata's
/// share of all images (direct standardisation; for the AUC the covariate-adjusted one of Janes and
/// Pepe 2009): what the groups would show if both had everybody's case mix.
package struct StratifiedGap: AnswerContent {
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
    strata: [String], strataUsed: Int, coverage: Double, groupA: String, groupB: String, raw: Double
  ) {
    self.strata = strata
    self.strataUsed = strataUsed
    self.coverage = coverage
    self.groupA = groupA
    self.groupB = groupB
    self.raw = raw
  }

  /// Names the metric also where it is the AUC.
  package static func write(_ question: Question, to encoder: any Encoder) throws {
    try question.encode(to: encoder)
    var values = encoder.container(keyedBy: QuestionKey.self)
    try values.encode(question.metric, forKey: .metric)
  }
}

/// A pair of groups of a question, within strata.
package typealias AdjustedGap = Answer<StratifiedGap>
