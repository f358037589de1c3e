import AuditModel

/// The gate that the audit's owner set: its outcome at the top, its rules and checks in section 11.
extension SectionWriter {
  func policyCallout(_ policy: PolicyRecord) -> Callout {
    var rules: [String] = policy.failOn.map { $0.word.lowercased() }
    let limits = policy.limits ?? []
    if !limits.isEmpty {
      rules.append(
        limits.count == 1 ? "a gap above its limit" : "gaps above \(limits.count) limits")
    }
    let rule = Words.listed(rules, none: "nothing")
    var outcome: Prose =
      policy.passed
      ? "The gate \(strong: "passed"). It fails on: \(rule)."
      : "The gate \(strong: "failed"). It fails on: \(rule)."
    if !limits.isEmpty {
      outcome = outcome + " Its limits are under \(link: "risk", to: SectionKind.risk.anchor)."
    }
    let changed: [Prose] =
      policy.changedAfterScores == true
      ? ["\(strong: "The rules were changed after scores had been read")."] : []
    let isLoud = !policy.passed || !changed.isEmpty
    return Callout(
      kind: isLoud ? .loud : .caution, title: "Gate set by the audit's owner",
      items: [outcome] + changed + policy.failures.map { Prose($0) })
  }

  /// The limits and every question they were held against; nothing where the spec sets none.
  var policyLimits: [Block] {
    guard let limits = report.policy?.limits, let checks = report.policy?.checks else { return [] }
    return [
      .heading(Heading(level: 3, text: "Limits set by the audit's owner")),
      .list(
        limits.enumerated().map {
          Prose("Limit \($0.offset + 1): \(Words.limit($0.element, of: report.plan))")
        }),
      .table(
        Table(
          Anchor("table-policy"), "Limits held against the gaps", of: checks,
          columns: RecordTables.policyChecks,
          note: """
            Limits of differences are simultaneous over all pairs of a finding and attribute. A \
            question in which some group could not be compared fails unless its limit says otherwise.
            """)),
    ]
  }
}

extension Words {
  /// `gaps in AUC of at most 0.05, by the upper limit, for Effusion by sex …`
  static func limit(_ limit: GapLimit, of plan: PlanRecord) -> String {
    let basis =
      switch limit.judgedBy {
      case .lowerLimit: "fails once a larger gap is shown (lower limit)"
      case .estimate: "fails when a larger gap is observed (estimate)"
      case .upperLimit: "fails until a larger gap is ruled out (upper limit)"
      }
    let scope = [
      limit.questions.classifier.map { "classifier \($0)" } ?? "every classifier",
      limit.questions.cohort.map { "\($0) cohort" } ?? "every cohort",
      limit.questions.finding ?? "every finding",
      limit.questions.attribute.map(attribute) ?? "every attribute",
    ].joined(separator: ", ")
    let metric = limit.questions.metric.map { "in \($0.title)" } ?? judged(plan)
    let unknown =
      limit.whenNotEvaluable == .pass ? "passes" : "fails"
    return "gap \(metric) at most \(NumberText.setting(limit.atMost)) for \(scope); \(basis); "
      + "what cannot be evaluated \(unknown)"
  }
}
