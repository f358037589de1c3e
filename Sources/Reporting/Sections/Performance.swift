import AuditModel

/// Sections 6 and 7: performance overall and by subgroup.
extension SectionWriter {
  /// Longer plots would not fit on a printed page.
  static let rowsPerFigure = 24
  /// Pairs that a page shows; the CSV file has all.
  static let pairsPerTable = 60

  var overall: [Block] {
    guard !report.overall.isEmpty else {
      return [.empty("No overall performance was computed.")]
    }
    var all: [Block] = []
    struct Source: Hashable {
      var classifier: String
      var cohort: String
    }
    let sources = report.overall.grouped {
      Source(classifier: $0.classifier, cohort: $0.cohort)
    }
    for (index, (source, rows)) in sources.enumerated() {
      let title = "\(source.classifier), \(source.cohort) cohort"
      all.append(
        .heading(
          Heading(level: 3, text: title, isSynthetic: isSynthetic(source.cohort))))
      let scale = AxisScale(covering: values(rows), limits: 0...1)
      all.append(
        .figures(
          accuracyFigures(
            rows, title: "AUC by finding", prefix: "overall-\(index + 1)", scale: scale,
            context: title, label: \.finding)))
      let label = [
        ColumnOf<SubgroupResult>(.words("Finding", "finding", header: true)) { .text($0.finding) }
      ]
      all.append(
        .table(
          Table(
            Anchor("table-overall", "\(index + 1)"), "\(title): ranking of cases", of: rows,
            columns: SubgroupTables.used(
              label + SubgroupTables.counts + SubgroupTables.accuracy, in: rows),
            note: methods(of: rows))))
      all += thresholdTables(rows, label: label, title: title, name: "overall-\(index + 1)")
    }
    return all
  }

  var subgroups: [Block] {
    guard !blocks.isEmpty else {
      return [.empty("No subgroups were analysed.")]
    }
    var all: [Block] = [
      .paragraph(
        """
        Every declared group is listed, those that could not be evaluated included. Intervals of \
        single groups are \(level) intervals; limits of differences hold at \(level) for all pairs \
        of a finding and attribute together.
        """)
    ]
    all += rateGapTable
    all += metricGapTable
    for block in blocks { all += content(of: block) }
    return all
  }

  private func content(of block: ResultBlock) -> [Block] {
    let key = block.key
    let title = "\(key.classifier), \(key.cohort) cohort, \(key.finding)"
    var all: [Block] = [
      .heading(
        Heading(
          level: 3, text: "\(key.finding) · \(key.classifier) · \(key.cohort) cohort",
          anchor: block.anchor, isSynthetic: isSynthetic(key.cohort)))
    ]
    if block.subgroups.isEmpty {
      all.append(.empty("No groups were analysed for this finding."))
    } else {
      all += accuracy(of: block, title: title)
    }
    if block.comparisons.isEmpty {
      all.append(.empty("No pair of groups could be compared for this finding."))
    } else {
      all += gaps(of: block, title: title)
    }
    all += details(of: block, title: title)
    return all
  }

  private func accuracy(of block: ResultBlock, title: String) -> [Block] {
    let rows = block.overall + block.subgroups
    let scale = AxisScale(covering: values(rows), limits: 0...1)
    let byAttribute = block.subgroups.grouped(by: \.attribute)
    var figures: [Figure] = []
    for (index, (attribute, members)) in byAttribute.enumerated() {
      let prefix = "\(block.anchor.id)-\(index + 1)-\(attribute)"
      if let map = intersectionMap(members, attribute: attribute, prefix: prefix, title: title) {
        figures.append(map)
      }
      figures += accuracyFigures(
        members, title: "\(Words.title(ofAttribute: attribute)): AUC", prefix: prefix,
        scale: scale, context: title, reference: block.overall.first?.auc,
        label: { Words.group($0.group) })
    }
    return [
      .heading(Heading(level: 4, text: "AUC by group")), .figures(figures),
      .table(
        Table(
          Anchor("table-auc", block.anchor.id), "\(title): AUC by group", of: rows,
          columns: SubgroupTables.used(
            SubgroupTables.group + SubgroupTables.counts + SubgroupTables.accuracy, in: rows),
          note: methods(of: rows), band: band)),
    ]
  }

  /// Errors at the threshold and calibration, where they were computed.
  private func details(of block: ResultBlock, title: String) -> [Block] {
    let rows = block.overall + block.subgroups
    let tables =
      rocTables(of: block, title: title)
      + thresholdTables(rows, label: SubgroupTables.group, title: title, name: block.anchor.id)
      + calibrationTables(of: block, title: title)
    let figures = curveFigures(of: block, title: title)
    guard !tables.isEmpty || !figures.isEmpty else { return [] }
    return [
      .heading(Heading(level: 4, text: "Errors at the threshold and calibration")),
      .figures(figures),
    ] + tables
  }

  private func band(_ row: SubgroupResult) -> String? {
    row.attribute == "overall" ? nil : Words.title(ofAttribute: row.attribute)
  }

  func thresholdTables(
    _ rows: [SubgroupResult], label: [ColumnOf<SubgroupResult>], title: String, name: String
  ) -> [Block] {
    var all: [Block] = []
    let atThreshold = SubgroupTables.used(SubgroupTables.threshold, in: rows)
    if !atThreshold.isEmpty {
      all.append(
        .table(
          Table(
            Anchor("table-threshold", name), "\(title): at the operating threshold", of: rows,
            columns: label + atThreshold,
            note: """
              FNR: share of cases with the finding that were missed. FPR: share of cases without \
              it that were called positive. PPV: share of positive calls that were right, at this \
              cohort's prevalence. Underdiagnosis, a sick case called healthy, is the FNR of a \
              finding and the FPR of a label such as "No Finding".
              """, band: band)))
    }
    let calibration = SubgroupTables.used(SubgroupTables.calibration, in: rows)
    if !calibration.isEmpty {
      let isSynthetic = rows.contains { $0.cohort == Words.synthetic }
      all.append(
        .table(
          Table(
            Anchor("table-calibration", name), "\(title): calibration and other measures",
            of: rows, columns: label + calibration,
            note: isSynthetic
              ? """
              In a synthetic cohort the prevalence is set by design, so the calibration intercept \
              says nothing about patients.
              """ : nil, band: band)))
    }
    return all
  }

  private func gaps(of block: ResultBlock, title: String) -> [Block] {
    var shown = block.comparisons
    var note: Prose = """
      Difference: AUC of the first group minus AUC of the second. Within δ: shown to lie inside \
      ±\(delta) by two one-sided tests.
      """
    if report.plan.metrics != nil {
      note = """
        Difference: the metric of the first group minus that of the second. Within δ: shown to lie \
        inside the metric's ±δ by two one-sided tests.
        """
    }
    if shown.count > Self.pairsPerTable {
      let strongest = shown.enumerated().sorted {
        abs($0.element.z ?? 0) > abs($1.element.z ?? 0)
      }.prefix(Self.pairsPerTable).map(\.offset)
      shown = strongest.sorted().map { block.comparisons[$0] }
      note =
        """
        Of \(block.comparisons.count) pairs, the \(Self.pairsPerTable) with the largest z are \
        shown; all are in \(code: "tables/comparisons.csv").\u{0020}
        """ + note
    }
    let scale = AxisScale(
      covering: shown.flatMap { [$0.difference, $0.lower, $0.upper].compactMap(\.self) }
        + [0, report.plan.delta, -report.plan.delta], limits: -1...1)
    let figures = shown.grouped(by: \.question).enumerated().flatMap { index, group in
      gapFigures(
        group.members,
        prefix: "\(block.anchor.id)-gaps-\(index + 1)-\(group.key.attribute)", scale: scale,
        context: title)
    }
    return [
      .heading(Heading(level: 4, text: "Differences between groups")), .figures(figures),
      .table(
        Table(
          Anchor("table-gaps", block.anchor.id),
          "\(title): differences \(Words.judged(report.plan))", of: shown,
          columns: ResultTables.used(
            ResultTables.named(ResultTables.comparisons, for: report.plan), in: shown), note: note,
          band: { Words.title(of: $0.question) })),
    ]
  }

  private func methods(of rows: [SubgroupResult]) -> Prose {
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
