import Vocabulary

/// Everything that an analysis found out about one audit.
///
/// `report.json` holds the members by these names. Lists that reports of older programs lack, or that an
/// audit of another design has no use for, are empty.
package struct AnalysisResults: Sendable, Equatable, Codable {
  /// Plain sentences at the top: what was found, first the worst.
  package var summary: [String] = []
  /// Plain sentences: what must not be concluded.
  package var cautions: [String] = []
  /// Things a reader should know about the run (dropped rows, truncated prompts, …).
  package var notes: [String] = []
  package var overall: [SubgroupResult] = []
  package var subgroups: [SubgroupResult] = []
  package var comparisons: [ComparisonResult] = []
  /// Worst first: flagged, inconclusive, within δ, not evaluable; within each by |z|.
  package var verdicts: [Verdict] = []
  package var counterfactual: [CounterfactualResult] = []
  package var placebos: [PlaceboResult] = []
  package var gates: [GateResult] = []
  /// Differences in error rates at the threshold, one per classifier × cohort × finding × attribute.
  @OptionalList package var rateGaps: [RateGap]
  /// The same for metrics of scores beside the AUC, which need no threshold.
  @OptionalList package var metricGaps: [RateGap]
  /// The largest differences of both error rates together, by table and attribute.
  @OptionalList package var equalizedOdds: [EqualizedOdds]
  /// Gaps within strata of other attributes, where the plan names some.
  @OptionalList(isWrittenEmpty: false) package var adjustedGaps: [AdjustedGap]
  /// Gaps less those of the reference panel; nil when no table is of a reference classifier.
  package var panelComparisons: [PanelComparison]?
  /// Of cohorts with arms.
  @OptionalList(isWrittenEmpty: false) package var armAgreement: [ArmAgreement]
  /// Of cohorts with arms.
  @OptionalList(isWrittenEmpty: false) package var varianceComponents: [VarianceComponents]
  @OptionalList package var rocCurves: [ROCCurve]
  @OptionalList package var calibration: [CalibrationCurve]
  /// Declared questions that could not be asked; each counts in the family.
  @OptionalList package var absences: [Absence]
  /// What became of every question's rows.
  @OptionalList package var accounting: [Accounting]
  /// Flags of one group or attribute told once, the most findings first.
  @OptionalList package var rollUps: [RollUp]
  /// Everything that is said, by kind, with the level it is said at.
  @OptionalList package var families: [StatementFamily]
  /// Twins against real cases; nil unless the cohort's design is `replica`.
  package var replica: ReplicaRecord?

  package init() {}
}
