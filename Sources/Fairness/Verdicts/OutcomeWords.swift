import AuditModel
import Statistics

/// The sentences at the top of the report: what was found, and what must not be concluded.
struct OutcomeWords {
  let specification: AnalysisSpecification
  let family: [PendingVerdict]

  /// Flags told together and one by one, worst first, then the other verdicts by number.
  func summary(_ outcome: AnalysisOutcome) -> [String] {
    var sentences = flags(outcome)
    if sentences.isEmpty, !outcome.verdicts.isEmpty {
      sentences.append(
        "No group difference was flagged among \(Words.hypotheses(outcome.familySize)).")
    }
    let rates = outcome.rateGaps.filter(\.isDetected).sorted { $0.pAdjusted < $1.pAdjusted }
    sentences += rates.prefix(6).map(\.sentence)
    if rates.count > 6 {
      sentences.append(
        "\(Words.count(rates.count - 6, "further difference")) in error rates at the threshold; see the "
          + "rates by group.")
    }
    let within = outcome.verdicts.filter { $0.verdict == .withinDelta }
    if !within.isEmpty {
      sentences.append(
        "\(Words.hypotheses(within.count).capitalizedFirst) shown to be within "
          + "δ = \(Words.area(specification.delta)): \(names(within)).")
    }
    let open = outcome.verdicts.filter { $0.verdict == .inconclusive }
    if !open.isEmpty {
      sentences.append(
        "\(Words.hypotheses(open.count).capitalizedFirst) inconclusive "
          + "\(specification.metrics == AnalysisSpecification().metrics ? "in AUC" : "in their metric"): \(names(open))."
      )
    }
    let missing = outcome.verdicts.filter { $0.verdict == .notEvaluable }
    if !missing.isEmpty {
      sentences.append(
        "\(Words.hypotheses(missing.count).capitalizedFirst) not evaluable: \(names(missing)).")
    }
    if !outcome.absences.isEmpty {
      let shown = outcome.absences.prefix(6).map {
        "\($0.classifier) for \($0.finding) by \($0.question.comparedBy) "
          + "(\($0.cohort)): \($0.sentence)"
      }
      let rest = outcome.absences.count - shown.count
      sentences.append(
        "\(Words.hypotheses(outcome.absences.count).capitalizedFirst) declared and not judged: "
          + shown.joined(separator: "; ") + (rest > 0 ? "; and \(Words.grouped(rest)) more" : "")
          + ".")
    }
    return sentences
  }

  /// Roll-ups first; of the flags that they hold the first few, the others by number.
  private func flags(_ outcome: AnalysisOutcome) -> [String] {
    let flagged = outcome.verdicts.filter { $0.verdict == .flagged }
    let rollUps = outcome.rollUps.filter { $0.group != nil }
    let isTold: (Verdict) -> Bool = { verdict in
      rollUps.contains { rollUp in
        rollUp.classifier == verdict.classifier && rollUp.cohort == verdict.cohort
          && rollUp.attribute == verdict.attribute && rollUp.metric == verdict.metric
          && rollUp.flags.contains { $0.finding == verdict.finding }
      }
    }
    var (sentences, left) = (rollUps.map(\.sentence), Self.flagsShown)
    var hidden = 0
    for verdict in flagged {
      if left > 0 || !isTold(verdict) {
        sentences.append(verdict.sentence)
        left -= 1
      } else {
        hidden += 1
      }
    }
    if hidden > 0 {
      sentences.append(
        "\(Words.count(hidden, "further flag")) told together above; each has its verdict.")
    }
    return sentences
  }

  /// Flags beyond these are left to the roll-ups that hold them.
  private static let flagsShown = 6

  func cautions(_ outcome: AnalysisOutcome) -> [String] {
    var sentences: [String] = []
    if specification.multiplicity == .none, outcome.familySize > 1 {
      sentences.append(
        "The plan asks for NO adjustment over the \(Words.hypotheses(outcome.familySize)) tested: "
          + "about \(Words.percent(specification.alpha)) of them would be flagged by chance alone if "
          + "no group differed, and each statement that groups are within δ is false with a chance of up "
          + "to \(Words.percent(specification.alpha)) by itself.")
    }
    if outcome.verdicts.contains(where: { $0.verdict == .inconclusive }) {
      sentences.append(
        "Inconclusive does not mean fair: the data are too few, or too variable, to show either a "
          + "difference or its absence.")
    }
    if outcome.verdicts.contains(where: { $0.verdict == .notEvaluable })
      || outcome.subgroups.contains(where: { $0.status != .ok })
    {
      let small = outcome.subgroups.count { $0.status != .ok }
      sentences.append(
        "\(Words.count(small, "group row")) could not be evaluated; nothing is known about these "
          + "groups, which is not the same as no difference.")
    }
    if family.contains(where: \.isSynthetic) {
      sentences.append(
        "Results on synthetic images are supporting evidence only: a gap may come from how the "
          + "generator draws a finding for a group, and no gap there does not show that real patients "
          + "are treated alike.")
      sentences.append(
        "The prevalence of synthetic cohorts is set by design, so their precision, predictive values "
          + "and calibration in the large do not carry over to patients.")
    }
    if outcome.verdicts.contains(where: { $0.range != nil && $0.metric == .auc }) {
      sentences.append(
        "The raw range of AUCs grows with the number of groups and with small groups even when all are "
          + "equal; it must not be used to rank findings and is only shown beside its null.")
      sentences.append(
        "Equal AUCs do not mean equal decisions: at a common threshold, sensitivity and false-positive "
          + "rate can still differ between groups.")
    }
    return sentences
  }

  func notes(_ outcome: AnalysisOutcome) -> [String] {
    var notes: [String] = []
    let missing = outcome.overall.filter { $0.notScored > 0 }
    for row in missing {
      notes.append(
        "\(Words.count(row.notScored, "image")) of the \(row.cohort) cohort without a score of "
          + "\(row.classifier) for \(row.finding); left out, not imputed.")
    }
    if outcome.verdicts.contains(where: { $0.pMaxT != nil }) {
      notes.append(
        "Every pair of groups is tested with tails of its own: two witnesses must agree, the logit limits "
          + "of both AUCs and a test with the variance they share if nothing differs, each by Student's t "
          + "with the effective number of clusters; arms of one base case are compared within base cases. "
          + "Pairs are joined by their smallest p value. Error rates have score tests, exact ones in small "
          + "cells.")
    }
    let each = outcome.families.filter { $0.control == .each }
    if !each.isEmpty {
      notes.append(
        "Said one by one, not adjusted for each other: "
          + each.map(\.sentence).joined(separator: " "))
    }
    notes.append(
      "Standard errors of single AUCs are Obuchowski's (1997) for clustered cases; differences use the "
        + "joint single-sum covariance C/(C−1) Σ u uᵀ, which is positive semi-definite, so that the two "
        + "differ slightly.")
    return notes
  }

  private func names(_ verdicts: [Verdict]) -> String {
    let shown = verdicts.prefix(12).map {
      "\($0.classifier) for \($0.finding) by \($0.question.comparedBy) (\($0.cohort))"
    }
    let rest = verdicts.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(Words.grouped(rest)) more" : "")
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
