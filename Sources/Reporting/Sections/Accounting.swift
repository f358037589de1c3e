import AuditModel

/// Everybody accounted for: what was declared and not judged, and what became of every row.
extension SectionWriter {
  /// Declared questions that could not be asked; nothing where there are none.
  var absenceTable: [Block] {
    guard let absences = report.absences, !absences.isEmpty else { return [] }
    return [
      .heading(Heading(level: 3, text: "Declared and not judged")),
      .table(
        Table(
          Anchor("table-absences"), "Questions that could not be asked", of: absences,
          columns: AccountingTables.absences,
          note: """
            They stay in the family of \(report.plan.familySize) questions over which p values are \
            adjusted. Nothing is known about them, which is not the same as no difference.
            """)),
    ]
  }

  /// Questions of which some rows were left out; complete ones are told in a sentence.
  var accountingTable: [Block] {
    guard let all = report.accounting, !all.isEmpty else { return [] }
    let incomplete = all.filter { item in
      item.inNoGroup + item.withoutValue > 0
        || item.groups.contains { $0.withoutLabel + $0.withoutScore > 0 }
    }
    let complete = all.count - incomplete.count
    var blocks: [Block] = [.heading(Heading(level: 3, text: "From the table to the analysis"))]
    if complete > 0 {
      blocks.append(
        .paragraph(
          incomplete.isEmpty
            ? """
            Every image has a value, a label and a score in each of the \(all.count) questions; \
            none was left out.
            """
            : """
            In \(complete) of \(all.count) questions every image has a value, a label and a score; \
            the others:
            """))
    }
    guard !incomplete.isEmpty else { return blocks }
    let rows = AccountingTables.rows(report).filter { row in
      row.group.map { $0.withoutLabel + $0.withoutScore > 0 } ?? true
    }
    blocks.append(
      .table(
        Table(
          Anchor("table-accounting"), "Images that were not analysed, by group", of: rows,
          columns: AccountingTables.accounting,
          note: """
            Images in no group have a value that no group of the plan holds, or none. Nothing is \
            imputed. AUC at worst and at best: if every missing score were the least or the most \
            favourable. All groups are in \(code: "tables/accounting.csv").
            """)))
    return blocks
  }
}
