import AuditModel
import Basics
import Fairness
import Testing
import Vocabulary

struct HostileTableTests {
  private func table(
    scores: [Double], labels: [Bool], groups: [String?], clusters: [Int32]? = nil
  ) throws -> EvaluationTable {
    EvaluationTable(
      classifier: "model", cohort: "real", finding: "Edema", scores: scores, labels: labels,
      clusters: clusters ?? scores.indices.map { Int32($0) }, clusterCount: max(1, scores.count),
      attributes: [try Grouping(.named("sex"), rule: nil, values: groups).column(of: groups)])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func wildScoresAreRefused(_ bad: Double)
    throws
  {
    let table = try table(scores: [0.1, bad], labels: [true, false], groups: ["F", "M"])
    #expect(throws: AuditFailure.self) { try outcome([table]) }
  }

  @Test func wildClustersAreRefused() throws {
    let table = try table(
      scores: [0.1, 0.2], labels: [true, false], groups: ["F", "M"], clusters: [0, 9])
    #expect(throws: AuditFailure.self) { try outcome([table]) }
  }

  @Test func allTiesAreNotEstimable() throws {
    let found = try outcome([
      try table(
        scores: [Double](repeating: 0.3, count: 200), labels: (0..<200).map { $0 % 2 == 0 },
        groups: (0..<200).map { $0 < 100 ? "F" : "M" })
    ])
    #expect(found.subgroups.allSatisfy { $0.status == .notEstimable && $0.auc == 0.5 })
    #expect(found.verdicts.map(\.verdict) == [.notEvaluable])
  }

  @Test func oneClassIsNotEstimable() throws {
    let found = try outcome([
      try table(
        scores: (0..<60).map { Double($0) / 60 }, labels: [Bool](repeating: true, count: 60),
        groups: (0..<60).map { $0 < 30 ? "F" : "M" })
    ])
    #expect(found.subgroups.allSatisfy { $0.status == .notEstimable && $0.auc == nil })
    #expect(found.subgroups.allSatisfy { $0.specificity == nil && $0.sensitivity != nil })
  }

  @Test func onePatientIsNotEstimable() throws {
    let found = try outcome([
      try table(
        scores: (0..<60).map { Double($0 * 37 % 60) / 60 }, labels: (0..<60).map { $0 % 2 == 0 },
        groups: (0..<60).map { $0 < 30 ? "F" : "M" }, clusters: [Int32](repeating: 0, count: 60))
    ])
    #expect(found.subgroups.allSatisfy { $0.status != .ok && $0.standardError == nil })
  }

  @Test func perfectSeparationHasAnIntervalButNoComparison() throws {
    let found = try outcome([
      try table(
        scores: (0..<80).map { $0 % 2 == 0 ? 0.9 : 0.1 }, labels: (0..<80).map { $0 % 2 == 0 },
        groups: (0..<80).map { $0 < 40 ? "F" : "M" })
    ])
    for row in found.subgroups {
      #expect(row.status == .notEstimable && row.auc == 1 && row.upper == 1)
      #expect(try #require(row.lower) > 0.7 && (try #require(row.lower)) < 1)
    }
  }

  @Test func tenThousandGroupsAreAnswered() throws {
    let count = 30_000
    let found = try outcome([
      try table(
        scores: (0..<count).map { Double($0 &* 7919 % 1000) / 1000 },
        labels: (0..<count).map { $0 % 3 == 0 }, groups: (0..<count).map { String($0 % 10_000) })
    ])
    #expect(found.subgroups.count == 10_000)
    #expect(found.subgroups.allSatisfy { $0.status != .ok && $0.reason != nil })
    #expect(found.comparisons.isEmpty)
    #expect(found.verdicts.map(\.verdict) == [.notEvaluable])
  }

  @Test func noRowsAreAnswered() throws {
    let found = try outcome([try table(scores: [], labels: [], groups: [])])
    #expect(found.overall.map(\.status) == [.notEstimable])
  }

  @Test func scoresBeyondZeroToOneHaveNoCalibration() throws {
    let found = try outcome([
      try table(
        scores: (0..<80).map { Double($0 * 37 % 80) - 20 }, labels: (0..<80).map { $0 % 2 == 0 },
        groups: (0..<80).map { $0 < 40 ? "F" : "M" })
    ])
    #expect(found.overall.allSatisfy { $0.brier == nil && $0.sensitivity == nil })
    #expect(found.thresholds.isEmpty)
    #expect(found.notes.contains { $0.contains("not within 0 to 1") })
  }
}
