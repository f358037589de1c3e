import Vocabulary

/// Equalised odds (Hardt, Price and Srebro 2016): how far apart two groups' decisions can be, whether
/// the finding is there or not.
package struct OddsDifference: AnswerContent {
  package var threshold: Double
  /// The largest difference between two groups of either rate; 0 where odds are equal.
  package var difference: Double
  /// Between whom, higher rate first.
  package var groups: [String]
  /// Below it lie all differences of both rates, together at 1 − α.
  package var upper: Double
  package var sentence: String

  package init(
    threshold: Double, difference: Double, groups: [String], upper: Double, sentence: String
  ) {
    self.threshold = threshold
    self.difference = difference
    self.groups = groups
    self.upper = upper
    self.sentence = sentence
  }
}

/// The rates of one question's groups; its metric is the one that differs more, `sensitivity` or
/// `falsePositiveRate`.
package typealias EqualizedOdds = Answer<OddsDifference>
