import Vocabulary

/// How two groups differ; `difference` is the metric of A less that of B.
package struct PairComparison: AnswerContent {
  package var groupA: String
  package var groupB: String
  package var difference: Double?
  package var standardError: Double?
  package var z: Double?
  /// Two-sided, this pair alone.
  package var p: Double?
  /// Adjusted within finding × attribute over all its pairs.
  package var pMaxT: Double?
  /// `pMaxT` of the finding × attribute adjusted over the declared family.
  package var pAdjusted: Double?
  /// Simultaneous limits over all pairs of this finding × attribute.
  package var lower: Double?
  package var upper: Double?
  package var withinDelta: Bool
  /// The group of the pair that the classifier does worse for, by the estimates; nil where they are
  /// equal or one is not known.
  package var worseGroup: String?
  package var reason: String?
  /// Of "all others", where a group is compared with them.
  package var others: OthersCases?

  package init(groupA: String, groupB: String, withinDelta: Bool = false) {
    self.groupA = groupA
    self.groupB = groupB
    self.withinDelta = withinDelta
  }
}

/// The cases of all other groups together; no row of a group has them.
package struct OthersCases: Sendable, Codable, Equatable {
  package var positives: Int
  package var negatives: Int
  package var clusters: Int
  package var auc: Double?

  package init(_ result: SubgroupResult) {
    positives = result.positives
    negatives = result.negatives
    clusters = result.clusters
    auc = result.auc
  }
}

/// One pair of groups of a question.
package typealias ComparisonResult = Answer<PairComparison>

extension Answer where Content == PairComparison {
  package init(
    _ question: Question, groupA: String, groupB: String, withinDelta: Bool = false
  ) {
    self.init(
      question, PairComparison(groupA: groupA, groupB: groupB, withinDelta: withinDelta))
  }

  /// The difference with its simultaneous limits, told from the better to the worse group.
  package var gap: Gap? {
    content.difference.map {
      Gap(
        between: content.groupA, and: content.groupB, difference: $0, lower: content.lower,
        upper: content.upper, by: question.metric)
    }
  }
}
