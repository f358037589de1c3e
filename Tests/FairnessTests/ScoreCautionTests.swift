import AuditModel
import Fairness
import Testing

/// Right numbers from which wrong conclusions are near.
struct ScoreCautionTests {
  private func cautions(
    _ table: EvaluationTable, _ change: (inout AnalysisSpecification) -> Void = { _ in }
  ) throws -> [String] {
    try outcome([table], change).cautions
  }

  @Test func withinDeltaOfAGuesserIsNoMerit() throws {
    let guesser = VerdictLevelTests.table([(900, 900, 0.02), (900, 900, 0.02)])
    let found = try outcome([guesser]) { $0.delta = 0.09 }
    #expect(found.verdicts.first?.verdict == .withinDelta)
    #expect(found.cautions.contains { $0.hasPrefix("Within δ is no merit") })
    let good = VerdictLevelTests.table([(900, 900, 1.5), (900, 900, 1.5)])
    let other = try cautions(good) { $0.delta = 0.09 }
    #expect(!other.contains { $0.hasPrefix("Within δ is") })
  }

  @Test func aGroupWhoseScoresPointTheOtherWayIsNamed() throws {
    let table = VerdictLevelTests.table([(200, 200, -1.2), (300, 300, 1.5)])
    let found = try #require(try cautions(table).first { $0.hasPrefix("AUCs below 0.5") })
    #expect(found.contains("group g0") && !found.contains("group g1"))
  }

  @Test func oneScoreBeyondOneIsAskedAbout() throws {
    var table = VerdictLevelTests.table([(60, 60, 1), (60, 60, 1)])
    let before = try cautions(table)
    #expect(!before.contains { $0.contains("outside 0 to 1") })
    table.scores[3] = 1.0000001
    let found = try #require(try cautions(table).first { $0.contains("outside 0 to 1") })
    #expect(found.hasPrefix("1 score of 240") && found.contains("1.0000001"))
    // Scores that are no probabilities at all are nothing to ask about.
    table.scores = table.scores.map { $0 * 10 - 5 }
    let after = try cautions(table)
    #expect(!after.contains { $0.contains("outside 0 to 1") })
  }

  @Test func marginsThatNobodyUsesAreNamed() throws {
    let table = VerdictLevelTests.table([(60, 60, 1), (60, 60, 1)])
    let lax = try cautions(table) { $0.alpha = 0.3 }
    #expect(lax.contains { $0.hasPrefix("The plan's α of 0.30") })
    let wide = try cautions(table) { $0.delta = 0.3 }
    #expect(wide.contains { $0.contains("no reassurance") })
    let usual = try cautions(table)
    #expect(!usual.contains { $0.hasPrefix("The plan's α") })
  }

  /// A harm margin of 0 lets a difference be shown that is also shown to be small.
  @Test func aFlagWithinDeltaIsExplained() throws {
    let table = VerdictLevelTests.table([(3000, 3000, 1.0), (3000, 3000, 1.2)])
    let found = try outcome([table]) { $0.delta = 0.09 }
    #expect(found.verdicts.first?.verdict == .flagged)
    #expect(
      found.cautions.contains { $0.contains("is below δ, so a difference can be real and small") })
  }
}
