import AuditModel
import Cohorts
import Rebalancing
import Testing

@Suite struct RebalancingPlannerTests {
  private let grid = CellGrid(sexes: ["Female", "Male"], ages: [], races: [])

  private func counts(_ values: [(Bool, String, Int)]) -> TrainingCounts {
    var cells: [TrainingCell: Int] = [:]
    for (isPositive, sex, count) in values {
      cells[TrainingCell(finding: "Effusion", isPositive: isPositive, sex: sex)] = count
    }
    return TrainingCounts(cells: cells, total: cells.values.reduce(0, +))
  }

  private func plan(
    _ strategy: RebalanceSpecification.Strategy, budget: Int, share: Double = 0.9,
    comparisons: [ComparisonResult] = [], verdicts: [Verdict] = []
  ) throws -> [String: Int] {
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.strategy = strategy
    specification.budget = budget
    specification.maximumSyntheticShare = share
    let record = RebalancingPlanner(
      specification,
      counts: counts([
        (true, "Female", 20), (true, "Male", 80), (false, "Female", 100), (false, "Male", 70),
      ]), findings: ["Effusion"], grid: grid
    ).plan(comparisons: comparisons, verdicts: verdicts)
    return Dictionary(
      record.cells.map { ("\($0.label) \($0.sex ?? "")", $0.add) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test func parityFillsEveryGroupUpToTheLargestOfItsLabel() throws {
    #expect(
      try plan(.parity, budget: 1000) == [
        "positive Female": 60, "positive Male": 0, "negative Female": 0, "negative Male": 30,
      ])
  }

  /// 90 are wished and 45 allowed: half of each.
  @Test func theBudgetCutsEveryCellInProportion() throws {
    #expect(
      try plan(.parity, budget: 45) == [
        "positive Female": 30, "positive Male": 0, "negative Female": 0, "negative Male": 15,
      ])
  }

  /// 270 real images and a share of 0.1 allow 30 synthetic ones, because 30 / 300 = 0.1.
  @Test func theSyntheticShareLimitsTheTotal() throws {
    #expect(try plan(.parity, budget: 1000, share: 0.1).values.reduce(0, +) == 30)
  }

  @Test func gapWeightedPaysOnlyForFlaggedGapsAndTheirDisadvantagedGroup() throws {
    var row = ComparisonResult(
      classifier: "c", cohort: "synthetic", finding: "Effusion", attribute: "sex", groupA: "Female",
      groupB: "Male")
    row.lower = -0.3
    row.upper = -0.1
    #expect(
      try plan(.gapWeighted, budget: 50, comparisons: [row]).values.allSatisfy { $0 == 0 })
    let verdict = Verdict(
      classifier: "c", cohort: "synthetic", finding: "Effusion", attribute: "sex",
      verdict: .flagged, sentence: "")
    let result = try plan(.gapWeighted, budget: 50, comparisons: [row], verdicts: [verdict])
    #expect(result["positive Male"] == 0)
    #expect(result["negative Male"] == 0)
    // Weights 1/√20 and 1/√100 share 50 as 34.55 and 15.45; the larger remainder gets the last one.
    #expect(result["positive Female"] == 35)
    #expect(result["negative Female"] == 15)
  }

  /// 60 positives and 30 negatives are even enough; 20 and 0 are not.
  @Test func aSetWithOneLabelAloneIsWarnedAbout() {
    func notes(_ table: [(Bool, String, Int)]) -> [String] {
      var specification = RebalanceSpecification(trainingTable: "t.csv")
      specification.strategy = .parity
      return RebalancingPlanner(
        specification, counts: counts(table), findings: ["Effusion"], grid: grid
      ).plan(comparisons: [], verdicts: []).notes
    }
    let even = notes([
      (true, "Female", 20), (true, "Male", 80), (false, "Female", 100), (false, "Male", 70),
    ])
    #expect(!even.contains { $0.contains("synthetic means") })
    let lopsided = notes([
      (true, "Female", 20), (true, "Male", 40), (false, "Female", 70), (false, "Male", 70),
    ])
    #expect(lopsided.contains { $0.contains("synthetic means diseased") })
  }
}
