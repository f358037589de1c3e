/// Everything an audit found: contract `audit-report/1`, the content of `report.json`.
///
/// Reporting renders this and computes nothing. Undefined numbers are `nil` and carry a reason.
/// Two parts that are written as one object: what was audited and with what, and what the analysis found.
@dynamicMemberLookup
package struct AuditReport: Sendable, Equatable {
  package static let currentSchema = "audit-report/1"

  package var record: AuditRecord
  package var results = AnalysisResults()

  package init(name: String, title: String, plan: PlanRecord, provenance: Provenance) {
    record = AuditRecord(name: name, title: title, plan: plan, provenance: provenance)
  }

  package subscript<Value>(dynamicMember path: WritableKeyPath<AuditRecord, Value>) -> Value {
    get { record[keyPath: path] }
    set { record[keyPath: path] = newValue }
  }

  package subscript<Value>(dynamicMember path: WritableKeyPath<AnalysisResults, Value>) -> Value {
    get { results[keyPath: path] }
    set { results[keyPath: path] = newValue }
  }
}

extension AuditReport: Codable {
  package init(from decoder: any Decoder) throws {
    record = try AuditRecord(from: decoder)
    results = try AnalysisResults(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    try record.encode(to: encoder)
    try results.encode(to: encoder)
  }
}

/// What was audited, how it was planned and made, and what follows from its results.
package struct AuditRecord: Sendable, Equatable, Codable {
  package var schema = AuditReport.currentSchema
  package var name: String
  package var title: String
  package var intendedUse: String?
  package var operatorName: String?
  package var plan: PlanRecord
  package var cohorts: [CohortRecord] = []
  package var classifiers: [ClassifierRecord] = []
  package var rebalancing: RebalancingRecord?
  package var gallery: [GalleryRow] = []
  /// Of the synthetic cohort; nil when only real images were audited.
  package var generator: GeneratorRecord?
  /// nil when the spec sets no gate.
  package var policy: PolicyRecord?
  /// nil: the report is not signed.
  package var signature: SignatureRecord?
  /// What the values of the real table were taken to mean; nil without such a cohort.
  package var valueMappings: [ValueMapping]?
  /// How image files were read, where this program read them.
  package var images: [ImageReadingSummary]?
  package var provenance: Provenance
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
