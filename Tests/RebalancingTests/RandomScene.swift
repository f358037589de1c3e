import AuditModel
import Randomness
import Rebalancing
import Vocabulary

/// A random training table, grid, budget and audit, for laws that hold for every plan.
struct RandomScene {
  var counts: TrainingCounts
  var findings: [String]
  var grid: CellGrid
  var specification: RebalanceSpecification
  var comparisons: [AuditModel.ComparisonResult] = []
  var verdicts: [Verdict] = []
  var rateGaps: [RateGap] = []

  func plan() throws -> RebalancingRecord {
    RebalancingPlanner(specification, counts: counts, findings: findings, grid: grid)
      .plan(comparisons: comparisons, verdicts: verdicts, rateGaps: rateGaps)
  }

  static func make(_ number: Int, _ strategy: RebalanceSpecification.Strategy) -> RandomScene {
    var stream = RandomStream(seed: UInt64(number), path: ["scene", strategy.rawValue])
    let findings = Array(["Effusion", "Edema", "Mass"].prefix(1 + stream.integer(below: 3)))
    let hasSex = stream.integer(below: 4) > 0
    var groupings = hasSex ? [Grouping(.named("sex"), rule: .values(["Female", "Male"]))] : []
    if stream.integer(below: 3) > 0 {
      groupings.append(Grouping(.named("age"), rule: .edges([0, 40, 70])))
    }
    if stream.integer(below: 2) > 0 {
      groupings.append(Grouping(.named("race"), rule: .values(["White", "Black", "Asian"])))
    }
    let grid = CellGrid(groupings)
    var cells: [TrainingCell: Int] = [:]
    for finding in findings {
      for isPositive in [true, false] {
        for cell in grid.cells(finding: finding, isPositive: isPositive) {
          // Empty cells and skewed counts are what rebalancing is for.
          cells[cell] = stream.integer(below: 4) == 0 ? 0 : stream.integer(below: 200)
        }
      }
    }
    let outside = stream.integer(below: 20)
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.strategy = strategy
    specification.budget = 1 + stream.integer(below: 2_000)
    specification.maximumSyntheticShare = 0.01 + 0.98 * stream.uniform()
    var scene = RandomScene(
      counts: TrainingCounts(
        cells: cells, total: cells.values.reduce(0, +) + outside, outside: outside),
      findings: findings, grid: grid, specification: specification)
    for finding in findings where hasSex {
      var row = AuditModel.ComparisonResult(
        Question(classifier: "c", cohort: "real", finding: finding, attribute: "sex"),
        groupA: "Female",
        groupB: "Male")
      let middle = stream.uniform() - 0.5
      (row.difference, row.lower, row.upper) = (middle, middle - 0.1, middle + 0.1)
      scene.comparisons.append(row)
      scene.verdicts.append(
        Verdict(
          Question(classifier: "c", cohort: "real", finding: finding, attribute: "sex"),
          verdict: stream.integer(below: 2) == 0 ? .flagged : .inconclusive, sentence: ""))
      for metric in [Metric.sensitivity, .falsePositiveRate] {
        var gap = RateGap(
          Question(
            classifier: "c", cohort: stream.integer(below: 4) == 0 ? "synthetic" : "real",
            finding: finding, attribute: "sex", metric: metric),
          MetricGap(
            threshold: 0.5,
            groups: stream.integer(below: 2) == 0 ? ["Female", "Male"] : ["Male", "Female"],
            rates: [0.7, 0.4], difference: 0.3, lower: 0.3 * stream.uniform(), upper: 0.6,
            pAllPairs: 0.01))
        gap.isDetected = stream.integer(below: 2) == 0
        scene.rateGaps.append(gap)
      }
    }
    return scene
  }
}
