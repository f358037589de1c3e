import AuditModel
import Basics

/// The page about two audits of the same cases: what changed, by how much, how surely.
struct ComparisonDocument {
  let comparison: AuditComparison

  var document: ReportDocument {
    var document = ReportDocument(
      title: "\(comparison.classifierBefore) and \(comparison.classifierAfter) on the same cases",
      subtitle: [
        "Before: \(comparison.classifierBefore) in \(code: comparison.before)",
        "After: \(comparison.classifierAfter) in \(code: comparison.after)",
      ], tally: [],
      sections: [
        Section(1, "What changed", "changes", changes),
        Section(2, "Gaps before and after", "gaps", gaps),
        Section(3, "Overall performance", "overall", overall),
        Section(4, "Verdicts", "verdicts", verdicts),
        Section(5, "Limits of this comparison", "limits", limits),
      ])
    document.kicker = "Comparison of two fairness audits"
    document.page = "comparison.html"
    document.sections = document.sections.map { $0.withLongPartsApart() }
    document.colophon = "Every number here also stands in comparison.json with full precision."
    return document
  }

  private var level: String { NumberText.percent(comparison.level) }
  private var error: String { NumberText.percent(1 - comparison.level) }
  private var delta: String { NumberText.setting(comparison.delta) }

  // MARK: What changed

  private var changes: [Block] {
    let changed = comparison.verdictChanges
    var lead: [Prose] = [
      changed.isEmpty
        ? """
        No verdict changed; \(Words.counted(comparison.unchangedVerdicts, "is", "are")) as before.
        """
        : """
        \(Words.counted(changed.count, "verdict", "verdicts")) changed, \
        \(comparison.unchangedVerdicts) did not.
        """
    ]
    let directions = comparison.gaps.map(\.gap.direction)
    func count(_ direction: GapChange.Direction) -> Int { directions.count { $0 == direction } }
    if !comparison.gaps.isEmpty {
      lead.append(
        """
        Of \(Words.counted(comparison.gaps.count, "gap", "gaps")) between two groups, \
        \(count(.narrower)) narrowed, \(count(.wider)) widened and \(count(.reversed)) changed \
        sides, each by more than its interval leaves to chance (\(level) simultaneously over all of \
        them); for \
        \(count(.notShown)) no change is shown, and \(directions.count { $0 == nil }) could not be \
        estimated.
        """)
    }
    var all: [Block] = [.lead(lead)]
    if !changed.isEmpty {
      all.append(
        .table(
          Table(
            Anchor("table-changed"), "Verdicts that changed", of: changed,
            columns: Self.verdictColumns)))
    }
    all.append(
      .callout(
        Callout(
          kind: .caution, title: "What must not be concluded",
          items: [
            "That a gap is gone because no change is shown, or because a verdict is now inconclusive.",
            """
            That a narrower gap is an improvement for anyone: it may narrow because the group that \
            was served better is now served worse. Read it with \
            \(link: "overall performance", to: Anchor("overall")).
            """,
            """
            That the classifiers differ elsewhere as they do on these cases.
            """,
          ])))
    return all
  }

  // MARK: Gaps

  private struct Subject: Hashable {
    var cohort: String
    var finding: String
  }

  private var gaps: [Block] {
    guard !comparison.gaps.isEmpty else {
      return [.empty("The two audits have no gap in common.")]
    }
    var all: [Block] = [
      .paragraph(
        """
        A gap is the AUC of the first group minus the AUC of the second. Both classifiers were \
        asked about the same cases, so the interval of the change is paired and narrower than \
        those of the two gaps suggest.
        """)
    ]
    for (index, (subject, rows)) in comparison.gaps.grouped(by: {
      Subject(cohort: $0.gap.cohort, finding: $0.gap.finding)
    }).enumerated() {
      all.append(
        .heading(
          Heading(
            level: 3, text: "\(subject.finding) · \(subject.cohort) cohort",
            isSynthetic: subject.cohort == Words.synthetic)))
      let figures = rows.grouped(by: \.gap.attribute).enumerated().flatMap { place, group in
        self.figures(
          group.members, attribute: group.key, prefix: "\(index + 1)-\(place + 1)",
          context: "\(subject.finding), \(subject.cohort) cohort")
      }
      all.append(.figures(figures))
      all.append(
        .table(
          Table(
            Anchor("table-gaps", "\(index + 1)"),
            "\(subject.finding), \(subject.cohort) cohort: gaps before and after", of: rows,
            columns: Self.gapColumns,
            note: """
              Before and after: difference in AUC with simultaneous \(level) limits over all pairs \
              of the attribute. Change: after minus before, paired, with its interval, \(level) \
              simultaneously over all gaps compared, and p for this pair alone. Narrower or wider: the interval excludes no change.
              """, band: { Words.title(ofAttribute: $0.gap.attribute) })))
    }
    return all
  }

  private func figures(
    _ rows: [AuditComparison.GapRow], attribute: String, prefix: String, context: String
  ) -> [Figure] {
    let perFigure = SectionWriter.rowsPerFigure / 2
    return stride(from: 0, to: rows.count, by: perFigure).enumerated().flatMap { part, start in
      let shown = Array(rows[start..<min(start + perFigure, rows.count)])
      let suffix = rows.count > perFigure ? ", part \(part + 1)" : ""
      return [
        beforeAndAfter(
          shown, title: "\(Words.title(ofAttribute: attribute)): gap before and after\(suffix)",
          anchor: Anchor("figure-gaps", prefix, "\(part + 1)"), context: context),
        changes(
          shown, title: "\(Words.title(ofAttribute: attribute)): change of the gap\(suffix)",
          anchor: Anchor("figure-changes", prefix, "\(part + 1)"), context: context),
      ]
    }
  }

  private func beforeAndAfter(
    _ rows: [AuditComparison.GapRow], title: String, anchor: Anchor, context: String
  ) -> Figure {
    let marks = rows.flatMap { row -> [IntervalPlot.Row] in
      let pair = "\(Words.group(row.gap.groupA)) − \(Words.group(row.gap.groupB))"
      return [
        IntervalPlot.Row(
          label: "\(pair), before", estimate: row.gap.gapBefore, lower: row.before?.lower,
          upper: row.before?.upper, mark: .placebo, absence: "not estimable"),
        IntervalPlot.Row(
          label: "\(pair), after", estimate: row.gap.gapAfter, lower: row.after?.lower,
          upper: row.after?.upper, mark: .filled, absence: "not estimable"),
      ]
    }
    return Figure(
      anchor: anchor, title: title,
      description: """
        Before and after. \(context). Difference in AUC with simultaneous \(level) limits for \
        \(Words.counted(rows.count, "pair", "pairs")) of groups, and the range of plus or minus \
        \(delta). The table that follows has the same numbers.
        """,
      legend: "○ before. ■ after. Shaded: within ±δ = \(delta). Dashed line: no difference.",
      chart: .intervals(
        IntervalPlot(
          rows: marks,
          scale: AxisScale(
            covering: marks.flatMap { [$0.estimate, $0.lower, $0.upper].compactMap(\.self) }
              + [0, comparison.delta, -comparison.delta], limits: -1...1),
          axisTitle: "Difference in AUC, first minus second", style: .difference, reference: 0,
          band: -comparison.delta...comparison.delta)))
  }

  private func changes(
    _ rows: [AuditComparison.GapRow], title: String, anchor: Anchor, context: String
  ) -> Figure {
    let marks = rows.map { row in
      IntervalPlot.Row(
        label: "\(Words.group(row.gap.groupA)) − \(Words.group(row.gap.groupB))",
        estimate: row.gap.change, lower: row.gap.lower, upper: row.gap.upper,
        mark: row.gap.direction == .notShown ? .hollow : .filled, absence: "not estimable")
    }
    return Figure(
      anchor: anchor, title: title,
      description: """
        \(context). Change of the difference in AUC, after minus before, with paired intervals, \
        \(level) simultaneously over all gaps compared. The table that follows has the same numbers.
        """,
      legend: "■ interval excludes no change. □ interval includes it. Dashed line: no change.",
      chart: .intervals(
        IntervalPlot(
          rows: marks,
          scale: AxisScale(
            covering: marks.flatMap { [$0.estimate, $0.lower, $0.upper].compactMap(\.self) } + [0]),
          axisTitle: "Change of the gap, after minus before", style: .difference, reference: 0)))
  }

  // MARK: The rest

  private var overall: [Block] {
    guard !comparison.overall.isEmpty else {
      return [.empty("The two audits have no finding in common.")]
    }
    return [
      .table(
        Table(
          Anchor("table-overall"), "AUC over all cases", of: comparison.overall,
          columns: [
            ColumnOf(.words("Finding", "finding", header: true)) { .text($0.finding) },
            ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
            ColumnOf(.number("AUC before", "auc_before")) { .number($0.aucBefore, .share) },
            ColumnOf(.number("AUC after", "auc_after")) { .number($0.aucAfter, .share) },
          ]))
    ]
  }

  private var verdicts: [Block] {
    guard !comparison.verdicts.isEmpty else {
      return [.empty("The two audits reached no verdict on the same question.")]
    }
    return [
      .table(
        Table(
          Anchor("table-verdicts"), "All verdicts, before and after", of: comparison.verdicts,
          columns: Self.verdictColumns))
    ]
  }

  private var limits: [Block] {
    [
      .list([
        """
        Both audits were checked to be of the same images, real table, labels and analysis plan; \
        without that, nothing here would be comparable.
        """,
        """
        Intervals of changes hold together: the chance that any of \
        \(Words.counted(comparison.comparisons ?? comparison.gaps.count, "pair", "pairs")) of groups \
        is said to have changed although it has not is at most \(error). p stands for one pair alone; \
        p, all pairs, is adjusted for their number (Bonferroni). A comparison of several pairs of \
        audits is adjusted for nothing: each is wrong with that chance.
        """,
        """
        A verdict can change because an estimate crossed a limit by a hair; read it with the \
        interval of the change.
        """,
        "Retraining can move error rates at the threshold without moving any AUC; see both reports.",
      ])
    ]
  }

  private static let verdictColumns: [ColumnOf<AuditComparison.VerdictChange>] = [
    ColumnOf(.words("Finding", "finding", header: true)) { .text($0.finding) },
    ColumnOf(.words("Attribute", "attribute")) {
      .name(
        Words.attribute($0.attribute) + ($0.question.metric.map { ", \($0.title)" } ?? ""),
        raw: $0.attribute)
    },
    ColumnOf(.words("Cohort", "cohort")) { .text($0.cohort) },
    ColumnOf(.words("Before", "before")) { .verdict($0.before) },
    ColumnOf(.words("After", "after")) { .verdict($0.after) },
    ColumnOf(.words("Changed", "changed")) { .text($0.before == $0.after ? "no" : "yes") },
  ]

  private static let gapColumns: [ColumnOf<AuditComparison.GapRow>] = [
    ColumnOf(.init(title: "Groups", fields: ["group_a", "group_b"], isHeader: true)) {
      .pair($0.gap.groupA, $0.gap.groupB)
    },
    ColumnOf(.interval("Gap before (limits)", "before")) {
      .interval($0.gap.gapBefore, $0.before?.lower, $0.before?.upper, .difference)
    },
    ColumnOf(.interval("Gap after (limits)", "after")) {
      .interval($0.gap.gapAfter, $0.after?.lower, $0.after?.upper, .difference)
    },
    ColumnOf(.interval("Change (interval)", "change")) {
      .interval($0.gap.change, $0.gap.lower, $0.gap.upper, .difference)
    },
    ColumnOf(.number("p", "p")) { .number($0.gap.p, .probability) },
    ColumnOf(.number("p, all pairs", "p_adjusted")) { .number($0.gap.pAdjusted, .probability) },
    ColumnOf(.words("Size of the gap", "direction")) { row in
      row.gap.direction.map { Cell.text($0.words) }
        ?? .status("not estimable", reason: row.gap.reason)
    },
  ]
}

extension GapChange.Direction {
  /// As a person says it.
  var words: String {
    switch self {
    case .narrower: "narrower"
    case .wider: "wider"
    case .reversed: "changed sides"
    case .notShown: "no change shown"
    }
  }
}

/// Writes a comparison as a page with what it links to, as Markdown and as JSON.
///
/// - Returns: The paths written below `folder`, the page first.
/// - Throws: ``AuditFailure`` when a file cannot be written.
package func writeComparison(_ comparison: AuditComparison, json: String, to folder: String) throws
  -> [String]
{
  try ComparisonDocument(comparison: comparison).document.write(
    as: "comparison", json: json, to: folder)
}
