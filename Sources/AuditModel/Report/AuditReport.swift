/// Everything an audit found: contract `audit-report/1`, the content of `report.json`.
///
/// Reporting renders this and computes nothing. Undefined numbers are `nil` and carry a reason.
package struct AuditReport: Sendable, Equatable, Codable {
  package static let currentSchema = "audit-report/1"

  package var schema = AuditReport.currentSchema
  package var name: String
  package var title: String
  package var intendedUse: String?
  package var operatorName: String?
  /// Plain sentences at the top: what was found, first the worst.
  package var summary: [String] = []
  /// Plain sentences: what must not be concluded.
  package var cautions: [String] = []
  /// Things a reader should know about the run (dropped rows, truncated prompts, …).
  package var notes: [String] = []
  package var plan: PlanRecord
  package var cohorts: [CohortRecord] = []
  package var classifiers: [ClassifierRecord] = []
  package var overall: [SubgroupResult] = []
  package var subgroups: [SubgroupResult] = []
  package var comparisons: [ComparisonResult] = []
  package var verdicts: [Verdict] = []
  package var counterfactual: [CounterfactualResult] = []
  package var placebos: [PlaceboResult] = []
  package var gates: [GateResult] = []
  package var rebalancing: RebalancingRecord?
  package var gallery: [GalleryRow] = []
  /// Of the synthetic cohort; nil when only real images were audited.
  package var generator: GeneratorRecord?
  /// nil when the spec sets no gate.
  package var policy: PolicyRecord?
  package var rocCurves: [ROCCurve]?
  package var calibration: [CalibrationCurve]?
  /// nil: the report is not signed.
  package var signature: SignatureRecord?
  /// Differences in error rates at the threshold, one per classifier × cohort × finding × attribute.
  package var rateGaps: [RateGap]?
  /// The same for metrics of scores, which need no threshold.
  package var metricGaps: [RateGap]?
  /// Gaps within strata of other attributes; nil where the plan names none.
  package var adjustedGaps: [AdjustedGap]?
  /// The largest differences of both error rates together, by table and attribute.
  package var equalizedOdds: [EqualizedOdds]?
  /// Gaps less those of the reference panel; nil when the spec names no panel.
  package var panelComparisons: [PanelComparison]?
  package var armAgreement: [ArmAgreement]?
  package var varianceComponents: [VarianceComponents]?
  /// Declared questions that could not be asked; nil in reports of programs that did not count them.
  package var absences: [Absence]?
  /// What became of every question's rows.
  package var accounting: [Accounting]?
  /// Flags of one group or attribute told once, the most findings first; nil in older reports.
  package var rollUps: [RollUp]?
  /// Everything that is said, by kind, with the level it is said at; nil in older reports.
  package var families: [StatementFamily]?
  /// nil unless the cohort's design is `replica`.
  package var replica: ReplicaRecord?
  /// What the values of the real table were taken to mean; nil without such a cohort.
  package var valueMappings: [ValueMapping]?
  /// How image files were read, where this program read them.
  package var images: [ImageReadingSummary]?
  package var provenance: Provenance

  package init(name: String, title: String, plan: PlanRecord, provenance: Provenance) {
    self.name = name
    self.title = title
    self.plan = plan
    self.provenance = provenance
  }
}

/// An estimate with its interval.
package struct IntervalEstimate: Sendable, Equatable, Codable {
  package var estimate: Double?
  package var lower: Double?
  package var upper: Double?

  package init(estimate: Double?, lower: Double?, upper: Double?) {
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
  }
}

/// The analysis plan as fixed before scores were read.
package struct PlanRecord: Sendable, Equatable, Codable {
  package var alpha: Double
  package var delta: Double
  package var harm: Double
  package var multiplicity: String
  package var cluster: String
  package var replicates: Int
  package var seed: UInt64
  package var minimumPositives: Int
  package var minimumNegatives: Int
  package var minimumClusters: Int
  /// What gives verdicts; nil where it is the AUC with the margins above, and nothing else.
  package var metrics: [JudgedMetric]?
  /// Finding to threshold as used, with its origin in words.
  package var thresholds: [String: ThresholdRecord] = [:]
  /// Number of hypotheses in the declared family (findings × attributes × classifiers × cohorts ×
  /// metrics).
  package var familySize: Int
  /// SHA-256 of the plan, recorded before scoring.
  package var hash: String
  /// True when the plan changed after scores were read.
  package var exploratory: Bool

  package init(
    specification: AnalysisSpecification, familySize: Int, hash: String, exploratory: Bool
  ) {
    alpha = specification.alpha
    delta = specification.delta
    harm = specification.harm
    multiplicity = specification.multiplicity.rawValue
    cluster = specification.cluster.rawValue
    replicates = specification.replicates
    seed = specification.seed
    minimumPositives = specification.minimumPositives
    minimumNegatives = specification.minimumNegatives
    minimumClusters = specification.minimumClusters
    metrics =
      specification.metrics == AnalysisSpecification().metrics ? nil : specification.metrics
    self.familySize = familySize
    self.hash = hash
    self.exploratory = exploratory
  }
}

package struct ThresholdRecord: Sendable, Equatable, Codable {
  package var value: Double
  package var origin: String
  package init(value: Double, origin: String) {
    self.value = value
    self.origin = origin
  }
}

/// What a cohort consists of.
package struct CohortRecord: Sendable, Equatable, Codable {
  /// `real` or `synthetic`.
  package var cohort: String
  package var description: String
  package var images: Int
  package var clusters: Int
  /// `patients`, `base cases` or `images`.
  package var clusterUnit: String
  /// Rows: attribute, group, images, clusters (demographics table).
  package var demographics: [DemographicRow] = []

  package init(cohort: String, description: String, images: Int, clusters: Int, clusterUnit: String)
  {
    self.cohort = cohort
    self.description = description
    self.images = images
    self.clusters = clusters
    self.clusterUnit = clusterUnit
  }
}

package struct DemographicRow: Sendable, Equatable, Codable {
  package var attribute: String
  package var group: String
  package var images: Int
  package var clusters: Int
  package init(attribute: String, group: String, images: Int, clusters: Int) {
    self.attribute = attribute
    self.group = group
    self.images = images
    self.clusters = clusters
  }
}

package struct ClassifierRecord: Sendable, Equatable, Codable {
  package var name: String
  /// `onnx`, `command` or `scores`.
  package var kind: String
  /// SHA-256 of the model file or score table; nil for a command.
  package var hash: String?
  package var description: String
  /// What was run, part by part; nil where this program does not run it.
  package var pipeline: [PipelinePart]?
  package init(name: String, kind: String, hash: String?, description: String) {
    self.name = name
    self.kind = kind
    self.hash = hash
    self.description = description
  }
}

/// One part of what a classifier was run with: `resize`, `pillow.bilinear`.
package struct PipelinePart: Sendable, Equatable, Codable {
  package var name: String
  package var value: String
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
