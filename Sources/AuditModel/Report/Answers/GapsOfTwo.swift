import Vocabulary

/// The verdicts of two classifiers on one question.
package struct VerdictsOfTwo: AnswerContent {
  package typealias Asked = QuestionPattern

  package var before: Verdict.Kind
  package var after: Verdict.Kind

  package init(before: Verdict.Kind, after: Verdict.Kind) {
    self.before = before
    self.after = after
  }
}

/// The AUCs of two classifiers over all cases.
package struct AUCsOfTwo: AnswerContent {
  package typealias Asked = QuestionPattern

  package var aucBefore: Double?
  package var aucAfter: Double?

  package init(aucBefore: Double?, aucAfter: Double?) {
    self.aucBefore = aucBefore
    self.aucAfter = aucAfter
  }
}

/// How the gap between two groups differs between two classifiers on the same cases.
package struct GapsOfTwo: AnswerContent {
  package typealias Asked = QuestionPattern

  /// What the data show about the size of the gap.
  package enum Direction: Sendable, Equatable, CaseIterable {
    case narrower, wider, reversed, notShown
  }

  package var groupA: String
  package var groupB: String
  /// AUC(A) − AUC(B) of the first classifier.
  package var gapBefore: Double?
  package var gapAfter: Double?
  /// ``gapAfter`` − ``gapBefore``; the sign is that of the gap, not of its size.
  package var change: Double?
  package var standardError: Double?
  package var lower: Double?
  package var upper: Double?
  /// Two-sided, this pair alone.
  package var p: Double?
  /// Over all pairs of all questions that are compared (Bonferroni), as ``lower`` and ``upper`` are.
  package var pAdjusted: Double?
  /// Why there are no numbers.
  package var reason: String?

  package init(groupA: String, groupB: String) {
    self.groupA = groupA
    self.groupB = groupB
  }

  /// A change whose interval holds 0 is not shown; a gap that changed sides is neither narrower nor
  /// wider. nil where there are no numbers.
  package var direction: Direction? {
    guard let gapBefore, let gapAfter, let lower, let upper else { return nil }
    if lower <= 0, upper >= 0 { return .notShown }
    if gapBefore * gapAfter < 0 { return .reversed }
    return abs(gapAfter) < abs(gapBefore) ? .narrower : .wider
  }

  /// Only the attribute stands here; cohort and finding are those of the row, see
  /// ``AuditComparison/GapRow``.
  package static func write(_ question: QuestionPattern, to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: QuestionKey.self)
    try values.encode(question.attribute, forKey: .attribute)
  }
}

/// The change of one gap of a question.
package typealias GapChange = Answer<GapsOfTwo>

extension Answer where Content == GapsOfTwo {
  package typealias Direction = GapsOfTwo.Direction
}

extension AuditComparison {
  /// The change of a gap beside the gap itself in each audit.
  package struct GapRow: Sendable, Equatable {
    package var gap: GapChange
    /// Simultaneous limits over all pairs of the question, from each audit's own analysis.
    package var before: IntervalEstimate?
    package var after: IntervalEstimate?

    package init(
      _ gap: GapChange, before: IntervalEstimate? = nil, after: IntervalEstimate? = nil
    ) {
      self.gap = gap
      self.before = before
      self.after = after
    }
  }
}

/// Cohort and finding stand beside the gap, its attribute inside.
extension AuditComparison.GapRow: Codable {
  private enum CodingKeys: String, CodingKey { case cohort, finding, gap, before, after }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    gap = try values.decode(GapChange.self, forKey: .gap)
    gap.question.cohort = try values.decode(String.self, forKey: .cohort)
    gap.question.finding = try values.decode(String.self, forKey: .finding)
    before = try values.decodeIfPresent(IntervalEstimate.self, forKey: .before)
    after = try values.decodeIfPresent(IntervalEstimate.self, forKey: .after)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(gap.cohort, forKey: .cohort)
    try values.encode(gap.finding, forKey: .finding)
    try values.encode(gap, forKey: .gap)
    try values.encodeIfPresent(before, forKey: .before)
    try values.encodeIfPresent(after, forKey: .after)
  }
}
