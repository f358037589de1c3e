import AuditModel
import Randomness
import Statistics
import Testing
import Vocabulary

@testable import Fairness

/// Flags told together, and the level of everything that is said.
struct FamilyTests {
  private func planted(_ findings: Int, of declared: Int, classifier: String = "model")
    -> [EvaluationTable]
  {
    (0..<declared).map { index in
      VerdictLevelTests.table(
        [(90, 160, index < findings ? 0.2 : 1.6), (90, 160, 1.6), (90, 160, 1.6)],
        seed: UInt64(index), finding: "finding \(index)")
    }
  }

  @Test func flagsOfOneGroupAreOneSentence() throws {
    let found = try outcome(planted(6, of: 8))
    let rollUp = try #require(found.rollUps.first { $0.group == "g0" })
    #expect(rollUp.findings == 6 && rollUp.questions == 8)
    #expect(Set(rollUp.flags.map(\.worseGroup)) == ["g0"])
    #expect(Set(rollUp.flags.map(\.betterGroup)) == ["g1", "g2"])
    #expect(rollUp.flags.allSatisfy { $0.pAdjusted <= 0.05 && $0.difference > 0 })
    #expect(rollUp.medianDifference <= rollUp.largestDifference)
    #expect(
      rollUp.sentence.hasPrefix("In 6 of 8 findings on real images, model is worse for group g0"))
    #expect(found.summary.first == rollUp.sentence)
    let whole = try #require(found.rollUps.first { $0.group == nil })
    #expect(whole.findings == 6 && whole.pAdjusted == rollUp.pAdjusted)
  }

  @Test func oneFlagIsNoRollUp() throws {
    let found = try outcome(planted(1, of: 4))
    #expect(found.verdicts.contains { $0.verdict == .flagged })
    #expect(found.rollUps.isEmpty)
  }

  /// One pair per hypothesis is Holm's adjustment; with several, the count falls only when all are out.
  @Test func pairsLeaveTheCountWithTheirHypothesis() {
    let single = [[0.01], [0.04], [0.03], [0.005]]
    #expect(
      FamilyAdjustment.stepDown(single, familySize: 4).map { $0[0] }
        == Multiplicity.holm([0.01, 0.04, 0.03, 0.005]))
    let several = FamilyAdjustment.stepDown([[0.001, 0.02], [0.003, 0.004]], familySize: 2)
    // 0.001, 0.003 and 0.004 twice, then the second hypothesis has left.
    #expect(several == [[0.002, 0.02], [0.006, 0.008]])
    // Declared and absent hypotheses count.
    #expect(FamilyAdjustment.stepDown([[0.01]], familySize: 3) == [[0.03]])
  }

  /// A pair that does not differ is not said to differ because its hypothesis does otherwise.
  @Test func aPairIsNoMoreSignificantThanTheFamilyAllows() throws {
    let found = try outcome(planted(6, of: 8))
    for row in found.comparisons where row.pAdjusted != nil {
      let (p, adjusted) = (try #require(row.pMaxT), try #require(row.pAdjusted))
      // Other hypotheses keep undecided pairs, so all eight stay in the count.
      #expect(adjusted >= min(1, 2 * p))
    }
  }

  @Test func everyKindOfStatementHasItsLevel() throws {
    let found = try outcome(planted(2, of: 3))
    let flags = try #require(found.families.first { $0.kind == "flags" })
    #expect(flags.statements == 3 && flags.control == .familyWise && flags.expectedFalse == nil)
    let limits = try #require(found.families.first { $0.kind == "limits" })
    #expect(limits.statements == 3 && limits.control == .each)
    #expect(limits.expectedFalse.map { abs($0 - 0.15) < 1e-12 } == true)
    #expect(
      limits.sentence.contains("about 0.1 would be false by chance")
        || limits.sentence.contains("about 0.2 would be false by chance"))
    let alone = try outcome(planted(2, of: 3)) { $0.multiplicity = .none }
    #expect(alone.families.first { $0.kind == "flags" }?.control == .each)
    #expect(alone.rollUps.first?.sentence.contains("NOT adjusted") == true)
  }

  /// Both error rates of two groups far apart, and of two that are alike.
  @Test func equalizedOddsHaveALimitThatHoldsForBothRates() throws {
    let found = try outcome([VerdictLevelTests.table([(200, 300, 0.3), (200, 300, 2.0)])]) {
      $0.thresholds = ["Effusion": .value(0.7)]
    }
    let odds = try #require(found.equalizedOdds.first)
    #expect(odds.metric == .sensitivity && odds.groups == ["g1", "g0"])
    #expect(
      odds.difference > 0.3 && odds.upper > odds.difference && odds.upper < odds.difference + 0.2)
    let gap = try #require(found.rateGaps.first { $0.metric == .sensitivity })
    // Half of α for each rate: wider than the rate's own limits.
    #expect(odds.upper > gap.upper)
  }

  /// Three groups or more lend each other strength; the plain estimates stay.
  @Test func shrunkAreasLieBetweenTheirOwnAndTheMean() throws {
    let found = try outcome([
      VerdictLevelTests.table([(15, 20, 0.6), (300, 400, 1.4), (200, 300, 1.5), (150, 200, 1.2)])
    ])
    let rows = found.subgroups
    let areas = try rows.map { try #require($0.auc) }
    for row in rows {
      let shrunk = try #require(row.shrunkAUC)
      #expect(shrunk > (areas.min() ?? 0) && shrunk < (areas.max() ?? 1))
    }
    let moves = try rows.map { abs(try #require($0.shrunkAUC) - (try #require($0.auc))) }
    #expect(moves[0] == moves.max(), "the smallest group moves most")
  }
}
