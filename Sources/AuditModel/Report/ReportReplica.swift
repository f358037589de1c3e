/// How well the twins of a replica cohort repeat what the real cases show, group by group.
package struct ReplicaAgreement: Sendable, Equatable, Codable {
  package var classifier: String
  /// A finding, or `all findings` for the mean over findings.
  package var finding: String
  /// An attribute, or `all attributes` for all groups together.
  package var attribute: String
  /// `auc`, `sensitivity`, `falsePositiveRate` or `weightedF1`.
  package var metric: String
  /// Groups in which both sides have a value.
  package var groups: Int
  /// Pearson's r over the groups, as in the ChexGen paper; the interval is a cluster bootstrap's.
  package var pearson: IntervalEstimate?
  /// Lin's concordance correlation: 1 only where both agree in value, not only in order.
  package var concordance: IntervalEstimate?
  /// Bland and Altman's mean of synthetic minus real, and their limits of agreement.
  package var bias: IntervalEstimate?
  package var agreementLower: Double?
  package var agreementUpper: Double?
  /// Share of the gaps between two groups of an attribute that have the same sign on both sides.
  package var signAgreement: IntervalEstimate?
  package var gaps: Int
  package var sentence: String

  package init(
    classifier: String, finding: String, attribute: String, metric: String, groups: Int,
    gaps: Int = 0, sentence: String = ""
  ) {
    self.classifier = classifier
    self.finding = finding
    self.attribute = attribute
    self.metric = metric
    self.groups = groups
    self.gaps = gaps
    self.sentence = sentence
  }
}

/// One group on the real images and on their twins.
package struct ReplicaGroup: Sendable, Equatable, Codable {
  package var classifier: String
  package var finding: String
  package var attribute: String
  package var group: String
  package var metric: String
  package var real: Double?
  package var synthetic: Double?
  /// Synthetic minus real, paired by patient.
  package var difference: IntervalEstimate?

  package init(
    classifier: String, finding: String, attribute: String, group: String, metric: String
  ) {
    self.classifier = classifier
    self.finding = finding
    self.attribute = attribute
    self.group = group
    self.metric = metric
  }
}

/// One gap between two groups on the real images and on their twins.
package struct ReplicaGap: Sendable, Equatable, Codable {
  package var classifier: String
  package var finding: String
  package var attribute: String
  package var groupA: String
  package var groupB: String
  package var metric: String
  package var real: IntervalEstimate
  package var synthetic: IntervalEstimate
  /// Synthetic minus real gap, paired by patient.
  package var difference: IntervalEstimate
  package var sameSign: Bool

  package init(
    classifier: String, finding: String, attribute: String, groupA: String, groupB: String,
    metric: String, real: IntervalEstimate, synthetic: IntervalEstimate,
    difference: IntervalEstimate, sameSign: Bool
  ) {
    self.classifier = classifier
    self.finding = finding
    self.attribute = attribute
    self.groupA = groupA
    self.groupB = groupB
    self.metric = metric
    self.real = real
    self.synthetic = synthetic
    self.difference = difference
    self.sameSign = sameSign
  }
}

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
