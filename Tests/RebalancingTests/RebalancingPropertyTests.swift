import AuditModel
import Basics
import Foundation
import Randomness
import Rebalancing
import Testing
import Vocabulary

/// Laws of every plan, on random training tables, grids, budgets and audits.
@Suite struct RebalancingPropertyTests {
  private static let strategies: [RebalanceSpecification.Strategy] = [
    .parity, .balancedGrid, .gapWeighted, .decorrelate, .weightsOnly,
  ]

  @Test(arguments: strategies)
  func budgetAndShareAreNeverExceededAndEveryCellHasItsReason(
    strategy: RebalanceSpecification.Strategy
  ) throws {
    for number in 0..<300 {
      let scene = RandomScene.make(number, strategy)
      let record = try scene.plan()
      let added = record.cells.reduce(0) { $0 + $1.add }
      #expect(added <= scene.specification.budget, "scene \(number)")
      if added > 0 {
        let share = Double(added) / Double(added + scene.counts.total)
        // The rounding of one division.
        #expect(
          share <= scene.specification.maximumSyntheticShare * (1 + 1e-9), "scene \(number)")
      }
      #expect(record.cells.allSatisfy { $0.add >= 0 && !$0.reason.isEmpty }, "scene \(number)")
      let expected = scene.findings.flatMap { finding in
        [true, false].flatMap { scene.grid.cells(finding: finding, isPositive: $0) }
      }
      #expect(record.cells.count == expected.count, "scene \(number)")
      #expect(
        record.cells.reduce(0) { $0 + $1.have } == scene.counts.cells.values.reduce(0, +),
        "scene \(number)")
    }
  }

  @Test func parityWithoutLimitsEqualisesTheGroupsOfEveryLabel() throws {
    for number in 0..<200 {
      var scene = RandomScene.make(number, .parity)
      scene.specification.companions = .none
      scene.specification.budget = 10_000_000
      scene.specification.maximumSyntheticShare = 0.999_999
      // A share this close to one limits nothing unless the table is empty.
      guard scene.counts.total > 0 else { continue }
      let record = try scene.plan()
      for finding in scene.findings {
        for label in ["positive", "negative"] {
          let after = record.cells.filter { $0.finding == finding && $0.label == label }
            .map { $0.have + $0.add }
          #expect(Set(after).count == 1, "scene \(number): \(after)")
        }
      }
    }
  }

  /// Positives and negatives come together: no strategy gives images of one label only where both
  /// labels lack them by its own measure.
  @Test func gapWeightedPaysOnlyFlaggedCellsAndBothLabelsOfEach() throws {
    var flaggedScenes = 0
    for number in 0..<300 {
      var scene = RandomScene.make(number, .gapWeighted)
      scene.rateGaps = []
      scene.specification.budget = 1_000
      scene.specification.maximumSyntheticShare = 0.99
      let record = try scene.plan()
      var isFlagged: [String: String] = [:]
      for (row, verdict) in zip(scene.comparisons, scene.verdicts) where verdict.verdict == .flagged
      {
        if (row.lower ?? 0) > 0 { isFlagged[row.finding] = "Male" }
        if (row.upper ?? 0) < 0 { isFlagged[row.finding] = "Female" }
      }
      for cell in record.cells
      where isFlagged[cell.finding] != cell.groups["sex"] || cell.groups["sex"] == nil {
        #expect(cell.add == 0, "scene \(number): \(cell)")
      }
      // One flagged gap shares the budget between its own cells alone.
      guard isFlagged.count == 1, scene.counts.total > 100 else { continue }
      flaggedScenes += 1
      for (finding, sex) in isFlagged {
        for label in ["positive", "negative"] {
          let added = record.cells.filter {
            $0.finding == finding && $0.groups["sex"] == sex && $0.label == label
          }.reduce(0) { $0 + $1.add }
          #expect(added > 0, "scene \(number): \(finding) \(sex) \(label)")
        }
      }
    }
    #expect(flaggedScenes > 50, "the scenes test something")
  }

  @Test func relabellingTheSexesRelabelsAParityPlan() throws {
    func swapped(_ sex: String?) -> String? {
      sex.map { $0 == "Female" ? "Male" : "Female" }
    }
    for number in 0..<100 {
      var scene = RandomScene.make(number, .parity)
      // A limit cuts by largest remainders, where equal ones go by position; none is reached here.
      scene.specification.budget = 10_000_000
      scene.specification.maximumSyntheticShare = 0.999_999
      let record = try scene.plan()
      var mirrored = scene
      mirrored.counts.cells = Dictionary(
        uniqueKeysWithValues: scene.counts.cells.map { cell, count in
          var other = cell
          other.groups["sex"] = swapped(cell.groups["sex"])
          return (other, count)
        })
      let other = try mirrored.plan()
      for cell in record.cells {
        var swappedGroups = cell.groups
        swappedGroups["sex"] = swapped(cell.groups["sex"])
        let twin = other.cells.first {
          $0.finding == cell.finding && $0.label == cell.label && $0.groups == swappedGroups
        }
        #expect(twin?.add == cell.add, "scene \(number): \(cell)")
      }
    }
  }

  /// Every group's counts before and after are the sums of its cells, for every attribute alike.
  @Test func theExpectedTableAddsUp() throws {
    for number in 0..<200 {
      let scene = RandomScene.make(number, .parity)
      let record = try scene.plan()
      let table = try #require(record.subgroups)
      for finding in scene.findings {
        let all = try #require(table.first { $0.finding == finding && $0.attribute == "all" })
        let cells = record.cells.filter { $0.finding == finding }
        #expect(
          all.positivesAfter + all.negativesAfter
            == cells.reduce(0) { $0 + $1.have + $1.add }, "scene \(number)")
        for attribute in Set(table.map(\.attribute)) {
          let rows = table.filter { $0.finding == finding && $0.attribute == attribute }
          #expect(rows.reduce(0) { $0 + $1.positivesBefore } == all.positivesBefore)
          #expect(rows.reduce(0) { $0 + $1.negativesAfter } == all.negativesAfter)
          for row in rows {
            #expect((row.syntheticShare ?? 0) >= 0 && (row.syntheticShare ?? 0) <= 1)
            #expect(
              (row.prevalenceBefore == nil) == (row.positivesBefore + row.negativesBefore == 0))
          }
        }
      }
    }
  }

  /// 20 and 100 women, 80 and 70 men, with and without; parity adds 60 and 30.
  @Test func theExpectedTableOfAHandCheckedPlan() throws {
    var cells: [TrainingCell: Int] = [:]
    for (isPositive, sex, count) in [
      (true, "Female", 20), (true, "Male", 80), (false, "Female", 100), (false, "Male", 70),
    ] {
      cells[
        TrainingCell(
          finding: "Effusion", isPositive: isPositive, groups: ["sex": sex])] = count
    }
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.companions = .none
    var record = RebalancingPlanner(
      specification,
      counts: TrainingCounts(cells: cells, total: 270), findings: ["Effusion"],
      grid: CellGrid(["sex": .values(["Female", "Male"])])
    ).plan(comparisons: [], verdicts: [])
    let women = try #require(record.subgroups?.first { $0.group == "Female" })
    let numbers: [Int] = [
      women.positivesBefore, women.negativesBefore, women.positivesAfter, women.negativesAfter,
    ]
    #expect(numbers == [20, 100, 80, 100])
    #expect(women.prevalenceBefore == 20.0 / 120 && women.prevalenceAfter == 80.0 / 180)
    #expect(women.syntheticShare == 60.0 / 180)
    // Once drawn, what was drawn counts, not what was planned.
    let index = try #require(record.cells.firstIndex { $0.add == 60 })
    record.cells[index].drawn = 50
    #expect(
      expectedSubgroups(of: record).first { $0.group == "Female" }?.positivesAfter == 70)
  }

  @Test func countsBeyondABillionAreRefused() throws {
    let table = "sex,Effusion,count\n" + String(repeating: "F,1,1000000000\n", count: 2)
    let path = NSTemporaryDirectory() + "counts-\(UUID().uuidString).csv"
    try writeAtomically(table, to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var specification = RebalanceSpecification(trainingTable: path)
    specification.labels = ["Effusion": "Effusion"]
    let failure = #expect(throws: AuditFailure.self) {
      try TrainingCounts(
        contentsOf: path, specification: specification, findings: ["Effusion"],
        grid: CellGrid(["sex": .values(["Female", "Male"])]))
    }
    #expect(failure?.message.contains("line 3") == true)
  }
}
