import AuditModel

/// Section 6: performance over all cases.
extension SectionWriter {
  /// Longer plots would not fit on a printed page.
  static let rowsPerFigure = 24

  var overall: [Block] {
    guard !report.overall.isEmpty else {
      return [.empty("No overall performance was computed.")]
    }
    let audited = Set(auditedClassifiers)
    let rows = report.overall.filter { audited.contains($0.classifier) }
    struct Source: Hashable {
      var classifier: String
      var cohort: String
    }
    let sources = rows.grouped { Source(classifier: $0.classifier, cohort: $0.cohort) }
    let scale = AxisScale(covering: values(rows), limits: 0...1)
    let figures = sources.enumerated().flatMap { index, source in
      let name = "\(source.key.classifier), \(source.key.cohort) cohort"
      return accuracyFigures(
        source.members, title: "\(name): AUC by finding", prefix: "overall-\(index + 1)",
        scale: scale, context: name, label: \.finding)
    }
    let label = [
      ColumnOf<SubgroupResult>(.words("Finding", "finding", header: true)) { .text($0.finding) }
    ]
    var table = Table(
      Anchor("table-overall"), "AUC over all cases", of: sources.flatMap(\.members),
      columns: SubgroupTables.used(
        label + SubgroupTables.counts + SubgroupTables.accuracy, in: rows),
      note: methods(of: rows), band: { "\($0.classifier), \($0.cohort) cohort" })
    table.staysOnPageOne = rows.count <= 2 * Section.longestPart
    // What a few rows say is seen at once in the table.
    return (rows.count > Section.longestPart ? [] : [.figures(figures)]) + [.table(table)]
  }

  func methods(of rows: [SubgroupResult]) -> Prose {
    let methods = rows.compactMap(\.intervalMethod).grouped { $0 }.map(\.key)
    let units = report.cohorts.filter { cohort in rows.contains { $0.cohort == cohort.cohort } }
      .map(\.clusterUnit).grouped { $0 }.map(\.key)
    var note = "Intervals at \(level)"
    if !methods.isEmpty { note += ", " + Words.listed(methods, none: "") }
    note += ". AUC: the chance that a case with the finding scores higher than one without."
    if !units.isEmpty { note += " Clusters are \(Words.listed(units, none: ""))." }
    return Prose(note)
  }

  /// What a scale has to hold: all estimates, and the limits of cells that are not small. The
  /// limits of small cells would leave no room for the others; plots end them with an arrow.
  func values(_ rows: [SubgroupResult]) -> [Double] {
    let isAnyOK = rows.contains { $0.status == .ok }
    return rows.flatMap { row in
      (row.status == .ok || !isAnyOK ? [row.auc, row.lower, row.upper] : [row.auc])
        .compactMap(\.self)
    }
  }
}
