import AuditModel
import Statistics
import Vocabulary

/// Everything that an audit says, by kind: how often, and at which level.
struct StatementFamilies {
  let specification: AnalysisSpecification

  func families(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    adjustedTogether(outcome) + seedPlacebos(outcome) + ofQuestions(outcome) + ofGroups(outcome)
      + ofArms(outcome)
  }

  /// Adjusted over all questions of the plan.
  private func adjustedTogether(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    let questions = outcome.familySize
    let supporting = Metric.supporting(beside: specification.metrics.map(\.metric))
    let byMetric = questions / max(1, specification.metrics.count)
    let rates =
      outcome.rateGaps.isEmpty ? 0 : supporting.count(where: \.needsThreshold) * byMetric
    let metrics =
      outcome.metricGaps.isEmpty ? 0 : supporting.count { !$0.needsThreshold } * byMetric
    let findingGates = outcome.gates.filter { $0.judges(.finding) && $0.status != .notRun }
    return said(
      [
        ("flags", "flags of a difference between groups", questions),
        ("withinDelta", "statements that groups are within δ", questions),
        ("errorRates", "statements that error rates differ", rates),
        ("metrics", "statements that another metric differs", metrics),
        ("findingGates", "gates of findings drawn alike (G3)", findingGates.count),
      ], as: adjusted)
  }

  private func seedPlacebos(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    let seeds = outcome.gates.count { $0.judges(.seedPlacebo) && $0.value != nil }
    guard seeds > 0 else { return [] }
    return [
      StatementFamily(
        kind: "seedPlacebos", title: "seed placebos that exceed noise (G8)",
        statements: seeds, control: .familyWise, method: "Bonferroni's limits",
        sentence:
          "\(Words.count(seeds, "seed placebo")): the chance that any is called more "
          + "than noise although it is noise is at most \(percent).")
    ]
  }

  /// Limits that hold together over the pairs of one question, and question by question.
  private func ofQuestions(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    let strata = Set(outcome.adjustedGaps.filter { $0.lower != nil }.map(\.question))
    let panel = Set((outcome.panelComparisons ?? []).filter { $0.lower != nil }.map(\.question))
    return said(
      [
        (
          "limits", "sets of simultaneous limits of all pairs of a question",
          outcome.verdicts.count { $0.range != nil }
        ),
        ("adjustedGaps", "sets of simultaneous limits of gaps within strata", strata.count),
        ("equalizedOdds", "limits of equalised odds", outcome.equalizedOdds.count),
        ("panelLimits", "sets of simultaneous limits beyond the panel's gaps", panel.count),
      ], as: alone)
  }

  private func ofGroups(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    let rows = outcome.overall + outcome.subgroups
    let calibration = rows.map { row in
      [row.calibrationSlopeInterval, row.calibrationInTheLarge, row.brierInterval].count {
        $0?.lower != nil
      }
    }
    let rates = rows.map { row in
      [row.sensitivity, row.falsePositiveRate, row.positivePredictiveValue].count { $0 != nil }
    }
    return said(
      [
        ("groupIntervals", "intervals of a group's AUC", rows.count { $0.lower != nil }),
        (
          "precisionIntervals", "intervals of a group's average precision",
          rows.count { $0.averagePrecisionInterval?.lower != nil }
        ),
        (
          "calibration", "intervals of a group's calibration slope, intercept and Brier score",
          calibration.reduce(0, +)
        ),
        (
          "rateIntervals", "intervals of a group's error rates and predictive value",
          rates.reduce(0, +)
        ),
      ], as: alone)
  }

  private func ofArms(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    said(
      [
        (
          "scoreShifts", "intervals and tests of score shifts between arms",
          outcome.counterfactual.count { $0.scoreShift.lower != nil }
        ),
        (
          "flips", "tests of decisions that flip between arms",
          outcome.counterfactual.count { $0.mcnemarP != nil }
        ),
        (
          "agreement", "tests that all arms agree (Cochran's Q)",
          outcome.armAgreement.count { $0.cochranP != nil }
        ),
        (
          "placebos", "intervals of a placebo's gap",
          outcome.placebos.count { $0.lower != nil }
        ),
        (
          "gates", "gates judged by an interval",
          outcome.gates.count {
            !$0.judges(.finding) && !$0.judges(.seedPlacebo) && !$0.judges(.panel)
              && $0.lower != nil
          }
        ),
      ], as: alone)
  }

  /// Those kinds of which anything is said.
  private func said(
    _ kinds: [(kind: String, title: String, count: Int)],
    as family: (String, String, Int) -> StatementFamily
  ) -> [StatementFamily] {
    kinds.filter { $0.count > 0 }.map { family($0.kind, $0.title, $0.count) }
  }

  private var percent: String { Words.percent(specification.alpha) }

  private func adjusted(_ kind: String, _ title: String, _ count: Int) -> StatementFamily {
    switch specification.multiplicity {
    case .none: return alone(kind, title, count)
    case .holm:
      return StatementFamily(
        kind: kind, title: title, statements: count, control: .familyWise,
        method: "Holm's adjustment",
        sentence:
          "\(Words.grouped(count)) \(title): the chance that any of them is false is at most "
          + "\(percent).")
    case .benjaminiHochberg:
      return StatementFamily(
        kind: kind, title: title, statements: count, control: .falseDiscovery,
        method: "Benjamini and Hochberg's adjustment",
        sentence:
          "\(Words.grouped(count)) \(title): of those that are said, \(percent) are expected "
          + "to be false.")
    }
  }

  private func alone(_ kind: String, _ title: String, _ count: Int) -> StatementFamily {
    let expected = specification.alpha * Double(count)
    return StatementFamily(
      kind: kind, title: title, statements: count, control: .each, method: "each by itself",
      expectedFalse: expected,
      sentence: "\(Words.grouped(count)) \(title), each at \(percent): of so many, about "
        + "\(Words.fixed(expected, expected < 10 ? 1 : 0)) would be false by chance.")
  }
}
