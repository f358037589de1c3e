import AuditModel
import Fairness
import Foundation
import Randomness
import Statistics
import Testing
import Vocabulary

/// Claims that were made although nothing showed them, and gaps that went unsaid although all did.
struct VerdictLevelTests {
  /// Groups of single images per patient: positives and negatives, shift of the positives' scores.
  static func table(
    _ groups: [(positives: Int, negatives: Int, shift: Double)], seed: UInt64 = 1,
    finding: String = "Effusion"
  ) -> EvaluationTable {
    var stream = RandomStream(seed: seed, path: ["levels", finding])
    var (scores, labels, membership) = ([Double](), [Bool](), [Int32]())
    for (group, size) in groups.enumerated() {
      for row in 0..<(size.positives + size.negatives) {
        let isPositive = row < size.positives
        let value = stream.normal() + (isPositive ? size.shift : 0)
        scores.append(1 / (1 + exp(-value)))
        labels.append(isPositive)
        membership.append(Int32(group))
      }
    }
    let column = AttributeColumn(
      name: "group", groups: groups.indices.map { "g\($0)" }, membership: membership)
    return EvaluationTable(
      classifier: "model", cohort: "real", finding: finding, scores: scores, labels: labels,
      clusters: scores.indices.map { Int32($0) }, clusterCount: scores.count, attributes: [column])
  }

  @Test func twelveOfTwelveAgainst475Of500IsNoDifferenceInDecisions() throws {
    var table = Self.table([(12, 40, 1.5), (500, 600, 1.5)])
    var hits = 0
    for row in table.scores.indices where table.labels[row] {
      // All 12 of the first group are called, and 475 of the second.
      let isCalled = table.attributes[0].membership[row] == 0 || hits < 475
      if table.attributes[0].membership[row] == 1 { hits += 1 }
      table.scores[row] = (isCalled ? 0.6 : 0.3) + 0.0001 * Double(row % 100)
    }
    let found = try outcome([table]) { $0.thresholds = ["Effusion": .value(0.55)] }
    let gap = try #require(found.rateGaps.first { $0.metric == .sensitivity })
    #expect(gap.rates == [1, 0.95])
    #expect(gap.pAdjusted == 1 && !gap.isDetected)
    #expect(gap.lower < -0.1)
    #expect(!gap.sentence.contains("Decisions differ"))
    #expect(!found.summary.contains { $0.contains("Decisions differ") })
  }

  /// A true difference in decisions is still said.
  @Test func aPlainDifferenceInDecisionsIsSaid() throws {
    let found = try outcome([Self.table([(150, 300, 0.5), (150, 300, 2.5)])]) {
      $0.thresholds = ["Effusion": .value(0.7)]
    }
    let gap = try #require(found.rateGaps.first { $0.metric == .sensitivity })
    #expect(gap.isDetected && gap.lower > 0)
    #expect(found.summary.contains { $0.contains("Decisions differ") })
  }

  /// 112 hypotheses: no number of replicates may decide whether a plain gap is said.
  @Test func aLargeFamilyCannotSilenceALargeGap() throws {
    let findings = (0..<112).map { "finding \($0)" }
    let tables = findings.enumerated().map { index, finding in
      Self.table(
        [(40, 40, index == 7 ? 0.0 : 1.5), (40, 40, index == 7 ? 2.5 : 1.5)], seed: UInt64(index),
        finding: finding)
    }
    let found = try outcome(tables)
    let verdict = try #require(found.verdicts.first { $0.finding == "finding 7" })
    #expect(verdict.verdict == .flagged, "\(verdict.sentence)")
    #expect(found.familySize == 112)
  }

  /// A tiny group widens its own limits and nobody else's.
  @Test func aTinyGroupLeavesTheOthersAlone() throws {
    let two = Self.table([(150, 300, 0.7), (150, 300, 1.7)])
    var three = two
    let tiny = Self.table([(10, 10, 1.2)], seed: 9)
    three.scores += tiny.scores
    three.labels += tiny.labels
    three.clusters += tiny.clusters.map { $0 + Int32(two.clusterCount) }
    three.clusterCount += tiny.clusterCount
    three.attributes[0].groups.append("g2")
    three.attributes[0].membership += tiny.attributes[0].membership.map { _ in 2 }
    func pair(_ found: AnalysisOutcome, _ a: String, _ b: String) throws -> (Double, Double) {
      let row = try #require(found.comparisons.first { $0.groupA == a && $0.groupB == b })
      return (try #require(row.lower), try #require(row.upper))
    }
    let (before, after) = (try outcome([two]), try outcome([three]))
    #expect(after.verdicts[0].verdict == .flagged)
    let (narrow, same) = (try pair(before, "g0", "g1"), try pair(after, "g0", "g1"))
    // Three pairs instead of one: 2.34 instead of 1.96 standard errors at most.
    #expect((same.1 - same.0) / (narrow.1 - narrow.0) < 1.25)
    let wide = try pair(after, "g0", "g2")
    #expect(wide.1 - wide.0 > 2 * (same.1 - same.0))
  }

  /// "Within δ" is a claim of the family as well: what passes alone need not pass among fourteen.
  @Test func withinDeltaIsAdjustedOverTheFamily() throws {
    let one = Self.table([(250, 250, 1.4), (250, 250, 1.4)], seed: 4)
    // The smallest δ at which the claim holds alone: its p is just below 5 %.
    let delta = try #require(
      try stride(from: 0.03, through: 0.15, by: 0.005).first { delta in
        try outcome([one]) { $0.delta = delta }.verdicts[0].verdict == .withinDelta
      })
    let others = (0..<13).map {
      Self.table([(20, 20, 1.0), (20, 20, 1.0)], seed: UInt64($0 + 50), finding: "finding \($0)")
    }
    let among = try outcome([one] + others) { $0.delta = delta }
    let verdict = try #require(among.verdicts.first { $0.finding == "Effusion" })
    #expect(verdict.verdict == .inconclusive)
    #expect(verdict.reasons.contains { $0.contains("not after the adjustment for 14 hypotheses") })
    let unadjusted = try outcome([one] + others) {
      $0.delta = delta
      $0.multiplicity = .none
    }
    let said = try #require(unadjusted.verdicts.first { $0.finding == "Effusion" })
    #expect(said.verdict == .withinDelta && said.sentence.contains("NOT adjusted for the 14"))
  }
}
