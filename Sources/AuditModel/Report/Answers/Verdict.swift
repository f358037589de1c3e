import Vocabulary

/// What the audit makes of one question.
package struct Judgement: AnswerContent {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case flagged, withinDelta, inconclusive, notEvaluable
  }
  package var verdict: Kind
  package var range: Double?
  package var rangeNullMean: Double?
  package var rangeNull95: Double?
  package var rangeLower: Double?
  package var rangeUpper: Double?
  /// Bias-corrected between-group variance of the AUC, floored at 0.
  package var betweenGroupVariance: Double?
  /// Groups of the pair with the largest studentised difference, the better first.
  package var worstPair: [String] = []
  /// The second of ``worstPair``: whom the classifier does worse for.
  package var worseGroup: String?
  package var worstDifference: Double?
  /// The metric in the groups of ``worstPair``; nil for the AUC, which every group's row has; all
  /// others together have no row, so there it is told.
  package var worstValues: [Double]?
  package var worstZ: Double?
  package var pMaxT: Double?
  package var pMaxTMethod: String?
  package var pAdjusted: Double?
  /// Of everything that a flag claims, adjusted over the declared family: that a gap is there, that it
  /// exceeds the harm margin and, on synthetic images, the placebo's gap and the panel's.
  package var pFlag: Double?
  package var criticalValue: Double?
  package var requiredClusters: Int?
  /// Synthetic only: the placebo that the strongest gap exceeds least clearly, `seed` or `prompt`.
  package var placebo: String?
  /// Size of that placebo's gap in AUC.
  package var placeboGap: Double?
  /// Size of the strongest gap less ``placeboGap``, and its one-sided lower limit at 1 − α.
  package var beyondPlacebo: Double?
  package var beyondPlaceboLower: Double?
  /// Gates by identifier and name; nil on real images.
  package var restsOn: [String]?
  /// What else moves with the attribute on these images, by gates that failed.
  package var confoundedWith: [String]?
  /// Quotable by a regulator.
  package var sentence: String
  package var reasons: [String] = []

  package init(verdict: Kind, sentence: String) {
    self.verdict = verdict
    self.sentence = sentence
  }
}

/// The judgement on one classifier × cohort × finding × attribute × metric.
package typealias Verdict = Answer<Judgement>

extension Answer where Content == Judgement {
  package typealias Kind = Judgement.Kind

  package init(_ question: Question, verdict: Kind, sentence: String) {
    self.init(question, Judgement(verdict: verdict, sentence: sentence))
  }

  /// Of the strongest pair, without limits; nil where no pair could be tested.
  package var gap: Gap? {
    guard content.worstPair.count == 2, let size = content.worstDifference else { return nil }
    return Gap(better: content.worstPair[0], worse: content.worstPair[1], size: size)
  }
}
