import AuditModel
import Testing
import Vocabulary

@Suite struct ValidityGateTests {
  @Test func identifiersAreDistinctAndInOrder() {
    #expect(ValidityGate.all.map(\.id) == ValidityGate.all.indices.map { "G\($0)" })
    #expect(Set(ValidityGate.all.map(\.title)).count == ValidityGate.all.count)
    #expect(ValidityGate.named("G4") == .identity && ValidityGate.named("G99") == nil)
  }

  @Test func everyGateThatNobodyJudgedIsSaidToBeUntested() {
    let none = GateResult.untested(besides: [])
    #expect(none.map(\.id) == ValidityGate.all.filter { $0.untested != nil }.map(\.id))
    #expect(none.allSatisfy { $0.status == .notRun && !$0.sentence.isEmpty && !$0.rule.isEmpty })
    let judged = GateResult(.panel, status: .pass, sentence: "It is.")
    #expect(!GateResult.untested(besides: [judged]).contains { $0.judges(.panel) })
  }
}
