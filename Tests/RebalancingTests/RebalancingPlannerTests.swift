import AuditModel
import Cohorts
import Rebalancing
import Testing
import Vocabulary

@Suite struct RebalancingPlannerTests {
  private let grid = CellGrid(["sex": .values(["Female", "Male"])])

  private func counts(_ values: [(Bool, String, Int)]) -> TrainingCounts {
    var cells: [TrainingCell: Int] = [:]
    for (isPositive, sex, count) in values {
      cells[
        TrainingCell(
          finding: "Effusion", isPositive: isPositive, groups: ["sex": sex])] = count
    }
    return TrainingCounts(cells: cells, total: cells.values.reduce(0, +))
  }

  private func plan(
    _ strategy: RebalanceSpecification.Strategy, budget: Int, share: Double = 0.9,
    companions: RebalanceSpecification.Companions = .none,
    comparisons: [ComparisonResult] = [], verdicts: [Verdict] = []
  ) throws -> [String: Int] {
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.strategy = strategy
    specification.budget = budget
    specification.maximumSyntheticShare = share
    specification.companions = companions
    let record = RebalancingPlanner(
      specification,
      counts: counts([
        (true, "Female", 20), (true, "Male", 80), (false, "Female", 100), (false, "Male", 70),
      ]), findings: ["Effusion"], grid: grid
    ).plan(comparisons: comparisons, verdicts: verdicts)
    return Dictionary(
      record.cells.map { ("\($0.label) \($0.groups["sex"] ?? "")", $0.add) },
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
      Question(classifier: "c", cohort: "synthetic", finding: "Effusion", attribute: "sex"),
      groupA: "Female",
      groupB: "Male")
    (row.difference, row.lower, row.upper) = (-0.2, -0.3, -0.1)
    #expect(
      try plan(.gapWeighted, budget: 50, comparisons: [row]).values.allSatisfy { $0 == 0 })
    let verdict = Verdict(
      Question(classifier: "c", cohort: "synthetic", finding: "Effusion", attribute: "sex"),
      verdict: .flagged, sentence: "")
    let result = try plan(.gapWeighted, budget: 50, comparisons: [row], verdicts: [verdict])
    #expect(result["positive Male"] == 0)
    #expect(result["negative Male"] == 0)
    // Weights 1/√20 and 1/√100 share 50 as 34.55 and 15.45; the larger remainder gets the last one.
    #expect(result["positive Female"] == 35)
    #expect(result["negative Female"] == 15)
  }

  /// 100 with and 170 without: 60 positives of women need 102 negatives, 30 negatives of men 17.6
  /// positives.
  @Test func companionsOfTheOtherLabelComeInTheRatioOfTheTable() throws {
    #expect(
      try plan(.parity, budget: 1000, companions: .tableRatio) == [
        "positive Female": 60, "positive Male": 18, "negative Female": 102, "negative Male": 30,
      ])
    #expect(
      try plan(.parity, budget: 1000, companions: .equal) == [
        "positive Female": 60, "positive Male": 30, "negative Female": 60, "negative Male": 30,
      ])
    // 45 of 210: 12.86, 3.86, 21.86 and 6.43; the three largest remainders round up.
    #expect(
      try plan(.parity, budget: 45, companions: .tableRatio) == [
        "positive Female": 13, "positive Male": 4, "negative Female": 22, "negative Male": 6,
      ])
    // 1 : 1.7 in both groups, 54 images: 10 and 17 each.
    #expect(
      try plan(.balancedGrid, budget: 54, companions: .tableRatio) == [
        "positive Female": 10, "positive Male": 10, "negative Female": 17, "negative Male": 17,
      ])
  }

  /// What is said of a set's labels: balanced by companions, lopsided without, hopeless with one label.
  @Test func onlyASetThatStillPredictsTheLabelIsWarnedAbout() {
    func record(
      _ table: [(Bool, String, Int)], _ companions: RebalanceSpecification.Companions
    ) -> RebalancingRecord {
      var specification = RebalanceSpecification(trainingTable: "t.csv")
      specification.strategy = .parity
      specification.companions = companions
      return RebalancingPlanner(
        specification, counts: counts(table), findings: ["Effusion"], grid: grid
      ).plan(comparisons: [], verdicts: [])
    }
    let table = [
      (true, "Female", 20), (true, "Male", 60), (false, "Female", 70), (false, "Male", 70),
    ]
    let even = record(table, .tableRatio)
    #expect(!even.notes.contains { $0.contains("synthetic means") })
    // 40 positives of women and 70 companions beside 80 and 140: a third of either label.
    #expect(
      even.notes.contains {
        $0.contains("33.3 % of the images with it and 33.3 % of those without")
      })
    let companion = even.cells.first { $0.label == "negative" && $0.groups["sex"] == "Female" }
    #expect(companion?.add == 70)
    #expect(companion?.reason.contains("70 companions of the other label") == true)
    #expect(companion?.reason.contains("36.4 %") == true)
    #expect(
      record(table, .none).notes.contains { $0.contains("synthetic means diseased") })
    let single = [
      (true, "Female", 20), (true, "Male", 60), (false, "Female", 0), (false, "Male", 0),
    ]
    #expect(
      record(single, .tableRatio).notes.contains { $0.contains("one label only") })
  }
}
