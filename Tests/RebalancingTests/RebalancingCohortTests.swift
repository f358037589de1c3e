import AuditModel
import Basics
import Cohorts
import Rebalancing
import Testing
import Vocabulary

@Suite struct RebalancingCohortTests {
  private let findings = [
    FindingSpecification(name: "Effusion", positive: ["Effusion."], negative: ["Clear."])
  ]

  private func set(_ adds: [(String, String, Int)], seed: UInt64 = 1) -> RebalancingCohort {
    let record = RebalancingRecord(
      strategy: "parity", budget: 9,
      cells: adds.map { label, sex, add in
        RebalancingCell(
          finding: "Effusion", label: label, groups: ["sex": sex, "age": "40-59"], have: 0,
          add: add, reason: "")
      })
    return RebalancingCohort(
      record, library: ImpressionLibrary(cohort: findings),
      grid: CellGrid(["sex": .values(["Female", "Male"]), "age": .edges([0, 40, 60])]),
      drawn: [:], caption: .chexgen, seed: seed)
  }

  @Test func theSetKeepsToThePlanAndEveryAttemptIsAnotherImage() {
    let set = set([("positive", "Female", 6), ("negative", "Male", 3)])
    #expect(set.count == 9)
    let all = (0..<3).flatMap { attempt in
      (0..<set.count).map { set.image(at: $0, attempt: attempt) }
    }
    #expect(Set(all.map(\.item.imagePath)).count == 27)
    #expect(Set(all.map(\.item.noisePath)).count == 27)
    #expect(all.allSatisfy { (40...59).contains(Int($0.item.arm.values["age"] ?? "") ?? 0) })
    let first = all.filter { $0.attempt == 0 }
    #expect(first.filter { $0.item.isPositive && $0.item.arm.values["sex"] == "Female" }.count == 6)
    #expect(first.filter { !$0.item.isPositive && $0.item.arm.values["sex"] == "Male" }.count == 3)
  }

  @Test func theSetSharesNoBaseCaseAndNoNoiseWithTheAudit() throws {
    var cohort = CohortSpecification(findings: findings)
    cohort.attributes = ["sex": ["Female", "Male"], "age": ["40", "70"]]
    cohort.baseCases = 30
    cohort.placebos = [.seed, .prompt]
    let set = set([("positive", "Female", 20), ("negative", "Male", 20)])
    let cases = (0..<5).flatMap { attempt in
      (0..<set.count).map { set.image(at: $0, attempt: attempt).item }
    }
    let audited = CounterfactualDesign(cohort).cases(caption: .chexgen)
    // 30 base cases × 2 labels, and the seed placebo of each: arms share their base case.
    #expect(BaseCaseHashes(audited, seed: 1, caption: .chexgen).noise.count == 120)
    try RebalancingCohort.assertDisjoint(
      cases, from: BaseCaseHashes(audited, seed: 1, caption: .chexgen), seed: 1,
      caption: .chexgen)

    // The same base case, and the same noise under another sentence, are refused.
    var repeated = audited[0]
    repeated.arm.values["sex"] = "Male"
    repeated.prompt = repeated.arm.promptPrefix(.chexgen) + "Effusion."
    let hashes = BaseCaseHashes(audited, seed: 1, caption: .chexgen)
    let first = #expect(throws: AuditFailure.self) {
      try RebalancingCohort.assertDisjoint(
        cases + [repeated], from: hashes, seed: 1, caption: .chexgen)
    }
    #expect(first?.message.contains("repeats an audited base case") == true)
    repeated.prompt = repeated.arm.promptPrefix(.chexgen) + "Large effusion."
    let second = #expect(throws: AuditFailure.self) {
      try RebalancingCohort.assertDisjoint([repeated], from: hashes, seed: 1, caption: .chexgen)
    }
    #expect(second?.message.contains("repeats the noise") == true)
    // Noise is named by seed and path: the same path under another seed is other noise.
    try RebalancingCohort.assertDisjoint([repeated], from: hashes, seed: 2, caption: .chexgen)
  }
}
