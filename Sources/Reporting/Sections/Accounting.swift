import AuditModel

/// Everybody accounted for: what was declared and not judged, and what became of every row.
extension SectionWriter {
  /// Declared questions that could not be asked; nothing where there are none.
  var absenceTable: [Block] {
    let absences = report.absences
    guard !absences.isEmpty else { return [] }
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
    let all = report.accounting
    guard !all.isEmpty else { return [] }
    let incomplete = all.filter { item in
      item.inNoGroup + item.withoutValue > 0
        || item.groups.contains { $0.withoutLabel + $0.withoutScore > 0 }
    }
    let complete = all.count - incomplete.count
    var blocks: [Block] = [
      .heading(Heading(level: 3, text: "From the table to the analysis")), .table(flow(all)),
    ]
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
            """,
          band: { row in
            let question = row.accounting.question
            return "\(question.finding) by \(Words.attribute(question.attribute)), "
              + "\(question.classifier), \(question.cohort) cohort"
          })))
    return blocks
  }

  /// Where images were left out on the way, for each cohort and attribute; findings and classifiers
  /// that lose different numbers share a cell as a range.
  private func flow(_ all: [Accounting]) -> Table {
    struct Branch: Hashable {
      var cohort: String
      var attribute: String
    }
    let branches = all.grouped {
      Branch(cohort: $0.question.cohort, attribute: $0.question.attribute)
    }
    @Sendable func range(_ members: [Accounting], _ count: (Accounting) -> Int) -> Cell {
      let counts = members.map(count)
      guard let low = counts.min(), let high = counts.max() else { return .text("") }
      return .text(
        low == high
          ? NumberText.count(low) : "\(NumberText.count(low)) to \(NumberText.count(high))")
    }
    typealias Part = (key: Branch, members: [Accounting])
    func column(_ title: String, _ field: String, _ count: @escaping @Sendable (Accounting) -> Int)
      -> ColumnOf<Part>
    {
      ColumnOf(.number(title, field)) { part in range(part.members, count) }
    }
    return Table(
      Anchor("table-flow"), "Images read, left out by reason, and analysed", of: branches,
      columns: [
        ColumnOf(.words("By", "attribute", header: true)) {
          .text(Words.attribute($0.key.attribute))
        },
        column("Images", "images") { $0.rows },
        column("without a value", "without_value") { $0.withoutValue },
        column("in no group", "in_no_group") { $0.inNoGroup },
        column("without a label", "without_label") { $0.groups.reduce(0) { $0 + $1.withoutLabel } },
        column("without a score", "without_score") { $0.groups.reduce(0) { $0 + $1.withoutScore } },
        column("Analysed", "analysed") { $0.analysed },
      ],
      note: """
        Ranges are over findings and classifiers. By group and question: \
        \(code: "tables/accounting.csv").
        """, band: { "\($0.key.cohort) cohort" })
  }
}
