import AuditModel
import Fairness
import Foundation
import Randomness
import ScoreTestSupport
import Statistics
import Testing
import Vocabulary

/// Verdicts by metrics that the plan names.
@Suite struct JudgedMetricTests {
  private static let everyKind: [Metric] = [
    .auc, .sensitivity, .falsePositiveRate, .averagePrecision, .brier,
  ]

  /// Equal AUCs and unequal decisions: the positives of one group score lower by a constant, and so do
  /// its negatives.
  private func shifted(seed: UInt64 = 3) -> EvaluationTable {
    var table = VerdictLevelTests.table([(300, 300, 1.5), (300, 300, 1.5)], seed: seed)
    for row in table.scores.indices where table.attributes[0].membership[row] == 1 {
      let odds = table.scores[row] / (1 - table.scores[row]) * exp(-1.2)
      table.scores[row] = odds / (1 + odds)
    }
    return table
  }

  private func judged(
    _ tables: [EvaluationTable], by metrics: [JudgedMetric],
    _ change: (inout AnalysisSpecification) -> Void = { _ in }
  ) throws -> AnalysisOutcome {
    try outcome(tables) {
      $0.metrics = metrics
      $0.thresholds = ["Effusion": .value(0.5)]
      change(&$0)
    }
  }

  @Test func everyMetricThatIsNamedHasAVerdictAndNoOther() throws {
    let found = try judged([shifted()], by: Self.everyKind.map { JudgedMetric($0) })
    #expect(found.verdicts.count == 5 && found.familySize == 5)
    #expect(Set(found.verdicts.map(\.metric)) == Set(Self.everyKind))
    #expect(Set(found.comparisons.map(\.metric)) == Set(Self.everyKind))
    // Told once: what is judged is no supporting evidence, nor is its complement.
    #expect(found.rateGaps.isEmpty && found.metricGaps.isEmpty)
    let usual = try judged([shifted()], by: [JudgedMetric(.auc)])
    #expect(usual.familySize == 1 && usual.verdicts.map(\.metric) == [.auc])
    #expect(Set(usual.rateGaps.map(\.metric)) == [.sensitivity, .falsePositiveRate])
    #expect(Set(usual.metricGaps.map(\.metric)) == [.averagePrecision, .brier])
  }

  /// A shift lowers sensitivity and false positives of the group and leaves its AUC alone.
  @Test func whoIsWorseFollowsTheMetric() throws {
    let found = try judged([shifted()], by: Self.everyKind.map { JudgedMetric($0) })
    func verdict(_ metric: Metric) throws -> Verdict {
      try #require(found.verdicts.first { $0.metric == metric })
    }
    #expect(try verdict(.auc).verdict != .flagged)
    let missed = try verdict(.sensitivity)
    #expect(missed.verdict == .flagged && missed.worseGroup == "g1")
    #expect(missed.worstPair == ["g0", "g1"] && missed.gap?.worse == "g1")
    #expect(missed.sentence.contains("on real images at the threshold 0.500"))
    #expect(missed.sentence.contains("in sensitivity"))
    let alarms = try verdict(.falsePositiveRate)
    #expect(alarms.verdict == .flagged && alarms.worseGroup == "g0")
    let pair = try #require(found.comparisons.first { $0.metric == .falsePositiveRate })
    // More false alarms for g0: a difference above 0, at the expense of the first group.
    #expect(try #require(pair.difference) > 0 && pair.worseGroup == "g0")
    #expect(try #require(pair.gap?.lower) > 0)
  }

  @Test func aMetricThatFollowsThePrevalenceSaysSo() throws {
    let table = VerdictLevelTests.table([(300, 100, 1.5), (100, 300, 1.5)])
    let found = try judged([table], by: [JudgedMetric(.averagePrecision), JudgedMetric(.auc)])
    let precision = try #require(found.verdicts.first { $0.metric == .averagePrecision })
    #expect(precision.verdict == .flagged && precision.worseGroup == "g1")
    #expect(precision.sentence.contains("depends on how common the finding is"))
    #expect(found.verdicts.first { $0.metric == .auc }?.sentence.contains("how common") == false)
  }

  @Test func marginsOfAMetricAreItsOwn() throws {
    let wide = try judged(
      [shifted()], by: [JudgedMetric(.sensitivity, delta: 0.9, harm: 0.6), JudgedMetric(.auc)])
    let verdict = try #require(wide.verdicts.first { $0.metric == .sensitivity })
    // Detected, and not shown to exceed the margin of harm; within the wide δ.
    #expect(verdict.verdict == .withinDelta)
    #expect(verdict.sentence.contains("differs by less than 0.900"))
    let area = try #require(wide.verdicts.first { $0.metric == .auc })
    #expect(!area.sentence.contains("0.900"))
  }

  @Test func whatAMetricNeedsAndLacksIsSaid() throws {
    var logits = shifted()
    logits.scores = logits.scores.map { log($0 / (1 - $0)) }
    // Without a threshold of its own, only a probability is called at 0.5.
    let noThreshold = try outcome([logits]) { $0.metrics = [JudgedMetric(.sensitivity)] }
    let verdict = try #require(noThreshold.verdicts.first)
    #expect(verdict.verdict == .notEvaluable && verdict.sentence.contains("there is no threshold"))
    let brier = try #require(try judged([logits], by: [JudgedMetric(.brier)]).verdicts.first)
    #expect(brier.verdict == .notEvaluable && brier.sentence.contains("not within 0 to 1"))
    #expect(noThreshold.familySize == 1)
  }

  @Test func thePolicyHoldsALimitAgainstTheMetricThatItNames() throws {
    let found = try judged([shifted()], by: [JudgedMetric(.auc), JudgedMetric(.sensitivity)])
    func record(_ metric: Metric?) throws -> PolicyRecord {
      var policy = PolicySpecification()
      var limit = GapLimit(atMost: 0.15, judgedBy: .estimate)
      limit.questions.metric = metric
      policy.limits = [limit]
      return try #require(
        PolicyGate(policy).record(
          verdicts: found.verdicts, comparisons: found.comparisons, subgroups: found.subgroups))
    }
    #expect(try record(.auc).passed && record(.auc).checks?.count == 1)
    let named = try record(.sensitivity)
    #expect(!named.passed && named.checks?.map(\.questions.metric) == [.sensitivity])
    #expect(named.failures[0].contains("by group, sensitivity"))
    let every = try record(nil)
    #expect(!every.passed && every.checks?.count == 2)
  }

  @Test func absencesCountForEveryMetric() throws {
    let missing = Absence(
      Question(classifier: "model", cohort: "real", finding: "Mass", attribute: "group"),
      cause: .noLabels, sentence: "none of the images has a label of Mass")
    var specification = AnalysisSpecification()
    specification.metrics = [JudgedMetric(.auc), JudgedMetric(.brier)]
    let absences = specification.metrics.map { metric in
      Absence(missing.question.by(metric.metric), missing.content)
    }
    let found = try FairnessAnalysis(specification: specification).run(
      [shifted()], absences: absences)
    #expect(found.familySize == 4 && found.absences.count == 2)
  }

  /// On synthetic images a gap in any metric must exceed the seed placebo's in the same metric.
  @Test func theSeedPlaceboVouchesForEveryMetric() throws {
    func verdict(_ table: EvaluationTable) throws -> Verdict {
      let found = try outcome([table]) {
        $0.metrics = [JudgedMetric(.falsePositiveRate)]
        $0.thresholds = [table.finding: .value(0.5)]
      }
      return try #require(found.verdicts.first { $0.attribute == "sex" })
    }
    let cohort = SimulatedCohort(seed: 2, noise: 0.2, shift: 0.7)
    let found = try verdict(cohort.table())
    #expect(found.verdict == .flagged && found.placebo == "seed")
    #expect(try #require(found.beyondPlaceboLower) > 0)
    var bare = cohort
    bare.hasPlacebo = false
    let open = try verdict(bare.table())
    #expect(open.verdict == .inconclusive)
    #expect(open.reasons.first?.hasPrefix("not distinguishable from generator noise") == true)
  }

  /// Two findings × five metrics and no difference anywhere: some flag in at most 5 % of the draws,
  /// within 2.6 Monte Carlo errors (1.3 %); and without the adjustment in far more.
  @Test(.tags(.simulation)) func theFamilyOfAllMetricsHoldsItsLevel() {
    let count = 300
    let draws = parallelMap(count: count) { draw -> (held: Bool, loose: Bool) in
      func isFlagged(_ multiplicity: AnalysisSpecification.Multiplicity) -> Bool {
        let tables = ["Effusion", "Mass"].map { finding in
          VerdictLevelTests.table(
            [(60, 90, 1.2), (60, 90, 1.2), (60, 90, 1.2)], seed: UInt64(draw + 1), finding: finding)
        }
        let found = try? outcome(tables) {
          $0.metrics = Self.everyKind.map { JudgedMetric($0) }
          $0.thresholds = ["Effusion": .value(0.5), "Mass": .value(0.5)]
          $0.multiplicity = multiplicity
        }
        return found.map { $0.verdicts.contains { $0.verdict == .flagged } } ?? true
      }
      return (isFlagged(.holm), isFlagged(.none))
    }
    let held = Double(draws.count { $0.held }) / Double(count)
    let loose = Double(draws.count { $0.loose }) / Double(count)
    print("JudgedMetricTests: family-wise flags \(held), without adjustment \(loose)")
    #expect(held <= 0.05 + 2.6 * (0.05 * 0.95 / Double(count)).squareRoot())
    #expect(loose > 0.12)
  }
}
