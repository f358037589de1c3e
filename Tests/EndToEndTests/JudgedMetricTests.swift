import AuditModel
import Foundation
import Testing
import Vocabulary

/// An audit whose verdicts are by sensitivity and AUC, from the spec to the files and their check.
@Suite struct JudgedMetricAuditTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(ScoredCohort().table, to: "table.csv")
    try folder.write(
      ScoredCohort.specification(
        policy:
          "policy: { limits: [{ atMost: 0.9, judgedBy: 'estimate', metric: 'sensitivity' }] },",
        analysis: """
          metrics: ["auc", { metric: "sensitivity", delta: 0.1 }],
          thresholds: { Effusion: 0.5, Mass: 0.5 },
          """), to: "small.json")
  }

  @Test func bothAreJudgedReportedGatedAndVerified() throws {
    let plan = try AuditProgram.run(["plan", "small.json"], in: folder.path)
    #expect(plan.exitCode == 0, "\(plan.transcript)")
    #expect(plan.standardOutput.contains("sensitivity"))
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let report = try folder.report("small")
    #expect(report.verdicts.count == 8 && report.plan.familySize == 8)
    #expect(
      report.plan.metrics == [JudgedMetric(.auc), JudgedMetric(.sensitivity, delta: 0.1)])
    #expect(report.policy?.passed == true && report.policy?.checks?.count == 4)
    #expect(!report.rateGaps.contains { $0.metric == .sensitivity })
    let page = try folder.text("reports/small/report.md")
    #expect(page.contains("Do groups differ in AUC and sensitivity?"))
    #expect(page.contains("Margins of the sensitivity"))
    #expect(try folder.text("reports/small/junit.xml").contains("sex, sensitivity"))
    let table = try folder.text("reports/small/tables/verdicts.csv")
    #expect(table.split(separator: "\n")[0].hasSuffix("metric"))
    let verified = try AuditProgram.run(
      ["verify", "reports/small", "--spec", "small.json"], in: folder.path)
    #expect(verified.exitCode == 0, "\(verified.transcript)")
  }
}
