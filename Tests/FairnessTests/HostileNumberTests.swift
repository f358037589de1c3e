import AuditModel
import Fairness
import Foundation
import Randomness
import ScoreTestSupport
import Testing
import Vocabulary

/// Finite numbers at the edges of Double, and laws that the whole analysis keeps.
struct HostileNumberTests {
  private struct Rows {
    var scores: [Double] = []
    var labels: [Bool] = []
    var groups: [String?] = []
    var clusters: [Int32] = []

    init(count: Int, seed: UInt64 = 1) {
      var stream = RandomStream(seed: seed, path: ["hostile"])
      for row in 0..<count {
        let isPositive = row % 2 == 0
        labels.append(isPositive)
        groups.append(["A", "B", "C"][row / 2 % 3])
        scores.append((isPositive ? 1 : 0) + stream.normal())
        // Patients of one group with one to three images.
        clusters.append(Int32(row / 2 % 3 + 3 * (row / 12)))
      }
    }

    func table() throws -> EvaluationTable {
      EvaluationTable(
        classifier: "model", cohort: "real", finding: "Edema", scores: scores, labels: labels,
        clusters: clusters, clusterCount: Int((clusters.max() ?? 0) + 1),
        attributes: [try Grouping(.named("race"), rule: nil, values: groups).column(of: groups)])
    }
  }

  /// Every score scaled to the largest and to the smallest numbers there are: the same ranks.
  @Test(arguments: [true, false]) func theScaleOfScoresIsIrrelevant(_ isHuge: Bool) throws {
    var rows = Rows(count: 360)
    // Whole numbers up to 1,000 survive as denormals without new ties.
    rows.scores = rows.scores.map { ($0 * 100).rounded() / 10 }
    let before = try outcome([try rows.table()])
    var scaled = rows
    scaled.scores = rows.scores.map {
      isHuge ? $0 * 1e306 : ($0 * 10).rounded() * .leastNonzeroMagnitude
    }
    let after = try outcome([try scaled.table()])
    #expect(before.subgroups.map(\.auc) == after.subgroups.map(\.auc))
    #expect(before.comparisons.map(\.lower) == after.comparisons.map(\.lower))
    #expect(before.verdicts.map(\.pMaxT) == after.verdicts.map(\.pMaxT))
    #expect(after.subgroups.allSatisfy { $0.brier == nil })
  }

  @Test func aGroupOfOneIsShownAndNotCompared() throws {
    var rows = Rows(count: 360)
    rows.groups[17] = "alone"
    let found = try outcome([try rows.table()])
    let row = try #require(found.subgroups.first { $0.group == "alone" })
    #expect(row.status == .notEstimable && row.positives + row.negatives == 1)
    #expect(row.auc == nil && row.reason != nil)
    let pairs = found.comparisons.filter { $0.groupA == "alone" || $0.groupB == "alone" }
    #expect(pairs.count == 3 && pairs.allSatisfy { $0.difference == nil && $0.reason != nil })
    #expect(found.verdicts[0].verdict != .withinDelta, "a group that was not seen is not fair")
  }

  /// 1e-12: sums in another order. Resampled p values count the same replicates.
  @Test func rowOrderChangesNothing() throws {
    let rows = Rows(count: 300)
    let before = try outcome([try rows.table()])
    var stream = RandomStream(seed: 3, path: ["order"])
    let order = stream.permutation(rows.scores.count)
    var shuffled = rows
    shuffled.scores = order.map { rows.scores[$0] }
    shuffled.labels = order.map { rows.labels[$0] }
    shuffled.groups = order.map { rows.groups[$0] }
    shuffled.clusters = order.map { rows.clusters[$0] }
    let after = try outcome([try shuffled.table()])
    #expect(before.verdicts.map(\.pMaxT) == after.verdicts.map(\.pMaxT))
    for (a, b) in zip(before.comparisons, after.comparisons) {
      expectClose(b.difference, try #require(a.difference), absolute: 1e-12)
      expectClose(b.lower, try #require(a.lower), absolute: 1e-12)
    }
  }

  @Test func renamingGroupsPermutesTheResults() throws {
    let rows = Rows(count: 720)
    var renamed = rows
    renamed.groups = rows.groups.map { $0 == "A" ? "Z" : $0 }
    let (before, after) = (try outcome([try rows.table()]), try outcome([try renamed.table()]))
    for row in before.subgroups {
      let other = try #require(
        after.subgroups.first { $0.group == (row.group == "A" ? "Z" : row.group) })
      #expect(other.auc == row.auc && other.standardError == row.standardError)
    }
    expectClose(
      after.verdicts[0].worstZ, try #require(before.verdicts[0].worstZ), relative: 1e-12)
  }

  @Test func aThresholdMayBelongToOneClassifier() throws {
    var first = try Rows(count: 360).table()
    first.scores = first.scores.map { 1 / (1 + exp(-$0)) }
    var second = first
    second.classifier = "other"
    let found = try outcome([first, second]) {
      $0.thresholds = ["Edema": .value(0.5)]
      $0.classifierThresholds = ["Edema": ["other": .value(0.8)]]
    }
    #expect(found.overall.map(\.threshold) == [0.5, 0.8])
    #expect(found.thresholds["other/Edema"]?.origin == "fixed in the plan for other")
    #expect(
      try #require(found.overall[0].truePositives) > (try #require(found.overall[1].truePositives)))
  }

  /// A sick case called healthy is a false alarm of "No Finding" and a miss of a finding.
  @Test(arguments: [("No Finding", true), ("Edema", false)])
  func underdiagnosisFollowsTheMeaningOfTheLabel(_ finding: String, _ isFalseAlarm: Bool) throws {
    var table = try Rows(count: 360).table()
    table.scores = table.scores.map { 1 / (1 + exp(-$0)) }
    table.finding = finding
    for row in try outcome([table]).subgroups {
      #expect(
        row.underdiagnosisRate == (isFalseAlarm ? row.falsePositiveRate : row.falseNegativeRate))
    }
  }
}
