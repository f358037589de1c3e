import AuditModel
import Cohorts
import Fairness
import Testing

@testable import Workbench

@Suite struct CostPerAnswerTests {
  private func specification() throws -> AuditSpecification {
    let text = """
      { "schema": "audit-spec/1", "name": "c",
        "classifiers": [{ "name": "a", "command": ["true"] }],
        "cohort": { "findings": { "X": { "positive": ["X."], "negative": ["None."] } },
          "attributes": { "sex": ["Male", "Female"], "age": [30, 70] }, "baseCases": 30, "seed": 1,
          "placebos": ["seed", "prompt"] } }
      """
    return try loadSpecification(from: text, path: "c.json", directory: "/")
  }

  @Test func closerArmsTakeFewerBaseCasesAndAsManyRowsAsTheyCost() throws {
    var specification = try specification()
    // A placebo is another patient, whom nearer arms do not resemble more.
    let withPlacebos = specification
    specification.cohort?.placebos = []
    func cost(_ correlation: Double, rows: Int, _ other: AuditSpecification? = nil) throws
      -> CostPerAnswer
    {
      try #require(
        try CostPerAnswer(
          of: other ?? specification, assumptions: DesignAssumptions(), correlation: correlation,
          rowsPerBaseCase: rows))
    }
    let (plain, near) = (try cost(0.5, rows: 100), try cost(0.9, rows: 70))
    // The variance of a difference goes with 1 − correlation, so five times fewer; a plan of so few has
    // wider tails and a second-order term (`PlannedCovariance`) that take back up to a fifth.
    let saved = Double(plain.baseCases) / Double(near.baseCases)
    #expect(saved > 4 && saved < 5.25, "\(plain.baseCases) against \(near.baseCases)")
    #expect(near.images == near.baseCases * 2 * 4 && near.networkRows == near.baseCases * 2 * 70)
    let (far, close) = (
      try cost(0.5, rows: 1, withPlacebos), try cost(0.9, rows: 1, withPlacebos)
    )
    #expect(far.baseCases > plain.baseCases && close.baseCases > near.baseCases)
    #expect(close.images == close.baseCases * 2 * 6)
    var open = specification
    open.analysis.delta = 0
    #expect(
      try CostPerAnswer(
        of: open, assumptions: DesignAssumptions(), correlation: 0.5, rowsPerBaseCase: 1) == nil)
  }

  @Test func anotherWordingSharesTheAnchorAndAnotherSeedDoesNot() throws {
    let cohort = try #require(try specification().cohort)
    let design = CounterfactualDesign(cohort)
    // Four arms and one wording from one anchor, one seed from another.
    #expect(design.networkRows { 10 * $0 + 1 } == 51 + 11)
  }
}
