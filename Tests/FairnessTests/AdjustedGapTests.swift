import AuditModel
import Foundation
import Randomness
import Testing
import Vocabulary

@testable import Fairness

/// Compares like with like: strata, and decisions at the prevalence of the place of use.
struct AdjustedGapTests {
  /// Both groups alike within each view, but the first has mostly the hard one.
  private func table(ownGap: Double = 0) -> EvaluationTable {
    var stream = RandomStream(seed: 5, path: ["adjusted"])
    var (scores, labels) = ([Double](), [Bool]())
    var (groups, views) = ([Int32](), [Int32]())
    for group in 0..<2 {
      for row in 0..<1200 {
        let isPositive = row % 2 == 0
        let isHard = stream.uniform() < (group == 0 ? 0.8 : 0.2)
        let shift = (isHard ? 0.5 : 2.2) - (group == 0 ? ownGap : 0)
        let value = stream.normal() + (isPositive ? shift : 0)
        scores.append(1 / (1 + exp(-value)))
        labels.append(isPositive)
        groups.append(Int32(group))
        views.append(isHard ? 1 : 0)
      }
    }
    return EvaluationTable(
      classifier: "model", cohort: "real", finding: "Effusion", scores: scores, labels: labels,
      clusters: scores.indices.map { Int32($0) }, clusterCount: scores.count,
      attributes: [
        AttributeColumn(name: "group", groups: ["g0", "g1"], membership: groups),
        AttributeColumn(name: "view", groups: ["PA", "AP"], membership: views),
      ])
  }

  @Test func aGapOfCaseMixIsGoneWithinStrata() throws {
    let found = try outcome([table()]) { $0.strata = ["view"] }
    let gap = try #require(
      found.adjustedGaps.first { $0.metric == .auc && $0.attribute == "group" })
    let (lower, upper) = (try #require(gap.lower), try #require(gap.upper))
    #expect(gap.raw < -0.1, "\(gap.raw)")
    let adjusted = try #require(gap.adjusted)
    #expect(lower < 0 && upper > 0 && abs(adjusted) < 0.04)
    #expect(gap.strataUsed == 2 && gap.coverage == 1)
    // The strata themselves are not adjusted for themselves.
    #expect(!found.adjustedGaps.contains { $0.attribute == "view" })
    let plain = try outcome([table()])
    #expect(plain.adjustedGaps.isEmpty)
  }

  @Test func aGapOfTheClassifierStaysWithinStrata() throws {
    let found = try outcome([table(ownGap: 0.45)]) { $0.strata = ["view"] }
    let gap = try #require(
      found.adjustedGaps.first { $0.metric == .auc && $0.attribute == "group" })
    let (upper, p) = (try #require(gap.upper), try #require(gap.p))
    #expect(upper < 0 && p < 0.05)
  }

  /// By hand: 0.8 · 0.1/(0.8 · 0.1 + 0.2 · 0.9) = 0.3077; net benefit 0.08 − 0.18 · 0.5/0.5 = −0.1.
  @Test func predictiveValueAndNetBenefitAtTheDeclaredPrevalence() throws {
    func rate(_ value: Double) -> IntervalEstimate {
      IntervalEstimate(estimate: value, lower: value - 0.05, upper: value + 0.05)
    }
    let value = try #require(
      DeploymentValue(
        prevalence: 0.1, sensitivity: rate(0.8), falsePositiveRate: rate(0.2), threshold: 0.5,
        areProbabilities: true))
    let predictive = value.positivePredictiveValue
    let (estimate, benefit) = (try #require(predictive.estimate), try #require(value.netBenefit))
    #expect(abs(estimate - 0.08 / 0.26) < 1e-12 && abs(benefit + 0.1) < 1e-12)
    #expect((predictive.lower ?? 1) < 0.3 && (predictive.upper ?? 0) > 0.32)
    let none = try #require(
      DeploymentValue(
        prevalence: 0.1, sensitivity: rate(0.8),
        falsePositiveRate: IntervalEstimate(estimate: 0, lower: 0, upper: 0.02), threshold: 3,
        areProbabilities: false))
    #expect(none.positivePredictiveValue.estimate == 1 && none.netBenefit == nil)
    let lower = try #require(none.positivePredictiveValue.lower)
    #expect(lower < 0.9)
    let found = try outcome([table()]) {
      $0.deploymentPrevalence = ["Effusion": 0.02]
      $0.thresholds = ["Effusion": .value(0.6)]
    }
    let row = try #require(found.subgroups.first { $0.group == "g0" })
    let here = try #require(row.deployment?.positivePredictiveValue.estimate)
    let inTable = try #require(row.positivePredictiveValue?.estimate)
    #expect(here < inTable, "half of the table is sick")
  }
}
