import AuditModel
import Foundation
import Randomness
import Testing
import Vocabulary

@testable import Fairness

/// Nothing declared vanishes, and nobody is spoken of who was not looked at.
@Suite struct AccountingTests {
  /// Two groups of equal accuracy, 400 images each, one image per patient.
  private func table(account: RowAccount? = nil, groups: [String] = ["A", "B"]) -> EvaluationTable {
    var stream = RandomStream(seed: 5, path: ["accounting"])
    var (scores, labels, membership) = ([Double](), [Bool](), [Int32]())
    for row in 0..<800 {
      let isPositive = row % 2 == 0
      scores.append(stream.normal() + (isPositive ? 3 : 0))
      labels.append(isPositive)
      membership.append(Int32(row / 2 % 2))
    }
    var table = EvaluationTable(
      classifier: "net", cohort: "real", finding: "Edema", scores: scores, labels: labels,
      clusters: scores.indices.map { Int32($0) }, clusterCount: scores.count,
      attributes: [AttributeColumn(name: "race", groups: groups, membership: membership)])
    table.accounts["race"] = account
    return table
  }

  private func account(
    rows: Int = 800, withoutValue: Int = 0, outside: [Accounting.Outside] = [],
    unlabelled: Int = 0, unscored: Int = 0
  ) -> RowAccount {
    RowAccount(
      rows: rows, withoutValue: withoutValue, inNoGroup: outside.reduce(0) { $0 + $1.rows },
      outside: outside,
      groups: [
        Accounting.Group(
          group: "A", rows: 400 + unlabelled + unscored, withoutLabel: unlabelled,
          positivesWithoutScore: unscored, positives: 0, negatives: 0),
        Accounting.Group(group: "B", rows: 400, positives: 0, negatives: 0),
      ])
  }

  private func run(
    _ tables: [EvaluationTable], absences: [Absence] = [],
    _ change: (inout AnalysisSpecification) -> Void = { _ in }
  ) throws -> AnalysisOutcome {
    var plan = AnalysisSpecification()
    change(&plan)
    return try FairnessAnalysis(specification: plan).run(tables, absences: absences)
  }

  private let absent = Absence(
    Question(classifier: "net", cohort: "real", finding: "Mass", attribute: "race"),
    cause: .noLabels, sentence: "none of the 800 images has a label of Mass")

  @Test func whatWasDeclaredStaysInTheFamilyAndInTheSummary() throws {
    let alone = try run([table()])
    let both = try run([table()], absences: [absent, absent, absent])
    #expect(alone.familySize == 1 && both.familySize == 4)
    let (first, second) = (try #require(alone.verdicts.first), try #require(both.verdicts.first))
    #expect(first.pMaxT == second.pMaxT)
    #expect(second.pAdjusted == min(1, 4 * (first.pMaxT ?? 1)))
    #expect(both.absences.count == 3)
    #expect(both.summary.contains { $0.contains("not judged") && $0.contains(absent.sentence) })
  }

  @Test func groupsThatNobodyIsInAreAnAbsenceAndNoVerdict() throws {
    var empty = table(groups: ["X", "Y"])
    empty.attributes[0].membership = empty.attributes[0].membership.map { _ in -1 }
    empty.accounts["race"] = RowAccount(
      rows: 800, withoutValue: 0, inNoGroup: 800, outside: [.init(value: "0", rows: 800)],
      groups: ["X", "Y"].map { .init(group: $0, rows: 0, positives: 0, negatives: 0) })
    let found = try run([empty])
    #expect(found.verdicts.isEmpty && found.familySize == 1)
    let absence = try #require(found.absences.first)
    #expect(absence.cause == .noValues)
    #expect(absence.sentence.contains("none of its 800 images"))
    #expect(absence.sentence.contains("the table has 0"))
  }

  @Test func equalityIsSaidWhereEverybodyWasSeen() throws {
    for missing in [nil, account(), account(unlabelled: 40), account(withoutValue: 70)] {
      #expect(try run([table(account: missing)]).verdicts.first?.verdict == .withinDelta)
    }
  }

  @Test func equalityIsWithheldWhereSomebodyWasNotSeen() throws {
    let cases: [(RowAccount, String)] = [
      (account(outside: [.init(value: "Asian", rows: 625)]), "race Asian (625)"),
      (account(outside: [.init(value: "Asian", rows: 1)]), "1 image of the table"),
      (account(rows: 900, withoutValue: 100), "11.1 % of the images have no value of race"),
      (account(unlabelled: 60), "13 % of the images of race A"),
      (account(unscored: 60), "13 % of the images of race A"),
    ]
    for (missing, reason) in cases {
      let verdict = try #require(try run([table(account: missing)]).verdicts.first)
      #expect(verdict.verdict == .inconclusive, "\(reason)")
      #expect(verdict.reasons.first?.contains(reason) == true, "\(verdict.reasons)")
      #expect(verdict.sentence.contains(reason), "\(verdict.sentence)")
      #expect(verdict.requiredClusters == nil)
    }
    // The plan may let more pass; another group's images never do.
    let open = try run([table(account: account(unlabelled: 60))]) { $0.missing = 0.2 }
    #expect(open.verdicts.first?.verdict == .withinDelta)
  }

  @Test func missingScoresBoundTheAUC() throws {
    let found = try run([table(account: account(unscored: 50))])
    let group = try #require(found.accounting.first?.groups.first)
    let auc = try #require(found.subgroups.first { $0.group == "A" }?.auc)
    // 200 × 200 pairs are known, 250 × 200 there are.
    #expect(abs((group.worstCaseLower ?? 0) - 0.8 * auc) < 1e-12)
    #expect(abs((group.worstCaseUpper ?? 0) - (0.8 * auc + 0.2)) < 1e-12)
    #expect(found.accounting.first?.groups.last?.worstCaseLower == nil)
    #expect(found.accounting.first?.analysed == 800)
  }

  @Test func decisionsDifferIsSaidOnlyOfWhatIsDetected() throws {
    var differing = table()
    differing.scores = differing.scores.indices.map {
      differing.scores[$0] + ($0 / 2 % 2 == 0 ? 0 : 2)
    }
    for (table, isDetected) in [(table(), false), (differing, true)] {
      let gaps = try run([table]) { $0.thresholds = ["Edema": .value(2.5)] }.rateGaps
      #expect(!gaps.isEmpty && gaps.allSatisfy { $0.isDetected == isDetected })
      for gap in gaps {
        #expect(gap.sentence.hasPrefix("Decisions differ") == isDetected, "\(gap.sentence)")
        #expect(gap.sentence.contains("2 error-rate hypotheses"))
      }
    }
  }

  /// A metric that the vocabulary names is compared and told without another line.
  @Test func everySupportingMetricIsCompared() throws {
    var probable = table()
    probable.scores = probable.scores.map { 1 / (1 + exp(1.5 - $0)) }
    let found = try run([probable])
    #expect(
      Set((found.rateGaps + found.metricGaps).map(\.metric))
        == Set(Metric.supporting(beside: [.auc])))
    #expect(found.rateGaps.allSatisfy { $0.threshold == 0.5 })
    for gap in found.metricGaps {
      let metric = gap.metric
      #expect(!metric.needsThreshold && gap.threshold == nil)
      #expect(gap.rates[0] >= gap.rates[1] && gap.lower <= gap.difference)
      #expect(gap.worseGroup == gap.groups[metric.largerIsBetter ? 1 : 0])
      #expect(gap.sentence.contains(metric.title) && gap.sentence.contains("how common"))
    }
    // Scores beyond 0 and 1 are no probabilities, and have no Brier score.
    #expect(try run([table()]).metricGaps.map(\.metric) == [.averagePrecision])
  }

  @Test func anAbsenceFailsTheGateUnlessPassingIsAskedFor() throws {
    var policy = PolicySpecification()
    policy.failOn = [.flagged]
    func record(_ policy: PolicySpecification) throws -> PolicyRecord {
      try #require(
        PolicyGate(policy).record(
          verdicts: [], comparisons: [], subgroups: [], absences: [absent]))
    }
    let failed = try record(policy)
    #expect(!failed.passed && failed.failures.first?.contains(absent.sentence) == true)
    policy.whenNotEvaluable = .pass
    #expect(try record(policy).passed)
    // A limit that concerns it has its own rule.
    policy.limits = [GapLimit(atMost: 0.1, judgedBy: .estimate)]
    let limited = try record(policy)
    #expect(!limited.passed && limited.checks?.map(\.status) == [.notEvaluable])
    policy.limits[0].whenNotEvaluable = .pass
    #expect(try record(policy).passed)
    policy.limits[0].questions.finding = "Edema"
    policy.limits[0].whenNotEvaluable = .fail
    #expect(try record(policy).checks?.first?.sentence.contains("no verdict") == true)
  }
}
