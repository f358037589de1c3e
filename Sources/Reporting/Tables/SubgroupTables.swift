import AuditModel

/// The tables of accuracy by group: the same columns for one finding on a page and for all rows
/// in `tables/subgroups.csv`.
enum SubgroupTables {
  /// What the headings say on a page.
  static let identity: [ColumnOf<SubgroupResult>] = [
    ColumnOf(.file("classifier")) { .text($0.classifier) },
    ColumnOf(.file("cohort")) { .text($0.cohort) },
    ColumnOf(.file("finding")) { .text($0.finding) },
    ColumnOf(.file("attribute")) { .text($0.attribute) },
  ]

  static let group: [ColumnOf<SubgroupResult>] = [
    ColumnOf(.words("Group", "group", header: true)) { .name(Words.group($0.group), raw: $0.group) }
  ]

  static let counts: [ColumnOf<SubgroupResult>] = [
    ColumnOf(.number("With finding", "positives")) { .count($0.positives) },
    ColumnOf(.number("Without", "negatives")) { .count($0.negatives) },
    ColumnOf(.number("Clusters", "clusters")) { .count($0.clusters) },
    ColumnOf(.number("Not scored", "not_scored")) { .count($0.notScored) },
  ]

  static let accuracy: [ColumnOf<SubgroupResult>] = [
    ColumnOf(
      .init(title: "AUC (interval)", fields: ["auc", "lower", "upper"], isNumeric: true)
    ) { row in
      row.auc == nil
        ? undefined(row) : .interval(row.auc, row.lower, row.upper, .share)
    },
    ColumnOf(.number("Standard error", "standard_error")) { number($0, \.standardError) },
    ColumnOf(.init(title: "Status", fields: ["status", "reason"])) { row in
      .status(row.status.word ?? "ok", reason: row.reason, raw: row.status.rawValue)
    },
  ]

  static let threshold: [ColumnOf<SubgroupResult>] = [
    ColumnOf(.interval("Sensitivity", "sensitivity")) { interval($0, \.sensitivity) },
    ColumnOf(.interval("Specificity", "specificity")) { interval($0, \.specificity) },
    ColumnOf(.interval("Missed (FNR)", "false_negative_rate")) {
      interval($0, \.falseNegativeRate)
    },
    ColumnOf(.interval("False alarms (FPR)", "false_positive_rate")) {
      interval($0, \.falsePositiveRate)
    },
    ColumnOf(.interval("PPV", "positive_predictive_value")) {
      interval($0, \.positivePredictiveValue)
    },
    ColumnOf(
      .init(
        title: "underdiagnosis",
        fields: ["underdiagnosis_rate", "underdiagnosis_rate_lower", "underdiagnosis_rate_upper"],
        isNumeric: true, place: .filesOnly)
    ) { .interval($0.underdiagnosisRate, .share) },
    ColumnOf(
      .init(title: "shrunk_auc", fields: ["shrunk_auc"], isNumeric: true, place: .filesOnly)
    ) { .number($0.shrunkAUC, .share) },
    ColumnOf(
      .init(title: "partial_auc", fields: ["partial_auc"], isNumeric: true, place: .filesOnly)
    ) { .number($0.partialAUC, .share) },
    ColumnOf(
      .init(
        title: "deployment_prevalence", fields: ["deployment_prevalence"], isNumeric: true,
        place: .filesOnly)
    ) { .number($0.deployment?.prevalence, .general) },
    ColumnOf(
      .init(
        title: "deployment_ppv",
        fields: ["deployment_ppv", "deployment_ppv_lower", "deployment_ppv_upper"],
        isNumeric: true, place: .filesOnly)
    ) { .interval($0.deployment?.positivePredictiveValue, .share) },
    ColumnOf(
      .init(title: "net_benefit", fields: ["net_benefit"], isNumeric: true, place: .filesOnly)
    ) { .number($0.deployment?.netBenefit, .share) },
    ColumnOf(
      .init(title: "threshold", fields: ["threshold"], isNumeric: true, place: .filesOnly)
    ) { .number($0.threshold, .general) },
    ColumnOf(
      .init(
        title: "true_positives", fields: ["true_positives"], isNumeric: true, place: .filesOnly)
    ) { $0.truePositives.map(Cell.count) ?? .number(nil, .general) },
    ColumnOf(
      .init(
        title: "false_positives", fields: ["false_positives"], isNumeric: true, place: .filesOnly)
    ) { $0.falsePositives.map(Cell.count) ?? .number(nil, .general) },
  ]

  static let calibration: [ColumnOf<SubgroupResult>] = [
    ColumnOf(.interval("Average precision (interval)", "average_precision")) { row in
      row.averagePrecision == nil
        ? undefined(row)
        : .interval(
          row.averagePrecision, row.averagePrecisionInterval?.lower,
          row.averagePrecisionInterval?.upper, .share)
    },
    ColumnOf(.interval("Brier (interval)", "brier")) { row in
      row.brier == nil
        ? undefined(row)
        : .interval(row.brier, row.brierInterval?.lower, row.brierInterval?.upper, .share)
    },
    ColumnOf(.interval("Calibration in the large", "calibration_in_the_large")) {
      interval($0, \.calibrationInTheLarge)
    },
    ColumnOf(.number("Calibration intercept", "calibration_intercept")) {
      number($0, \.calibrationIntercept)
    },
    ColumnOf(.interval("Calibration slope (interval)", "calibration_slope")) { row in
      row.calibrationSlope == nil
        ? undefined(row)
        : .interval(
          row.calibrationSlope, row.calibrationSlopeInterval?.lower,
          row.calibrationSlopeInterval?.upper, .share)
    },
    ColumnOf(.number("Expected calibration error", "expected_calibration_error")) {
      number($0, \.expectedCalibrationError)
    },
    ColumnOf(.number("same, equal counts", "expected_calibration_error_equal_count")) {
      number($0, \.expectedCalibrationErrorEqualCount)
    },
    ColumnOf(.number("Weighted F1", "weighted_f1")) { number($0, \.weightedF1) },
  ]

  /// Every column, for the CSV file.
  static var all: [ColumnOf<SubgroupResult>] {
    identity + group + counts + accuracy + threshold + calibration
  }

  /// The columns in which at least one row has a number.
  static func used(
    _ columns: [ColumnOf<SubgroupResult>], in rows: [SubgroupResult]
  ) -> [ColumnOf<SubgroupResult>] {
    columns.filter { column in
      rows.contains { row in
        switch column.cell(row) {
        case .number(let value, _): value != nil
        case .interval(let value, _, _, _): value != nil
        case .count(let count): column.column.fields != ["not_scored"] || count > 0
        case .status: !column.column.isNumeric
        default: true
        }
      }
    }
  }

  private static func undefined(_ row: SubgroupResult) -> Cell {
    .status(row.status.word ?? "not available", reason: nil)
  }

  private static func number(
    _ row: SubgroupResult, _ path: KeyPath<SubgroupResult, Double?>
  ) -> Cell {
    row[keyPath: path] == nil ? undefined(row) : .number(row[keyPath: path], .share)
  }

  private static func interval(
    _ row: SubgroupResult, _ path: KeyPath<SubgroupResult, IntervalEstimate?>
  ) -> Cell {
    row[keyPath: path]?.estimate == nil ? undefined(row) : .interval(row[keyPath: path], .share)
  }
}
