import AuditModel
import Rebalancing
import Testing
import Vocabulary

/// `gapWeighted` on gaps in sensitivity and in false-positive rates.
@Suite struct RateGapPlanTests {
  /// Women have 25 with and 100 without the finding, men 100 and 100.
  private func plan(
    _ gaps: [RateGap], metrics: [Metric]? = nil,
    companions: RebalanceSpecification.Companions = .none,
    comparisons: [ComparisonResult] = [], verdicts: [Verdict] = []
  ) -> RebalancingRecord {
    var cells: [TrainingCell: Int] = [:]
    for (isPositive, sex, count) in [
      (true, "Female", 25), (true, "Male", 100), (false, "Female", 100), (false, "Male", 100),
    ] {
      cells[
        TrainingCell(
          finding: "Effusion", isPositive: isPositive, groups: ["sex": sex])] = count
    }
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.strategy = .gapWeighted
    specification.budget = 90
    specification.companions = companions
    if let metrics { specification.metrics = metrics }
    return RebalancingPlanner(
      specification, counts: TrainingCounts(cells: cells, total: 325), findings: ["Effusion"],
      grid: CellGrid(["sex": .values(["Female", "Male"])])
    ).plan(comparisons: comparisons, verdicts: verdicts, rateGaps: gaps)
  }

  private func gap(
    _ metric: Metric, _ groups: [String], lower: Double = 0.2, cohort: String = "real",
    isDetected: Bool = true
  ) -> RateGap {
    var gap = RateGap(
      Question(
        classifier: "c", cohort: cohort, finding: "Effusion", attribute: "sex", metric: metric),
      MetricGap(
        threshold: 0.5, groups: groups, rates: [0.62, 0.21], difference: 0.41, lower: lower,
        upper: 0.62, pAllPairs: 0.001))
    gap.isDetected = isDetected
    return gap
  }

  private func adds(_ record: RebalancingRecord) -> [String: Int] {
    Dictionary(
      record.cells.filter { $0.add > 0 }.map { ("\($0.label) \($0.groups["sex"] ?? "")", $0.add) },
      uniquingKeysWith: +)
  }

  @Test func aGapInSensitivityPaysPositivesOfTheGroupThatIsMissedMoreOften() {
    let record = plan([gap(.sensitivity, ["M", "F"])])
    #expect(adds(record) == ["positive Female": 90])
    let reason = record.cells.first { $0.add > 0 }?.reason ?? ""
    #expect(reason.contains("sensitivity of c for F (sex) is 0.41 below that for M"))
    #expect(reason.contains("simultaneous interval 0.2 to 0.62"))
  }

  @Test func aGapInFalsePositivesPaysNegativesOfTheGroupThatIsCalledMoreOften() {
    let record = plan([gap(.falsePositiveRate, ["Male", "Female"])])
    #expect(adds(record) == ["negative Male": 90])
    let reason = record.cells.first { $0.add > 0 }?.reason ?? ""
    #expect(
      reason.contains("false-positive rate of c for Male (sex) is 0.41 above that for Female"))
  }

  /// 0.2/√25 and 0.2/√100 share 90 as 60 and 30.
  @Test func bothGapsShareTheBudgetByTheirLimitsAndCounts() {
    let record = plan([
      gap(.sensitivity, ["M", "F"]), gap(.falsePositiveRate, ["M", "F"]),
    ])
    #expect(adds(record) == ["positive Female": 60, "negative Male": 30])
    // 125 with and 200 without: 1.6 companions for a positive, 0.625 for a negative. 0.04 + 0.064 and
    // 0.02 + 0.0125 share 90 as 26.37, 42.20, 13.19 and 8.24.
    let balanced = plan(
      [gap(.sensitivity, ["M", "F"]), gap(.falsePositiveRate, ["M", "F"])],
      companions: .tableRatio)
    #expect(
      adds(balanced) == [
        "positive Female": 27, "negative Female": 42, "negative Male": 13, "positive Male": 8,
      ])
  }

  @Test func whatIsNotDetectedOrNotAskedForOrOnSyntheticImagesPaysNothing() {
    #expect(adds(plan([gap(.sensitivity, ["M", "F"], isDetected: false)])).isEmpty)
    #expect(adds(plan([gap(.sensitivity, ["M", "F"], lower: -0.01)])).isEmpty)
    #expect(adds(plan([gap(.sensitivity, ["M", "F"])], metrics: [.auc])).isEmpty)
    #expect(
      adds(plan([gap(.sensitivity, ["M", "F"])], metrics: [.auc, .falsePositiveRate])).isEmpty)
    let synthetic = plan([gap(.sensitivity, ["M", "F"], cohort: "synthetic")])
    #expect(adds(synthetic).isEmpty)
    #expect(synthetic.notes.contains { $0.contains("1 detected gaps in error rates of synthetic") })
  }

  /// AUC 0.3 for women, both labels; the sensitivity gap of 0.2 is smaller and changes nothing.
  @Test func theLargestLimitOfACellCounts() {
    var row = ComparisonResult(
      Question(classifier: "c", cohort: "real", finding: "Effusion", attribute: "sex"),
      groupA: "Female",
      groupB: "Male")
    (row.difference, row.lower, row.upper) = (-0.4, -0.5, -0.3)
    let verdict = Verdict(
      Question(classifier: "c", cohort: "real", finding: "Effusion", attribute: "sex"),
      verdict: .flagged,
      sentence: "")
    func plan(_ gaps: [RateGap]) -> RebalancingRecord {
      self.plan(gaps, comparisons: [row], verdicts: [verdict])
    }
    #expect(adds(plan([gap(.sensitivity, ["M", "F"])])) == adds(plan([])))
    let larger = plan([gap(.sensitivity, ["M", "F"], lower: 0.6)])
    // 0.6/√25 and 0.3/√100: four to one.
    #expect(adds(larger) == ["positive Female": 72, "negative Female": 18])
  }

  /// Cells that neither a flagged AUC nor a detected rate on real images touches get nothing.
  @Test func zeroStaysZeroOnRandomAudits() throws {
    var paid = 0
    for number in 0..<300 {
      var scene = RandomScene.make(number, .gapWeighted)
      scene.specification.companions = .none
      let record = try scene.plan()
      for cell in record.cells {
        let byAUC = zip(scene.comparisons, scene.verdicts).contains { row, verdict in
          verdict.verdict == .flagged && row.finding == cell.finding
            && ((row.lower ?? 0) > 0 && cell.groups["sex"] == "Male"
              || (row.upper ?? 0) < 0 && cell.groups["sex"] == "Female")
        }
        let byRate = scene.rateGaps.contains { gap in
          let isPositive = gap.metric == .sensitivity
          return gap.isDetected && gap.cohort == "real" && gap.finding == cell.finding
            && (cell.label == "positive") == isPositive
            && cell.groups["sex"] == gap.groups[isPositive ? 1 : 0]
        }
        if !byAUC && !byRate { #expect(cell.add == 0, "scene \(number): \(cell)") }
        if byRate && !byAUC && cell.add > 0 { paid += 1 }
      }
    }
    #expect(paid > 100)
  }
}
