import AuditModel
import Vocabulary

extension SectionWriter {
  /// Section 1: verdicts first, each with its sentence and with what must not be concluded.
  var bottomLine: [Block] {
    var all: [Block] = []
    all += lead
    if let policy = report.policy { all.append(.callout(policyCallout(policy))) }
    if report.plan.exploratory {
      all.append(
        .callout(
          Callout(
            kind: .loud, title: "Exploratory",
            items: [
              """
              The analysis plan was changed after scores had been read. Nothing in this report \
              counts as a test that was declared beforehand.
              """
            ])))
    }
    if report.plan.multiplicity == "none", !report.verdicts.isEmpty {
      all.append(
        .callout(
          Callout(
            kind: .loud, title: "No correction across the family",
            items: [
              """
              The plan asks for no correction over its \(report.plan.familySize) questions, so \
              among that many some flags are expected by chance alone.
              """
            ])))
    }
    if report.verdicts.isEmpty {
      all.append(
        .empty("No verdict was reached: the audit compared no groups, or has not been analysed."))
    } else {
      all += worseForWhom
      // What no verdict says: error rates at the threshold, counts of the other verdicts.
      let rest = report.summary.filter { !sentences.contains($0) }
      if !rest.isEmpty { all.append(.list(rest.map { Prose($0) })) }
      if report.verdicts.count > 1 { all.append(.table(verdictOverview)) }
      all += notTested
      for kind in Verdict.Kind.inReadingOrder {
        let rows = report.verdicts.filter { $0.verdict == kind }
        if !rows.isEmpty { all.append(.verdicts(group(kind, rows))) }
      }
    }
    all += absenceTable
    if hasSynthetic { all.append(.callout(supportingEvidence)) }
    if !report.cautions.isEmpty {
      all.append(
        .callout(
          Callout(
            kind: .caution, title: "What must not be concluded",
            items: report.cautions.map { Prose($0) })))
    }
    return all
  }

  private var sentences: Set<String> { Set(report.verdicts.map(\.sentence)) }

  /// One sentence that a reader in a hurry takes away.
  private var lead: [Block] {
    guard !report.verdicts.isEmpty else {
      return report.summary.isEmpty ? [] : [.lead(report.summary.map { Prose($0) })]
    }
    let flagged = report.verdicts.filter { $0.verdict == .flagged }
    let questions = Words.counted(
      report.verdicts.count + (report.absences?.count ?? 0), "question", "questions")
    guard !flagged.isEmpty else {
      return [
        .lead(["In none of \(questions) was a difference between groups flagged."])
      ]
    }
    let whom = flagged.grouped(by: \.classifier).map { name, members in
      let about = members.map {
        "\($0.finding) by \(Words.attribute($0.attribute))"
          + ($0.metric == .auc ? "" : ", \($0.metric.title)")
      }
      .grouped { $0 }.map(\.key)
      return "\(name) (\(Words.listed(about, none: "")))"
    }
    let source = flagged.allSatisfy { isSynthetic($0.cohort) } ? " on generated images" : ""
    return [
      .lead([
        """
        In \(flagged.count) of \(questions) a difference between groups was flagged\(source): \
        \(Words.listed(whom, none: "")).
        """
      ])
    ]
  }

  var supportingEvidence: Callout {
    Callout(
      kind: .supportingEvidence, title: "Supporting evidence",
      items: [
        """
        Results on the synthetic cohort come from generated radiographs. They support, and never \
        replace, evidence from real patients; read them together with \
        \(link: "the validity of the synthetic data", to: SectionKind.validity.anchor).
        """
      ])
  }

  private func group(_ kind: Verdict.Kind, _ verdicts: [Verdict]) -> VerdictGroup {
    VerdictGroup(
      verdict: kind, meaning: meaning(of: kind), mustNotConclude: mustNotConclude(from: kind),
      rows: verdicts.map(row))
  }

  private func row(_ verdict: Verdict) -> VerdictRow {
    let block = blocks.first { $0.key == ResultBlock.Key(verdict) }
    return VerdictRow(
      classifier: verdict.classifier, cohort: verdict.cohort, finding: verdict.finding,
      attribute: Words.title(of: verdict.question), sentence: verdict.sentence,
      reasons: verdict.reasons, numbers: numbers(of: verdict), detail: block?.anchor)
  }

  private func numbers(of verdict: Verdict) -> [Fact] {
    var facts: [Fact] = []
    if let difference = NumberText.shown(verdict.worstDifference, .difference),
      verdict.worstPair.count == 2
    {
      let pair = verdict.worstPair.map(Words.group)
      facts.append(Fact("Strongest pair", "\(pair[0]) against \(pair[1]): \(difference)"))
    }
    if let p = NumberText.shown(verdict.pAdjusted, .probability) {
      facts.append(Fact("p, whole family", Prose(p)))
    } else if let p = NumberText.shown(verdict.pMaxT, .probability) {
      facts.append(Fact("p, all pairs", Prose(p)))
    }
    if let range = NumberText.interval(
      verdict.range, verdict.rangeLower, verdict.rangeUpper, .share)
    {
      let chance = NumberText.shown(verdict.rangeNull95, .share)
      facts.append(
        Fact(
          verdict.metric == .auc ? "Range of AUCs" : "Range",
          chance.map { "\(range); by chance up to \($0)" } ?? "\(range)"))
    }
    if let beyond = NumberText.shown(verdict.beyondPlacebo, .difference),
      let lower = NumberText.shown(verdict.beyondPlaceboLower, .difference)
    {
      facts.append(Fact("Beyond the placebo's gap", "\(beyond), at least \(lower)"))
    }
    if verdict.verdict == .inconclusive, let needed = verdict.requiredClusters {
      facts.append(Fact("Clusters needed", "\(needed)"))
    }
    return facts
  }

  private func meaning(of kind: Verdict.Kind) -> Prose {
    let harm = NumberText.setting(report.plan.harm)
    let what = report.plan.metrics == nil ? "in AUC" : "in the metric named"
    return switch kind {
    case .flagged:
      report.plan.harm == 0
        ? "At least two groups differ \(what) by more than chance explains."
        : "At least two groups differ \(what) by more than \(harm), beyond what chance explains."
    case .inconclusive:
      """
      The data can neither show a difference nor rule out one as large as δ = \(delta).
      """
    case .withinDelta:
      "Every pair of groups was shown to differ \(what) by less than δ = \(delta)."
    case .notEvaluable:
      "Too few cases, or a validity check that failed, so nothing can be said."
    }
  }

  private func mustNotConclude(from kind: Verdict.Kind) -> Prose {
    switch kind {
    case .flagged:
      """
      That the attribute itself causes the difference, or that its size is the same in other \
      hospitals. The flag says that these groups differ on these images, not why.
      """
    case .inconclusive:
      "That there is no difference. More cases could show one, or rule one out."
    case .withinDelta:
      """
      That the classifier is fair. Error rates at its threshold, calibration, and groups that \
      were not tested may still differ.
      """
    case .notEvaluable:
      "Anything about these groups. A missing result is not evidence of equal performance."
    }
  }

  /// Findings down, attributes across: each verdict as shape and word.
  private var verdictOverview: Table {
    let columns = report.verdicts.map { Asked(attribute: $0.attribute, metric: $0.metric) }
      .grouped { $0 }.map(\.key)
    let findings = report.verdicts.map(\.finding).grouped { $0 }.map(\.key)
    let kinds = Dictionary(
      report.verdicts.map { ($0.question, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    let sources = report.verdicts.grouped { [$0.classifier, $0.cohort] }.map { $0.members[0] }
    let rows = sources.flatMap { source in
      findings.compactMap { finding -> Table.Row? in
        let answers = columns.map { column in
          kinds[
            Question(
              classifier: source.classifier, cohort: source.cohort, finding: finding,
              attribute: column.attribute, metric: column.metric)]
        }
        guard answers.contains(where: { $0 != nil }) else { return nil }
        return Table.Row(
          cells: [.text(finding)]
            + answers.map { $0.map(Cell.verdict) ?? .status("not asked", reason: nil) },
          band: "\(source.classifier), \(source.cohort) cohort")
      }
    }
    return Table(
      anchor: Anchor("verdict-overview"), caption: "All verdicts at a glance",
      columns: [Table.Column(title: "Finding", fields: ["finding"], isHeader: true)]
        + columns.map {
          Table.Column(
            title: Words.title(ofAttribute: $0.attribute)
              + ($0.metric == .auc ? "" : ", \($0.metric.title)"), fields: [$0.attribute])
        }, rows: rows)
  }

  /// What a column of the overview asks.
  private struct Asked: Hashable {
    var attribute: String
    var metric: Metric
  }
}

extension Words {
  /// An attribute as a title, with the metric where it is another than the AUC.
  static func title(of question: Question) -> String {
    title(ofAttribute: question.attribute)
      + (question.metric == .auc ? "" : ", \(question.metric.title)")
  }
}
