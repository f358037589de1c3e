import AuditModel
import Vocabulary

/// The first answers a reader looks for: who is served worse, by how much, how surely, on how many
/// cases, and what nobody looked at.
extension SectionWriter {
  /// One row per flagged verdict, in plain columns.
  var worseForWhom: [Block] {
    let flagged = report.verdicts.filter { $0.verdict == .flagged && $0.worstPair.count == 2 }
    let heading = Block.heading(
      Heading(
        level: 3, text: "Worse for whom, by how much, how surely, on how many cases",
        anchor: Anchor("worse-for-whom")))
    guard !flagged.isEmpty else {
      let flagCount = report.verdicts.count { $0.verdict == .flagged }
      return flagCount > 0
        ? []
        : [
          heading,
          .empty(
            """
            No difference between groups was flagged. That is not the same as no difference: see \
            the verdicts below and what was not tested.
            """),
        ]
    }
    let columns: [ColumnOf<Verdict>] = [
      ColumnOf(.words("Classifier, finding", "subject", header: true)) {
        .text("\($0.classifier), \($0.finding)")
      },
      ColumnOf(.words("Worse for", "worse")) { .text(standing($0, of: 1)) },
      ColumnOf(.words("Than for", "better")) { .text(standing($0, of: 0)) },
      ColumnOf(
        .interval(
          report.plan.metrics == nil
            ? "By, in AUC (simultaneous limits)" : "By, in the metric (simultaneous limits)",
          "difference")
      ) { verdict in
        let limits = limits(of: verdict)
        return .interval(verdict.worstDifference, limits.lower, limits.upper, .share)
      },
      ColumnOf(.number("p, whole family", "p")) { .number($0.pAdjusted ?? $0.pMaxT, .probability) },
      ColumnOf(.words("Cases", "cases")) { .text(cases($0)) },
    ]
    return [
      heading,
      .table(
        Table(
          Anchor("table-worse-for-whom"), "Flagged differences, the strongest pair of each",
          of: flagged, columns: columns,
          note: """
            AUC: the chance that a case with the finding scores higher than one without; 0.5 is \
            chance, 1 is perfect. The limits hold at \(level) for all pairs of groups together; the \
            smaller p, the less chance alone explains the difference.
            """, band: { "\(Words.title(of: $0.question)), \($0.cohort) cohort" })),
    ]
  }

  /// `Female: AUC 0.332`.
  private func standing(_ verdict: Verdict, of place: Int) -> String {
    let group = Words.group(verdict.worstPair[place])
    let number = verdict.worstValues?[place] ?? row(of: verdict, place)?.auc
    let value = NumberText.shown(number, .share)
    return value.map { "\(group): \(verdict.metric.title) \($0)" } ?? group
  }

  private func row(of verdict: Verdict, _ place: Int) -> SubgroupResult? {
    report.subgroups.first {
      ResultBlock.Key($0) == ResultBlock.Key(verdict) && $0.attribute == verdict.attribute
        && $0.group == verdict.worstPair[place]
    }
  }

  private func limits(of verdict: Verdict) -> (lower: Double?, upper: Double?) {
    let pair = report.comparisons.first {
      $0.question == verdict.question && Set([$0.groupA, $0.groupB]) == Set(verdict.worstPair)
    }?.gap
    return (pair?.lower, pair?.upper)
  }

  /// `60 with and 60 without the finding (60 base cases)`, per group where the two differ.
  private func cases(_ verdict: Verdict) -> String {
    guard let worse = row(of: verdict, 1), let better = row(of: verdict, 0) else {
      return Cell.absentWord
    }
    let unit =
      report.cohorts.first { $0.cohort == verdict.cohort }?.clusterUnit ?? "clusters"
    func text(_ row: SubgroupResult) -> String {
      "\(NumberText.count(row.positives)) with and \(NumberText.count(row.negatives)) without the "
        + "finding (\(NumberText.count(row.clusters)) \(unit))"
    }
    let (first, second) = (text(worse), text(better))
    return first == second
      ? "\(first) in each group"
      : "\(Words.group(worse.group)): \(first); \(Words.group(better.group)): \(second)"
  }

  /// What a reader might take as tested and was not.
  var notTested: [Block] {
    guard !report.verdicts.isEmpty else { return [] }
    var items: [Prose] = []
    let attributes = Set(report.verdicts.map(\.attribute))
    let single = Set(attributes.flatMap { $0.split(separator: "*").map(String.init) })
    for name in Vocabulary.Attribute.known.map(\.name) where !single.contains(name) {
      items.append("\(strong: Words.title(ofAttribute: name)): no groups were compared.")
    }
    if !attributes.contains(where: { $0.contains("*") }), attributes.count > 1 {
      items.append(
        """
        \(strong: "Combinations") of \
        \(Words.listed(attributes.sorted().map(Words.attribute), none: "")): none was compared.
        """)
    }
    let findings = report.verdicts.map(\.finding).grouped { $0 }.map(\.key)
    items.append(
      "\(strong: "Findings") other than \(Words.listed(findings, none: "none")).")
    if !report.verdicts.contains(where: { !isSynthetic($0.cohort) }) {
      items.append(
        "\(strong: "Real patients"): every image was generated, so no classifier was tested on one."
      )
    }
    let blocked = report.verdicts.filter { $0.verdict == .notEvaluable }
    if !blocked.isEmpty {
      let names = blocked.map {
        "\($0.finding) by \(Words.attribute($0.attribute)) (\($0.classifier))"
      }
      items.append(
        "\(strong: "Not evaluable"): \(Words.listed(names.grouped { $0 }.map(\.key), none: "")).")
    }
    let thin = report.subgroups.count { $0.status != .ok }
    if thin > 0 {
      items.append(
        """
        \(strong: "Groups with too few cases"): \(Words.counted(thin, "result", "results")); section \
        \(link: "5 Examination for bias", to: SectionKind.biasExamination.anchor) names them.
        """)
    }
    items += report.gates.filter { $0.status == .notRun }.map { gate in
      "\(strong: "\(gate.id) \(gate.name)"): \(gate.sentence)"
    }
    return [
      .heading(
        Heading(level: 3, text: "What was not tested", anchor: Anchor("not-tested"))),
      .list(items),
    ]
  }
}
