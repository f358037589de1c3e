import AuditModel
import Basics
import Fairness
import Testing

/// One group that all others are compared with.
struct ReferenceGroupTests {
  private let table = VerdictLevelTests.table([(80, 120, 0.8), (80, 120, 2.2), (80, 120, 1.4)])

  @Test func onlyPairsWithTheReferenceAreCompared() throws {
    let found = try outcome([table]) { $0.reference = ["group": "g1"] }
    let compared = found.comparisons.filter { $0.pMaxT != nil }
    #expect(compared.count == 2)
    #expect(compared.allSatisfy { $0.groupA == "g1" || $0.groupB == "g1" })
    let other = try #require(found.comparisons.first { $0.groupA == "g0" && $0.groupB == "g2" })
    #expect(other.reason == "the plan compares every group with g1 alone")
    // Two pairs are adjusted for instead of three.
    let all = try outcome([table])
    let pair = try #require(all.comparisons.first { $0.groupA == "g0" && $0.groupB == "g1" }?.pMaxT)
    let alone = try #require(compared.first { $0.groupA == "g0" }?.pMaxT)
    #expect(alone < pair)
  }

  @Test func withinDeltaNamesTheReference() throws {
    let alike = VerdictLevelTests.table([(800, 800, 1.5), (800, 800, 1.5), (800, 800, 1.5)])
    let found = try outcome([alike]) {
      $0.reference = ["group": "g2"]
      $0.delta = 0.09
    }
    let verdict = try #require(found.verdicts.first)
    #expect(verdict.verdict == .withinDelta)
    #expect(verdict.sentence.contains("between g2 and each of the 2 other groups"))
  }

  @Test func aGroupThatIsNotThereIsRefused() {
    #expect(throws: AuditFailure.self) {
      try outcome([self.table]) { $0.reference = ["group": "nobody"] }
    }
  }
}
