import AuditModel
import Vocabulary

/// Columns of the tables that describe the audit rather than its results.
enum RecordTables {
  static let gates: [ColumnOf<GateResult>] = [
    ColumnOf(.words("Gate", "id", header: true)) { .text($0.id) },
    ColumnOf(.words("Checks", "name")) { .text($0.name) },
    ColumnOf(.words("Outcome", "status")) { .gate($0.status) },
    ColumnOf(.number("Value", "value")) { .number($0.value, .general) },
    ColumnOf(.words("Rule", "rule")) { .text($0.rule) },
    ColumnOf(.words("In words", "sentence")) { .text($0.sentence) },
  ]

  static let demographics: [ColumnOf<(cohort: String, row: DemographicRow)>] = [
    ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.row.attribute), raw: $0.row.attribute)
    },
    ColumnOf(.words("Group", "group", header: true)) {
      .name(Words.group($0.row.group), raw: $0.row.group)
    },
    ColumnOf(.number("Images", "images")) { .count($0.row.images) },
    ColumnOf(.number("Clusters", "clusters")) { .count($0.row.clusters) },
  ]

  static let cohorts: [ColumnOf<CohortRecord>] = [
    ColumnOf(.words("Cohort", "cohort", header: true)) { .text($0.cohort) },
    ColumnOf(.words("What it is", "description")) { .text($0.description) },
    ColumnOf(.number("Images", "images")) { .count($0.images) },
    ColumnOf(.number("Clusters", "clusters")) { .count($0.clusters) },
    ColumnOf(.words("Cluster unit", "cluster_unit")) { .text($0.clusterUnit) },
  ]

  static let classifiers: [ColumnOf<ClassifierRecord>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.name) },
    ColumnOf(.words("Given as", "kind")) { .name(Words.classifierKind($0.kind), raw: $0.kind) },
    ColumnOf(.words("What it is", "description")) { .text($0.description) },
    ColumnOf(.words("SHA-256", "sha256")) {
      $0.hash.map(Cell.code)
        ?? .status("not hashed", reason: "a command has no single file to hash")
    },
  ]

  static let thresholds: [ColumnOf<(finding: String, record: ThresholdRecord)>] = [
    ColumnOf(.words("Finding", "finding", header: true)) { .text($0.finding) },
    ColumnOf(.number("Threshold", "threshold")) { .number($0.record.value, .general) },
    ColumnOf(.words("Where it comes from", "origin")) { .text($0.record.origin) },
  ]

  static func rebalancing(_ cells: [RebalancingCell]) -> [ColumnOf<RebalancingCell>] {
    [
      ColumnOf(.words("Finding", "finding", header: true)) { .text($0.finding) },
      ColumnOf(.words("Label", "label")) { .text($0.label) },
    ] + groups(cells.map(\.groups), of: \.groups) + additions
  }

  /// A column per attribute: known ones always, as contract version 1 has them.
  private static func groups<Row>(
    _ all: [AttributeValues], of groups: @escaping @Sendable (Row) -> AttributeValues
  ) -> [ColumnOf<Row>] {
    Vocabulary.Attribute.columns(with: all.flatMap(\.attributes)).map { name in
      ColumnOf(.words(Words.title(ofAttribute: name), name)) { .text(groups($0)[name] ?? "any") }
    }
  }

  private static let additions: [ColumnOf<RebalancingCell>] = [
    ColumnOf(.number("In training set", "have")) { .count($0.have) },
    ColumnOf(.number("To add", "add")) { .count($0.add) },
    ColumnOf(.number("Drawn and accepted", "drawn")) { $0.drawn.map(Cell.count) ?? .blank },
    ColumnOf(.number("Rejected", "rejected")) { $0.rejected.map(Cell.count) ?? .blank },
    ColumnOf(.words("Why", "reason")) { .text($0.reason) },
    ColumnOf(.words("Warning", "warning")) { $0.warning.map(Cell.text) ?? .blank },
  ]

  static let rebalancingSubgroups: [ColumnOf<RebalancingSubgroup>] = [
    ColumnOf(.words("Finding", "finding", header: true)) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.attribute), raw: $0.attribute)
    },
    ColumnOf(.words("Group", "group")) { .name(Words.group($0.group), raw: $0.group) },
    ColumnOf(.number("With finding, before", "positives_before")) { .count($0.positivesBefore) },
    ColumnOf(.number("Without, before", "negatives_before")) { .count($0.negativesBefore) },
    ColumnOf(.number("With finding, after", "positives_after")) { .count($0.positivesAfter) },
    ColumnOf(.number("Without, after", "negatives_after")) { .count($0.negativesAfter) },
    ColumnOf(.number("Share with finding, before", "prevalence_before")) {
      .number($0.prevalenceBefore, .share)
    },
    ColumnOf(.number("Share with finding, after", "prevalence_after")) {
      .number($0.prevalenceAfter, .share)
    },
    ColumnOf(.number("Synthetic share, after", "synthetic_share")) {
      .number($0.syntheticShare, .share)
    },
  ]

  static func rebalancingRejections(_ rows: [RebalancingRejection])
    -> [ColumnOf<RebalancingRejection>]
  {
    [
      ColumnOf(.words("Finding", "finding", header: true)) { .text($0.finding) },
      ColumnOf(.words("Label", "label")) { .text($0.label) },
    ] + groups(rows.map(\.groups), of: \.groups) + [
      ColumnOf(.words("Rejected because", "reason")) { .text($0.reason) },
      ColumnOf(.number("Images", "images")) { .count($0.images) },
    ]
  }

  static let policyChecks: [ColumnOf<PolicyCheck>] = [
    ColumnOf(.number("Limit", "limit")) { .count($0.limit) },
    ColumnOf(.words("Classifier", "classifier")) { .text($0.questions.classifier ?? "any") },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.questions.cohort ?? "any") },
    ColumnOf(.words("Finding", "finding", header: true)) { .text($0.questions.finding ?? "any") },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(
        ($0.questions.attribute.map(Words.attribute) ?? "any")
          + ($0.questions.metric.map { ", \($0.title)" } ?? ""),
        raw: $0.questions.attribute ?? "any")
    },
    ColumnOf(.init(title: "Widest gap", fields: ["group_a", "group_b"])) {
      $0.groups.count == 2 ? .pair($0.groups[0], $0.groups[1]) : .pair("", "")
    },
    ColumnOf(.number("Held against the limit", "gap")) { .number($0.gap, .share) },
    ColumnOf(.words("Outcome", "status")) {
      .status($0.status.words, reason: nil, raw: $0.status.rawValue)
    },
    ColumnOf(.words("Gate", "passed")) {
      .name($0.passed ? "passed" : "failed", raw: $0.passed ? "true" : "false")
    },
    ColumnOf(.words("In words", "sentence")) { .text($0.sentence) },
  ]

  static let stages: [ColumnOf<StageRecord>] = [
    ColumnOf(.words("Stage", "stage", header: true)) { .text($0.name) },
    ColumnOf(.number("Seconds", "seconds")) { .number($0.seconds, .seconds) },
    ColumnOf(.words("Finished (UTC)", "finished")) { .text($0.finished) },
  ]

  static let rocPoints: [ColumnOf<(curve: ROCCurve, index: Int)>] = [
    ColumnOf(.words("Classifier", "classifier")) { .text($0.curve.classifier) },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.curve.cohort) },
    ColumnOf(.words("Finding", "finding")) { .text($0.curve.finding) },
    ColumnOf(.words("Attribute", "attribute")) { .text($0.curve.attribute) },
    ColumnOf(.words("Group", "group")) { .text($0.curve.group) },
    ColumnOf(.number("False positive rate", "false_positive_rate")) {
      .number($0.curve.falsePositiveRates[$0.index], .share)
    },
    ColumnOf(.number("True positive rate", "true_positive_rate")) {
      .number($0.curve.truePositiveRates[$0.index], .share)
    },
  ]

  static let calibrationBins: [ColumnOf<(curve: CalibrationCurve, bin: CalibrationBin)>] = [
    ColumnOf(.file("classifier")) { .text($0.curve.classifier) },
    ColumnOf(.file("cohort")) { .text($0.curve.cohort) },
    ColumnOf(.file("finding")) { .text($0.curve.finding) },
    ColumnOf(.file("attribute")) { .text($0.curve.attribute) },
    ColumnOf(.words("Group", "group", header: true)) {
      .name(Words.group($0.curve.group), raw: $0.curve.group)
    },
    ColumnOf(.number("Images", "images")) { .count($0.bin.images) },
    ColumnOf(.number("Mean score", "mean_score")) { .number($0.bin.meanScore, .share) },
    ColumnOf(.interval("Share with the finding", "observed")) {
      .interval($0.bin.observed, .share)
    },
  ]
}

extension Words {
  static func classifierKind(_ kind: String) -> String {
    switch kind {
    case "onnx": "ONNX model"
    case "command": "command"
    case "scores": "table of scores"
    default: kind
    }
  }

  static func label(_ label: String) -> String {
    switch label {
    case "positive": "with finding"
    case "negative": "without finding"
    default: label
    }
  }

  static func placebo(_ kind: String) -> String {
    switch kind {
    case "seed": "other noise seed"
    case "prompt": "other wording"
    default: kind
    }
  }
}
