import AuditModel

/// Sections 8 and 9: paired results on generated images, and whether those images can be trusted.
extension SectionWriter {
  var counterfactual: [Block] {
    var all: [Block] = []
    if report.counterfactual.isEmpty {
      all.append(
        .empty(
          hasSynthetic
            ? "No two arms could be compared in pairs."
            : """
            This audit used no synthetic cohort, so there are no counterfactual pairs to compare.
            """))
    } else {
      all.append(.callout(supportingEvidence))
      all.append(
        .paragraph(
          """
          Each base case was drawn once per arm from the same initial noise and the same wording of \
          the finding; the prompts differ in the attribute alone. How alike the images are, the \
          checks of section 9 measure. A pair is one base case in two arms. The score shift is the mean difference of the classifier's log-odds; \
          a decision flips when it falls on different sides of the threshold in the two arms.
          """))
      all.append(
        .list(
          counterfactualParts.enumerated().map { index, part in
            "\(link: "\(part.key.finding), \(part.key.classifier)", to: anchor(of: index + 1))"
          }))
    }
    all.append(.heading(Heading(level: 3, text: "Placebo arms", isSynthetic: hasSynthetic)))
    all.append(
      report.placebos.isEmpty
        ? .empty("No placebo arm was run, so the generator's own noise is not known here.")
        : .table(
          Table(
            Anchor("table-placebos"), "Pseudo-groups that differ only by noise or wording",
            of: report.placebos,
            columns: ResultTables.used(ResultTables.placebos, in: report.placebos),
            note: """
              A gap between real groups counts only where it exceeds what these pseudo-groups \
              show.
              """)))
    all += armTables
    all += panelTables
    all.append(.heading(Heading(level: 3, text: "Gallery", isSynthetic: hasSynthetic)))
    if report.gallery.isEmpty {
      all.append(.empty("No images were kept for a gallery."))
    } else {
      all.append(
        .paragraph(
          """
          One base case per row: the anchor that arms descend from, which no classifier scores, and \
          every arm with what it changes of the anchor (red brighter, blue darker, full at 64 of 255 \
          grey levels), each classifier's score, what attribute predictors read, and the prompt. All \
          images are generated; none shows a patient.
          """))
      all += anatomy
      all += report.gallery.map(Block.gallery)
    }
    return all
  }

  /// How alike the arms of this cohort are, by the gates that measured it.
  private var anatomy: [Block] {
    let sentences = report.gates.filter {
      ($0.judges(.identity) || $0.judges(.distance)) && $0.status != .notRun
    }.map { Prose($0.sentence) }
    return sentences.isEmpty ? [] : [.list(sentences)]
  }

  private struct Subject: Hashable {
    var classifier: String
    var finding: String
  }

  private var counterfactualParts: [(key: Subject, members: [CounterfactualResult])] {
    report.counterfactual.grouped { Subject(classifier: $0.classifier, finding: $0.finding) }
  }

  private func anchor(of index: Int) -> Anchor { Anchor("pairs-of-arms", "\(index)") }

  /// A page for each classifier and finding.
  var counterfactualPages: [DetailPage] {
    counterfactualParts.enumerated().map { index, part in
      DetailPage(
        file: "\(ReportFiles.detailPages)/08-pairs-of-arms-\(index + 1).html",
        title: "Pairs of arms: \(part.key.finding) · \(part.key.classifier)",
        anchor: anchor(of: index + 1),
        blocks: counterfactualBlocks(part.key, part.members, index: index + 1), isSynthetic: true)
    }
  }

  private func counterfactualBlocks(
    _ subject: Subject, _ rows: [CounterfactualResult], index: Int
  ) -> [Block] {
    let scale = AxisScale(
      covering: rows.flatMap {
        [$0.scoreShift.estimate, $0.scoreShift.lower, $0.scoreShift.upper].compactMap(\.self)
      } + [0])
    let figures = rows.grouped(by: \.attribute).enumerated().flatMap { place, group in
      shiftFigures(
        group.members, attribute: group.key, prefix: "\(index)-\(place + 1)", scale: scale,
        context: "\(subject.classifier), \(subject.finding)")
    }
    return [
      .figures(figures),
      .table(
        Table(
          Anchor("table-counterfactual", "\(index)"),
          "\(subject.classifier), \(subject.finding): pairs of arms", of: rows,
          columns: ResultTables.used(ResultTables.counterfactual, in: rows),
          note: """
            Shift: log-odds in the first arm minus log-odds in the second. Net flips: share called \
            positive only in the first arm minus share called positive only in the second.
            """, band: { Words.title(ofAttribute: $0.attribute) })),
    ]
  }

  var validity: [Block] {
    guard !report.gates.isEmpty else {
      return [
        .empty(
          hasSynthetic
            ? """
            No validity check was run, so results on the synthetic cohort cannot be attributed to \
            the classifier.
            """ : "This audit used no synthetic cohort, so there is nothing to validate.")
      ]
    }
    var all: [Block] = []
    let failed = report.gates.filter { $0.status == .fail }
    let notRun = report.gates.filter { $0.status == .notRun }
    all.append(
      .paragraph(
        failed.isEmpty
          ? "No check that was run failed."
          : "Failed: \(Words.listed(failed.map { "\($0.id) (\($0.name))" }, none: ""))."))
    if !notRun.isEmpty {
      all.append(
        .paragraph(
          """
          Not run, and therefore not known: \
          \(Words.listed(notRun.map { "\($0.id) (\($0.name))" }, none: "")).
          """))
    }
    all.append(
      .table(
        Table(
          Anchor("table-gates"), "Validity checks", of: report.gates, columns: RecordTables.gates,
          note: """
            A check that fails makes the verdicts that depend on it not evaluable; it is never \
            repaired by leaving images out.
            """)))
    return all + replicaTables
  }
}
