import AuditModel
import Testing
import Vocabulary

@testable import Fairness

/// A failed gate changes the verdicts that rest on it, and no others.
@Suite struct VerdictGateTests {
  private func verdict(
    _ finding: String = "Effusion", by attribute: String = "sex", cohort: String = "synthetic"
  ) -> Verdict {
    Verdict(
      Question(classifier: "c", cohort: cohort, finding: finding, attribute: attribute),
      verdict: .flagged,
      sentence: "Flagged: it is worse for women.")
  }

  private func gate(
    _ gate: ValidityGate, _ status: GateResult.Status, of attribute: String = "sex",
    confounder: String? = nil, cells: [(String, GateResult.Status)] = []
  ) -> GateResult {
    var result = GateResult(
      gate, name: "\(gate.title), \(attribute)", status: status, sentence: "It was measured.")
    result.attribute = attribute
    result.confounder = confounder
    result.cells = cells.map {
      GateCell(finding: $0.0, label: "positive", status: $0.1, clusters: 9, value: nil)
    }
    return result
  }

  @Test func aFlagByAnAttributeThatMovesAnotherIsMarkedAsConfounded() {
    let gates = VerdictGates(gates: [gate(.offTarget, .fail, confounder: "age")])
    let found = gates.apply(to: verdict())
    #expect(found.verdict == .flagged && found.confoundedWith == ["age"])
    #expect(found.sentence.contains("Confounded with age"))
    #expect(found.restsOn == ["G19 An attribute moves nothing else, sex"])
    #expect(gates.apply(to: verdict(by: "age")).confoundedWith == nil)
    #expect(gates.apply(to: verdict(by: "sex*age")).confoundedWith == ["age"])
  }

  @Test func withoutACounterfactualThereIsNoVerdict() {
    for kind in [ValidityGate.effect, .distance, .promptPlacebo] {
      let found = VerdictGates(gates: [gate(kind, .fail)]).apply(to: verdict())
      #expect(found.verdict == .notEvaluable && found.sentence.hasPrefix("Not evaluable"))
      #expect(found.reasons.first?.contains(kind.id) == true)
      #expect(VerdictGates(gates: [gate(kind, .warn)]).apply(to: verdict()).verdict == .flagged)
    }
  }

  @Test func aGateThatFailsForOneFindingLeavesTheOther() {
    let gates = VerdictGates(gates: [
      gate(.distance, .fail, cells: [("Effusion", .fail), ("Nodule", .pass)])
    ])
    #expect(gates.apply(to: verdict()).verdict == .notEvaluable)
    #expect(gates.apply(to: verdict("Nodule")).verdict == .flagged)
    // All cells unsure and the whole failed: it holds for every finding.
    let pooled = VerdictGates(gates: [gate(.distance, .fail, cells: [("Effusion", .warn)])])
    #expect(pooled.apply(to: verdict("Nodule")).verdict == .notEvaluable)
  }

  @Test func verdictsOnRealImagesRestOnNoGateOfTheCohort() {
    let gates = VerdictGates(gates: [gate(.effect, .fail)])
    let found = gates.apply(to: verdict(cohort: "real"))
    #expect(found == verdict(cohort: "real") && found.restsOn == nil)
  }

  /// A classifier whose signal is lost with an attribute that moves along with sex looks biased by sex.
  /// It is flagged, and never without what else it may be.
  @Test func aShortcutThatFollowsAnOffTargetAttributeIsFlaggedAndSaidToBeConfounded() throws {
    let table = SimulatedCohort(seed: 1, signal: 0.1).table()
    let specification = AnalysisSpecification()
    func bySex(_ gates: [GateResult]) throws -> Verdict? {
      try FairnessAnalysis(specification: specification).run([table], gates: gates)
        .verdicts.first { $0.attribute == "sex" }
    }
    let shift = gate(.offTarget, .fail, confounder: "age")
    let found = try #require(try bySex([shift]))
    #expect(found.verdict == .flagged && found.confoundedWith == ["age"])
    #expect(found.sentence.contains("Confounded with age"))
    // Where the generator moves nothing else, the same flag stands alone.
    let alone = try #require(try bySex([gate(.offTarget, .pass, confounder: "age")]))
    #expect(alone.verdict == .flagged && alone.confoundedWith == nil && alone.restsOn?.count == 1)
    // And where the arms are strangers there is no flag at all.
    #expect(try bySex([gate(.distance, .fail)])?.verdict == .notEvaluable)
  }
}
