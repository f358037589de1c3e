import AuditModel

/// Columns of the tables that tell what was not judged, and what became of every row.
enum AccountingTables {
  /// One group of one question, or the rows of no group.
  struct Row: Sendable {
    var accounting: Accounting
    /// nil: the rows of no group.
    var group: Accounting.Group?
  }

  static func rows(_ report: AuditReport) -> [Row] {
    report.accounting.flatMap { item in
      item.groups.map { Row(accounting: item, group: $0) }
        + (item.inNoGroup + item.withoutValue > 0 ? [Row(accounting: item, group: nil)] : [])
    }
  }

  static let absences: [ColumnOf<Absence>] = [
    ColumnOf(.words("Classifier", "classifier", header: true)) { .text($0.question.classifier) },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.question.cohort) },
    ColumnOf(.words("Finding", "finding")) { .text($0.question.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(Words.attribute($0.question.attribute), raw: $0.question.attribute)
    },
    ColumnOf(.file("cause")) { .text($0.cause.rawValue) },
    ColumnOf(.words("Why it was not judged", "sentence")) { .text($0.sentence) },
  ]

  static let accounting: [ColumnOf<Row>] = [
    ColumnOf(.file("classifier")) { .text($0.accounting.question.classifier) },
    ColumnOf(.file("cohort")) { .text($0.accounting.question.cohort) },
    ColumnOf(.file("finding")) { .text($0.accounting.question.finding) },
    ColumnOf(.file("attribute")) {
      .name(
        Words.attribute($0.accounting.question.attribute), raw: $0.accounting.question.attribute)
    },
    ColumnOf(.words("Group", "group", header: true)) { row in
      row.group.map { .name(Words.group($0.group), raw: $0.group) } ?? .name("in no group", raw: "")
    },
    ColumnOf(.number("Images", "rows")) {
      .count($0.group?.rows ?? $0.accounting.inNoGroup + $0.accounting.withoutValue)
    },
    ColumnOf(.number("Without a value", "without_value")) {
      .count($0.group == nil ? $0.accounting.withoutValue : 0)
    },
    ColumnOf(.number("Without a label", "without_label")) { .count($0.group?.withoutLabel ?? 0) },
    ColumnOf(.number("Positives without a score", "positives_without_score")) {
      .count($0.group?.positivesWithoutScore ?? 0)
    },
    ColumnOf(.number("Negatives without a score", "negatives_without_score")) {
      .count($0.group?.negativesWithoutScore ?? 0)
    },
    ColumnOf(.number("Analysed with the finding", "positives")) {
      .count($0.group?.positives ?? 0)
    },
    ColumnOf(.number("Analysed without it", "negatives")) { .count($0.group?.negatives ?? 0) },
    ColumnOf(.number("AUC at worst", "auc_worst_case_lower")) {
      .number($0.group?.worstCaseLower, .share)
    },
    ColumnOf(.number("AUC at best", "auc_worst_case_upper")) {
      .number($0.group?.worstCaseUpper, .share)
    },
    ColumnOf(.file("outside")) { row in
      .text(
        row.group == nil
          ? row.accounting.outside.map { "\($0.value)=\($0.rows)" }.joined(separator: " ") : "")
    },
  ]
}
