import AuditModel
import Statistics
import Vocabulary

/// Everything that an audit says, by kind: how often, and at which level.
struct StatementFamilies {
  let specification: AnalysisSpecification

  func families(_ outcome: AnalysisOutcome) -> [StatementFamily] {
    let questions = outcome.familySize
    var all: [StatementFamily] = []
    func declared(_ kind: String, _ title: String, _ count: Int) {
      if count > 0 { all.append(adjusted(kind, title, count)) }
    }
    func each(_ kind: String, _ title: String, _ count: Int) {
      if count > 0 { all.append(alone(kind, title, count)) }
    }
    declared("flags", "flags of a difference between groups", questions)
    declared("withinDelta", "statements that groups are within δ", questions)
    let supporting = Metric.supporting(beside: specification.metrics.map(\.metric))
    let byMetric = questions / max(1, specification.metrics.count)
    let rates =
      outcome.rateGaps.isEmpty ? 0 : supporting.count(where: \.needsThreshold) * byMetric
    declared("errorRates", "statements that error rates differ", rates)
    let metrics =
      outcome.metricGaps.isEmpty ? 0 : supporting.count { !$0.needsThreshold } * byMetric
    declared("metrics", "statements that another metric differs", metrics)
    let findingGates = outcome.gates.filter { $0.judges(.finding) && $0.status != .notRun }
    declared("findingGates", "gates of findings drawn alike (G3)", findingGates.count)
    let seeds = outcome.gates.filter { $0.judges(.seedPlacebo) && $0.value != nil }
    if !seeds.isEmpty {
      all.append(
        StatementFamily(
          kind: "seedPlacebos", title: "seed placebos that exceed noise (G8)",
          statements: seeds.count, control: .familyWise, method: "Bonferroni's limits",
          sentence:
            "\(Words.count(seeds.count, "seed placebo")): the chance that any is called more "
            + "than noise although it is noise is at most \(percent)."))
    }
    // Limits hold together over the pairs of one question, and question by question.
    each(
      "limits", "sets of simultaneous limits of all pairs of a question",
      outcome.verdicts.count { $0.range != nil })
    let strata = Set(
      outcome.adjustedGaps.filter { $0.lower != nil }
        .map(\.question)
    ).count
    each("adjustedGaps", "sets of simultaneous limits of gaps within strata", strata)
    each("equalizedOdds", "limits of equalised odds", outcome.equalizedOdds.count)
    let panel = Set(
      (outcome.panelComparisons ?? []).filter { $0.lower != nil }
        .map(\.question)
    ).count
    each("panelLimits", "sets of simultaneous limits beyond the panel's gaps", panel)
    let rows = outcome.overall + outcome.subgroups
    each("groupIntervals", "intervals of a group's AUC", rows.count { $0.lower != nil })
    each(
      "precisionIntervals", "intervals of a group's average precision",
      rows.count { $0.averagePrecisionInterval?.lower != nil })
    each(
      "calibration", "intervals of a group's calibration slope, intercept and Brier score",
      rows.reduce(0) {
        $0
          + [$1.calibrationSlopeInterval, $1.calibrationInTheLarge, $1.brierInterval].count {
            $0?.lower != nil
          }
      })
    each(
      "rateIntervals", "intervals of a group's error rates and predictive value",
      rows.reduce(0) {
        $0 + [$1.sensitivity, $1.falsePositiveRate, $1.positivePredictiveValue].count { $0 != nil }
      })
    each(
      "scoreShifts", "intervals and tests of score shifts between arms",
      outcome.counterfactual.count { $0.scoreShift.lower != nil })
    each(
      "flips", "tests of decisions that flip between arms",
      outcome.counterfactual.count { $0.mcnemarP != nil })
    each(
      "agreement", "tests that all arms agree (Cochran's Q)",
      outcome.armAgreement.count { $0.cochranP != nil })
    each("placebos", "intervals of a placebo's gap", outcome.placebos.count { $0.lower != nil })
    each(
      "gates", "gates judged by an interval",
      outcome.gates.count {
        !$0.judges(.finding) && !$0.judges(.seedPlacebo) && !$0.judges(.panel) && $0.lower != nil
      })
    return all
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
