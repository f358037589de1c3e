import Vocabulary

/// Content that sets synthetic twins beside their real cases, so that its JSON names no cohort.
///
/// The metric is the content's: the weighted F1 of the ChexGen paper is measured on twins only.
package protocol TwinContent: AnswerContent where Asked == QuestionPattern {}

extension TwinContent {
  package static func question(from decoder: any Decoder) throws -> QuestionPattern {
    let values = try decoder.container(keyedBy: QuestionKey.self)
    let finding = try values.decode(String.self, forKey: .finding)
    let attribute = try values.decode(String.self, forKey: .attribute)
    return QuestionPattern(
      classifier: try values.decode(String.self, forKey: .classifier),
      finding: finding == QuestionPattern.allFindings ? nil : finding,
      attribute: attribute == QuestionPattern.allAttributes ? nil : attribute)
  }

  /// A part that is left open is written in words.
  package static func write(_ question: QuestionPattern, to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: QuestionKey.self)
    try values.encode(question.classifier, forKey: .classifier)
    try values.encode(
      question.finding ?? QuestionPattern.allFindings, forKey: .finding)
    try values.encode(
      question.attribute ?? QuestionPattern.allAttributes, forKey: .attribute)
  }
}

/// How well the twins of a replica cohort repeat what the real cases show, group by group.
package struct TwinAgreement: TwinContent {
  /// `auc`, `sensitivity`, `falsePositiveRate` or `weightedF1`.
  package var metric: String
  /// Groups in which both sides have a value.
  package var groups: Int
  /// Pearson's r over the groups as observed, as in the ChexGen paper; without limits.
  package var pearson: IntervalEstimate?
  /// Lin's concordance correlation: 1 only where both agree in value, not only in order; without limits.
  package var concordance: IntervalEstimate?
  /// Bland and Altman's mean of synthetic minus real, and their limits of agreement.
  package var bias: IntervalEstimate?
  package var agreementLower: Double?
  package var agreementUpper: Double?
  /// Share of the gaps between two groups of an attribute that have the same sign on both sides; no limits.
  package var signAgreement: IntervalEstimate?
  package var gaps: Int
  package var sentence: String

  package init(metric: String, groups: Int, gaps: Int = 0, sentence: String = "") {
    self.metric = metric
    self.groups = groups
    self.gaps = gaps
    self.sentence = sentence
  }
}

/// The mean over findings where its question names none; all groups together where no attribute.
package typealias ReplicaAgreement = Answer<TwinAgreement>

/// One group on the real images and on their twins.
package struct TwinGroup: TwinContent {
  package var group: String
  /// `auc`, `sensitivity`, `falsePositiveRate` or `weightedF1`.
  package var metric: String
  package var real: Double?
  package var synthetic: Double?
  /// Synthetic minus real, paired by patient.
  package var difference: IntervalEstimate?

  package init(group: String, metric: String) {
    self.group = group
    self.metric = metric
  }
}

/// One group of a question, on both sides.
package typealias ReplicaGroup = Answer<TwinGroup>

/// One gap between two groups on the real images and on their twins.
package struct TwinGap: TwinContent {
  package var groupA: String
  package var groupB: String
  /// `auc`, `sensitivity`, `falsePositiveRate` or `weightedF1`.
  package var metric: String
  package var real: IntervalEstimate
  package var synthetic: IntervalEstimate
  /// Synthetic minus real gap, paired by patient.
  package var difference: IntervalEstimate
  package var sameSign: Bool

  package init(
    groupA: String, groupB: String, metric: String, real: IntervalEstimate,
    synthetic: IntervalEstimate,
    difference: IntervalEstimate, sameSign: Bool
  ) {
    self.groupA = groupA
    self.groupB = groupB
    self.metric = metric
    self.real = real
    self.synthetic = synthetic
    self.difference = difference
    self.sameSign = sameSign
  }
}

/// One pair of groups of a question, on both sides.
package typealias ReplicaGap = Answer<TwinGap>

/// Everything a replica cohort says about its own faithfulness.
package struct ReplicaRecord: Sendable, Equatable, Codable {
  package var agreements: [ReplicaAgreement]
  package var groups: [ReplicaGroup]
  package var gaps: [ReplicaGap]
  /// Why a high correlation alone is no agreement.
  package var caution: String

  package init(
    agreements: [ReplicaAgreement], groups: [ReplicaGroup], gaps: [ReplicaGap], caution: String
  ) {
    self.agreements = agreements
    self.groups = groups
    self.gaps = gaps
    self.caution = caution
  }
}
