import AuditModel

extension SectionWriter {
  /// Section 1: the sheet that decides, then every answer and what must not be concluded.
  var bottomLine: [Block] {
    var all = pageOne
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
    all += glance
    all += rollUps
    // What no verdict says: error rates at the threshold, counts of the other verdicts.
    let told = Set(
      report.verdicts.map(\.sentence) + report.rateGaps.map(\.sentence)
        + report.rollUps.map(\.sentence))
    let rest = report.summary.filter { !told.contains($0) }
    if !rest.isEmpty { all.append(.list(rest.map { Prose($0) })) }
    all += notTested
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
}
