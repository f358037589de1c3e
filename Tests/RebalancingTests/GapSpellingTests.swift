import AuditModel
import Rebalancing
import Testing
import Vocabulary
import Foundation

/// `gapWeighted` acts on every flagged gap whose group a cell holds, whatever the group is called in
/// the audited table.
@Suite struct GapSpellingTests {
  /// A flagged gap at the expense of `worse`.
  private func plan(
    _ attribute: String, worse: String, better: String, grid: CellGrid
  ) -> RebalancingRecord {
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.strategy = .gapWeighted
    specification.companions = .none
    specification.budget = 8
    var row = ComparisonResult(
      Question(classifier: "c", cohort: "real", finding: "Effusion", attribute: attribute),
      groupA: better,
      groupB: worse)
    (row.difference, row.lower, row.upper) = (0.2, 0.1, 0.3)
    let verdict = Verdict(
      Question(classifier: "c", cohort: "real", finding: "Effusion", attribute: attribute),
      verdict: .flagged, sentence: "")
    var cells: [TrainingCell: Int] = [:]
    for isPositive in [true, false] {
      for cell in grid.cells(finding: "Effusion", isPositive: isPositive) { cells[cell] = 10 }
    }
    return RebalancingPlanner(
      specification, counts: TrainingCounts(cells: cells, total: 10 * cells.count),
      findings: ["Effusion"], grid: grid
    ).plan(comparisons: [row], verdicts: [verdict])
  }

  private func paid(_ record: RebalancingRecord) -> Set<AttributeValues> {
    Set(record.cells.filter { $0.add > 0 }.map(\.groups))
  }

  @Test(arguments: ["F", "f", "female", "FEMALE", "Female", "woman", "W"])
  func sexesAreFoundHoweverTheTableSpellsThem(_ spelling: String) {
    let record = plan(
      "sex", worse: spelling, better: "M",
      grid: CellGrid(["sex": .values(["Female", "Male"])]))
    #expect(paid(record) == [["sex": "Female"]])
    #expect(record.cells.reduce(0) { $0 + $1.add } == 8)
  }

  @Test(arguments: ["0", "1-17", "18+"])
  func binsAreFoundHoweverWide(_ bin: String) {
    let record = plan(
      "age", worse: bin, better: bin == "0" ? "18+" : "0",
      grid: CellGrid(["age": .edges([0, 1, 18])]))
    #expect(paid(record) == [["age": bin]])
  }

  @Test func anyAttributeAndItsIntersectionsArePaidFor() {
    let grid = CellGrid([
      "insurance": .values(["Public", "Private"]), "scanner": .values(["A*1", "B"]),
      "age": .edges([0, 65]),
    ])
    #expect(
      paid(plan("insurance", worse: "PUBLIC", better: "private", grid: grid))
        .allSatisfy { $0["insurance"] == "Public" })
    let crossed = plan("scanner*age", worse: "a*1*65+", better: "B*0-64", grid: grid)
    #expect(
      paid(crossed) == [
        ["age": "65+", "insurance": "Public", "scanner": "A*1"],
        ["age": "65+", "insurance": "Private", "scanner": "A*1"],
      ])
    #expect(crossed.notes.allSatisfy { !$0.contains("Not acted on") })
  }

  @Test func aGapThatNoCellHoldsIsSaidAloud() {
    let record = plan(
      "sex*age", worse: "F*80+", better: "M*80+",
      grid: CellGrid(["sex": .values(["Female", "Male"])]))
    #expect(paid(record).isEmpty)
    #expect(record.notes.contains { $0.contains("Not acted on") && $0.contains("F*80+ (sex*age)") })
  }

  @Test func cellsOfAnyAttributeKeepTheContractsKeysAndComeBack() throws {
    let cell = RebalancingCell(
      finding: "Effusion", label: "positive",
      groups: ["sex": "Female", "insurance": "Public"], have: 1, add: 2, reason: "r")
    let data = try JSONEncoder().encode(cell)
    let keys = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(keys["sex"] as? String == "Female")
    #expect(keys["groups"] as? [String: String] == ["insurance": "Public"])
    #expect(try JSONDecoder().decode(RebalancingCell.self, from: data) == cell)
  }
}
