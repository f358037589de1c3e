import Vocabulary

/// What changed between two finished audits of the same cohort and plan.
package struct AuditComparison: Sendable, Equatable, Codable {
  /// One question, as both audits answered it.
  package struct VerdictChange: Sendable, Equatable, Codable {
    package var cohort: String
    package var finding: String
    package var attribute: String
    /// nil: the AUC.
    package var metric: Metric?
    package var before: Verdict.Kind
    package var after: Verdict.Kind

    package init(
      cohort: String, finding: String, attribute: String, metric: Metric? = nil,
      before: Verdict.Kind, after: Verdict.Kind
    ) {
      self.metric = metric
      self.cohort = cohort
      self.finding = finding
      self.attribute = attribute
      self.before = before
      self.after = after
    }
  }

  package struct GapRow: Sendable, Equatable, Codable {
    package var cohort: String
    package var finding: String
    package var gap: GapChange
    /// Simultaneous limits over all pairs of the question, from each audit's own analysis.
    package var before: IntervalEstimate?
    package var after: IntervalEstimate?

    package init(
      cohort: String, finding: String, gap: GapChange, before: IntervalEstimate? = nil,
      after: IntervalEstimate? = nil
    ) {
      self.cohort = cohort
      self.finding = finding
      self.gap = gap
      self.before = before
      self.after = after
    }
  }

  package struct OverallRow: Sendable, Equatable, Codable {
    package var cohort: String
    package var finding: String
    package var aucBefore: Double?
    package var aucAfter: Double?

    package init(cohort: String, finding: String, aucBefore: Double?, aucAfter: Double?) {
      self.cohort = cohort
      self.finding = finding
      self.aucBefore = aucBefore
      self.aucAfter = aucAfter
    }
  }

  /// `schema`, so that scripts can tell versions apart.
  package var schema = "audit-comparison/1"
  /// Report folders.
  package var before: String
  package var after: String
  package var classifierBefore: String
  package var classifierAfter: String
  /// Verdicts that differ.
  package var verdictChanges: [VerdictChange] = []
  package var unchangedVerdicts = 0
  /// All verdicts that both audits reached, changed or not.
  package var verdicts: [VerdictChange] = []
  package var overall: [OverallRow] = []
  package var gaps: [GapRow] = []
  /// Confidence level of each interval, such as 0.95.
  package var level: Double
  /// Within which differences count as equivalent, from the common plan.
  package var delta: Double
  /// Pairs of groups over all questions, for which the intervals hold together; nil in older files.
  package var comparisons: Int?

  package init(
    before: String, after: String, classifierBefore: String, classifierAfter: String,
    level: Double, delta: Double
  ) {
    self.before = before
    self.after = after
    self.classifierBefore = classifierBefore
    self.classifierAfter = classifierAfter
    self.level = level
    self.delta = delta
  }
}

/// How the gap between two groups differs between two classifiers on the same cases.
package struct GapChange: Sendable, Equatable, Codable {
  /// What the data show about the size of the gap.
  package enum Direction: Sendable, Equatable, CaseIterable {
    case narrower, wider, reversed, notShown
  }

  package var attribute: String
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

  package init(attribute: String, groupA: String, groupB: String) {
    self.attribute = attribute
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
}
