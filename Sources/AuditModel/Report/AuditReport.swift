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
  /// Gaps less those of the reference panel; nil when the spec names no panel.
  package var panelComparisons: [PanelComparison]?
  package var armAgreement: [ArmAgreement]?
  package var varianceComponents: [VarianceComponents]?
  /// Declared questions that could not be asked; nil in reports of programs that did not count them.
  package var absences: [Absence]?
  /// What became of every question's rows.
  package var accounting: [Accounting]?
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
  /// Finding to threshold as used, with its origin in words.
  package var thresholds: [String: ThresholdRecord] = [:]
  /// Number of hypotheses in the declared family (findings × attributes × classifiers × cohorts).
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
  package init(name: String, kind: String, hash: String?, description: String) {
    self.name = name
    self.kind = kind
    self.hash = hash
    self.description = description
  }
}

/// One row per classifier × cohort × finding × attribute × group, evaluable or not.
package struct SubgroupResult: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable, CaseIterable {
    case ok, smallCell, notEstimable, notEvaluable
  }
  package var classifier: String
  package var cohort: String
  package var finding: String
  /// `sex`, `age`, `race`, an intersection `sex*age`, or `overall`.
  package var attribute: String
  package var group: String
  package var positives: Int
  package var negatives: Int
  package var clusters: Int
  /// Images without a score; never imputed.
  package var notScored: Int = 0
  package var status: Status
  /// Why the status is not `ok`.
  package var reason: String?
  package var auc: Double?
  package var standardError: Double?
  package var lower: Double?
  package var upper: Double?
  package var intervalMethod: String?
  package var averagePrecision: Double?
  package var brier: Double?
  package var calibrationIntercept: Double?
  package var calibrationSlope: Double?
  /// Ten bins of equal width.
  package var expectedCalibrationError: Double?
  /// Ten bins between the deciles of the scores.
  package var expectedCalibrationErrorEqualCount: Double?
  /// Intercept with the slope held at 1, with its cluster-robust interval.
  package var calibrationInTheLarge: IntervalEstimate?
  /// ``calibrationSlope`` and ``brier`` with cluster-robust intervals.
  package var calibrationSlopeInterval: IntervalEstimate?
  package var brierInterval: IntervalEstimate?
  package var weightedF1: Double?
  package var sensitivity: IntervalEstimate?
  package var specificity: IntervalEstimate?
  package var falseNegativeRate: IntervalEstimate?
  package var falsePositiveRate: IntervalEstimate?
  package var positivePredictiveValue: IntervalEstimate?
  /// Share of sick cases that the classifier calls healthy: the false-positive rate where the
  /// finding is "no finding", else the false-negative rate.
  package var underdiagnosisRate: IntervalEstimate?
  /// Scores at or above it are called positive; nil where no decision was judged.
  package var threshold: Double?
  /// Cases with and without the finding that were called positive.
  package var truePositives: Int?
  package var falsePositives: Int?

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, group: String,
    positives: Int, negatives: Int, clusters: Int, status: Status
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.group = group
    self.positives = positives
    self.negatives = negatives
    self.clusters = clusters
    self.status = status
  }
}

/// One pair of groups; `difference` is AUC(A) − AUC(B).
package struct ComparisonResult: Sendable, Equatable, Codable {
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
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

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, groupA: String,
    groupB: String, withinDelta: Bool = false
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.groupA = groupA
    self.groupB = groupB
    self.withinDelta = withinDelta
  }
}

/// The judgement on one classifier × cohort × finding × attribute.
package struct Verdict: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case flagged, withinDelta, inconclusive, notEvaluable
  }
  package var classifier: String
  package var cohort: String
  package var finding: String
  package var attribute: String
  package var verdict: Kind
  package var range: Double?
  package var rangeNullMean: Double?
  package var rangeNull95: Double?
  package var rangeLower: Double?
  package var rangeUpper: Double?
  /// Bias-corrected between-group variance of the AUC, floored at 0.
  package var betweenGroupVariance: Double?
  /// Groups of the pair with the largest studentised difference, higher AUC first.
  package var worstPair: [String] = []
  /// The second of ``worstPair``: whom the classifier does worse for.
  package var worseGroup: String?
  package var worstDifference: Double?
  package var worstZ: Double?
  package var pMaxT: Double?
  package var pMaxTMethod: String?
  package var pAdjusted: Double?
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

  package init(
    classifier: String, cohort: String, finding: String, attribute: String, verdict: Kind,
    sentence: String
  ) {
    self.classifier = classifier
    self.cohort = cohort
    self.finding = finding
    self.attribute = attribute
    self.verdict = verdict
    self.sentence = sentence
  }
}
