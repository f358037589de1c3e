import AuditModel

/// What the values of the real table were taken to mean.
extension SectionWriter {
  var valueMappings: [Block] {
    let mappings = report.valueMappings ?? []
    guard !mappings.isEmpty else { return [] }
    return [
      .table(
        Table(
          Anchor("table-value-mappings"), "What the values of the real table were taken to mean",
          of: mappings,
          columns: [
            ColumnOf(.words("Finding or attribute", "subject", header: true)) { .text($0.subject) },
            ColumnOf(.words("Column", "column")) { .text($0.column) },
            ColumnOf(.words("Value", "value")) { .text($0.value.isEmpty ? "(empty)" : $0.value) },
            ColumnOf(.number("Rows", "rows")) { .count($0.rows) },
            ColumnOf(.words("Taken as", "meaning")) { .text($0.meaning) },
          ],
          note:
            "Rows are those of the table after 'real.where', before several rows of one image are folded."
        ))
    ]
  }
}
