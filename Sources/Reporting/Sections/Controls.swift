import AuditModel

/// Tables that set gaps against chance, the generator's noise, a reference panel and real images.
extension SectionWriter {
  /// Agreement over all arms, and where scores vary.
  var armTables: [Block] {
    var all: [Block] = []
    if !report.armAgreement.isEmpty {
      let rows = report.armAgreement
      all.append(.heading(Heading(level: 3, text: "All arms together", isSynthetic: true)))
      all.append(
        .table(
          Table(
            Anchor("table-arm-agreement"), "Decisions and scores of one base case over all groups",
            of: rows, columns: ResultTables.used(ControlTables.agreement, in: rows),
            note: """
              Cochran's Q tests whether all groups have the same share of positive decisions; where \
              a base case has several sets of images, its clustered form. Spread: largest minus \
              smallest log-odds of the same base case; the last column is what as many drawings \
              with other seeds, and no other change, would show.
              """)))
    }
    if !report.varianceComponents.isEmpty {
      let rows = report.varianceComponents
      all.append(
        .table(
          Table(
            Anchor("table-variance-components"), "Where scores vary (variances of log-odds)",
            of: rows, columns: ResultTables.used(ControlTables.components, in: rows),
            note: """
              By the method of moments, over base cases drawn in every arm. Between arms: what an \
              arm does to all base cases alike. A generator that is steady has little variance \
              between seeds.
              """)))
    }
    return all
  }

  /// Difference in differences.
  var panelTables: [Block] {
    guard let rows = report.panelComparisons else { return [] }
    let heading = Block.heading(
      Heading(level: 3, text: "Reference panel", isSynthetic: hasSynthetic))
    guard !rows.isEmpty else {
      return [heading, .empty("No two groups could be compared with the reference panel.")]
    }
    let panel = rows.flatMap(\.panel).grouped { $0 }.map(\.key)
    var all = [
      heading,
      .paragraph(
        """
        The same gaps in classifiers that are not under audit: \
        \(Words.listed(panel, none: "none that answers these findings")). What the images \
        themselves do to a group shows in the panel as well; a gap on synthetic images is laid at \
        the audited classifier's door only where it survives taking the panel's mean gap off.
        """),
    ]
    let groups = rows.grouped { PanelSubject(classifier: $0.classifier, cohort: $0.cohort) }
    for (index, (subject, members)) in groups.enumerated() {
      let shown = members.count > Self.pairsPerTable ? strongest(of: members) : members
      let rest =
        members.count > shown.count
        ? " Of \(members.count) pairs, \(shown.count) are shown; all are in the CSV file." : ""
      all.append(
        .table(
          Table(
            Anchor("table-panel", "\(index + 1)"),
            "\(subject.classifier), \(subject.cohort) cohort: gaps less the panel's", of: shown,
            columns: ResultTables.used(ControlTables.panel, in: shown),
            note: Prose(
              "Differences in AUC, first group minus second; intervals paired by cluster." + rest)))
      )
    }
    return all
  }

  private struct PanelSubject: Hashable {
    var classifier: String
    var cohort: String
  }

  private func strongest(of rows: [PanelComparison]) -> [PanelComparison] {
    let kept = rows.enumerated().sorted {
      abs($0.element.difference ?? 0) > abs($1.element.difference ?? 0)
    }.prefix(Self.pairsPerTable).map(\.offset)
    return kept.sorted().map { rows[$0] }
  }

  /// Synthetic twins against the real cases they copy.
  var replicaTables: [Block] {
    guard let replica = report.replica else { return [] }
    var all: [Block] = [
      .heading(Heading(level: 3, text: "Twins and real cases", isSynthetic: true)),
      .paragraph(Prose(replica.caution)),
    ]
    guard !replica.agreements.isEmpty else {
      return all + [.empty("No group has both real cases and twins that could be compared.")]
    }
    all.append(
      .table(
        Table(
          Anchor("table-replica-agreement"), "Agreement of twins with real cases over groups",
          of: replica.agreements,
          columns: ResultTables.used(ReplicaTables.agreements, in: replica.agreements),
          note: """
            Intervals by bootstrap over patients, real image and twin together. Bias and limits of \
            agreement after Bland and Altman.
            """)))
    for (index, (key, rows)) in replica.groups.grouped(by: \.classifier).enumerated() {
      let shown = rows.filter { $0.metric == "auc" }
      guard !shown.isEmpty else { continue }
      all.append(
        .table(
          Table(
            Anchor("table-replica-groups", "\(index + 1)"),
            "\(key): AUC by group, real and synthetic", of: shown,
            columns: ReplicaTables.groups,
            note: "Other metrics, and every gap, are in the CSV files.")))
    }
    return all
  }
}
