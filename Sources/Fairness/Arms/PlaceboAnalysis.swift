import AuditModel
import Statistics
import Vocabulary

/// The generator's own noise: the gap between two drawings that should not differ.
struct PlaceboAnalysis {
  let results: [PlaceboResult]
  let gate: GateResult?
  /// What a counterfactual gap must exceed, by metric; empty without an estimable seed placebo.
  private let controlsByMetric: [Metric: [Control]]
  /// Why there is nothing that a gap can be compared with.
  let reason: String?

  func controls(by metric: Metric) -> [Control] { controlsByMetric[metric] ?? [] }
  var isEmpty: Bool { controlsByMetric.isEmpty }

  /// One placebo whose gap can be estimated.
  struct Control: Sendable {
    /// `seed` or `prompt`.
    let kind: String
    /// The metric in the first drawing less that in the second.
    let difference: Double
    let standardError: Double
    /// Group 0: the first drawing; group 1: the second. Clusters numbered as the table's.
    let influence: ClusterInfluence
  }

  /// - Parameters:
  ///   - metrics: Those that give verdicts.
  ///   - comparisons: Seed placebos of the audit, over which gate G8 is simultaneous.
  init(
    _ table: EvaluationTable, threshold: Double?, level: Double, metrics: [Metric],
    comparisons: Int = 1
  ) {
    var results: [PlaceboResult] = []
    var controls: [Metric: [Control]] = [:]
    var gate: GateResult?
    let z = Normal.quantile((1 + level) / 2)
    for placebo in table.pairing?.placebos ?? [] {
      var result = PlaceboResult(table.questions, PlaceboShift(placebo: placebo.kind))
      Self.describe(&result, placebo, table: table, threshold: threshold, level: level)
      let drawings = PlaceboDrawings(placebo, table: table, threshold: threshold)
      for metric in metrics {
        if let control = drawings?.control(by: metric) {
          controls[metric, default: []].append(control)
        }
      }
      if let pair = drawings?.control(by: .auc) {
        result.difference = pair.difference
        result.standardError = pair.standardError
        result.lower = pair.difference - z * pair.standardError
        result.upper = pair.difference + z * pair.standardError
      }
      if placebo.kind == "seed" {
        gate = Self.gate(table, result, level: level, comparisons: comparisons)
      }
      results.append(result)
    }
    self.results = results
    // Another wording alone does not show the generator's noise.
    controlsByMetric = controls.filter { $0.value.contains { $0.kind == "seed" } }
    if table.cohort == "synthetic", table.pairing != nil, gate == nil {
      gate = GateResult(
        .seedPlacebo, name: "Seed placebo, \(table.classifier), \(table.finding)", status: .notRun,
        rule: Self.rule,
        sentence: "No seed placebo was drawn for \(table.finding), so the generator's own noise is "
          + "not known and no gap can be attributed to \(table.classifier).")
    }
    self.gate = gate
    reason =
      results.contains { $0.placebo == "seed" }
      ? "the seed placebo of \(table.finding) is too small to estimate the generator's noise"
      : "the cohort has no seed placebo, so the generator's noise is not known"
  }

  /// Score shift and flips between the two drawings, as they are told of pairs of arms.
  private static func describe(
    _ result: inout PlaceboResult, _ placebo: Pairing.Placebo, table: EvaluationTable,
    threshold: Double?, level: Double
  ) {
    let scale = ShiftScale(areProbabilities: table.areProbabilities)
    let shifts = zip(placebo.originalScores, placebo.placeboScores).map { scale($0) - scale($1) }
    guard
      let mean = ClusteredMean(
        values: shifts, clusters: placebo.clusters, clusterCount: table.clusterCount)
    else { return }
    result.meanAbsoluteScoreShift =
      shifts.reduce(0) { $0 + abs($1) } / Double(shifts.count)
    let interval = mean.interval(level: level)
    result.scoreShift = IntervalEstimate(
      estimate: mean.mean, lower: interval?.lower, upper: interval?.upper)
    guard let threshold else { return }
    result.flipRate = DecisionFlips(
      first: placebo.originalScores.map { $0 >= threshold },
      second: placebo.placeboScores.map { $0 >= threshold }, clusters: placebo.clusters,
      clusterCount: table.clusterCount
    ).rate(level: level)
  }

  private static let rule = ValidityGate.seedPlacebo.rule

  private static func gate(
    _ table: EvaluationTable, _ result: PlaceboResult, level: Double, comparisons: Int
  ) -> GateResult {
    let name = "Seed placebo, \(table.classifier), \(table.finding)"
    guard let difference = result.difference, let error = result.standardError else {
      return GateResult(
        .seedPlacebo, name: name, status: .notRun, rule: rule,
        sentence:
          "The seed placebo of \(table.finding) has too few cases, or scores that do not vary, "
          + "for a gap to be estimated.")
    }
    // Together, not each: a stable generator is called unstable with a chance of α.
    let reach = -Normal.quantile((1 - level) / Double(2 * max(1, comparisons))) * error
    let (lower, upper) = (difference - reach, difference + reach)
    let passes = lower <= 0 && upper >= 0
    let extent = comparisons > 1 ? ", simultaneous over \(comparisons) seed placebos" : ""
    return GateResult(
      .seedPlacebo, name: name, status: passes ? .pass : .warn, value: abs(difference), rule: rule,
      sentence: "Drawing the same \(table.finding) cases with another seed changed the AUC of "
        + "\(table.classifier) by \(Words.area(abs(difference))) (\(Words.percent(level)) interval "
        + "\(Words.area(lower)) to \(Words.area(upper))\(extent))"
        + (passes ? ", as noise does." : ", which is more than noise: the generator is not stable.")
    )
  }
}

/// The scale on which scores of arms are subtracted.
struct ShiftScale {
  let areProbabilities: Bool

  /// Logit of a probability; the score itself where scores are not probabilities.
  func callAsFunction(_ score: Double) -> Double {
    areProbabilities ? Calibration.logit(score) : score
  }
}
