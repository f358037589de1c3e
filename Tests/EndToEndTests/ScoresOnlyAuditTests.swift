import AuditModel
import Foundation
import Testing

/// A whole audit of published scores: no images, no generator.
@Suite struct ScoresOnlyAuditTests {
  let folder: TemporaryFolder
  let cohort = ScoredCohort()

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(cohort.table, to: "table.csv")
  }

  @Test func everySubgroupHasItsAUCByDefinition() throws {
    try folder.write(ScoredCohort.specification(), to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let report = try folder.report("small")
    #expect(report.schema == "audit-report/1")
    for finding in ScoredCohort.findings {
      let groups: [(String, String, (ScoredCohort.Row) -> Bool)] = [
        ("sex", "F", { $0.sex == "F" }), ("sex", "M", { $0.sex == "M" }),
        ("age", "20-49", { $0.age < 50 }), ("age", "50+", { $0.age >= 50 }),
      ]
      for (attribute, group, isIncluded) in groups {
        let row = try #require(
          report.subgroups.first {
            $0.finding == finding && $0.attribute == attribute && $0.group == group
          }, "\(finding) \(attribute) \(group)")
        let auc = try #require(row.auc)
        // Both are sums of the same halves and ones.
        #expect(abs(auc - cohort.areaUnderROC(finding, where: isIncluded)) < 1e-12)
        #expect(row.positives + row.negatives == cohort.rows.filter(isIncluded).count)
        #expect(row.clusters == Set(cohort.rows.filter(isIncluded).map(\.patient)).count)
        let lower = try #require(row.lower)
        let upper = try #require(row.upper)
        #expect(lower < auc && auc < upper)
      }
    }
  }

  @Test func theClassifierBlindForWomenIsFlaggedAndTheFairFindingIsNot() throws {
    try folder.write(ScoredCohort.specification(), to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let verdicts = try folder.report("small").verdicts
    func verdict(_ finding: String, _ attribute: String) -> Verdict? {
      verdicts.first { $0.finding == finding && $0.attribute == attribute }
    }
    #expect(verdicts.count == 4)
    #expect(verdict("Mass", "sex")?.verdict == .flagged)
    #expect(verdict("Mass", "sex")?.worstPair == ["M", "F"])
    #expect(verdict("Effusion", "sex")?.verdict != .flagged)
    #expect(verdicts.allSatisfy { !$0.sentence.isEmpty })
  }

  @Test func theReportFolderHoldsWhatTheContractNames() throws {
    try folder.write(ScoredCohort.specification(), to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    for name in ["report.html", "report.md", "report.json", "audit.sqlite", "provenance.json"] {
      #expect(folder.exists("reports/small/\(name)"), "\(name)")
    }
    let files = folder.files()
    #expect(files.contains { $0.hasPrefix("reports/small/tables/") && $0.hasSuffix(".csv") })
    #expect(!files.contains { $0.hasSuffix(".tmp") || $0.contains(".partial") })
    let html = try folder.text("reports/small/report.html")
    #expect(html.contains("Content-Security-Policy") && !html.contains("<script"))
    #expect(!html.contains("http-equiv=\"refresh\"") && html.contains("lang=\"en\""))
    #expect(!(try folder.text("table.csv")).isEmpty, "inputs are left alone")
  }

  @Test func standardOutputIsOneJSONValueWhenAskedFor() throws {
    try folder.write(ScoredCohort.specification(), to: "small.json")
    let result = try AuditProgram.run(
      ["run", "small.json", "--format", "json", "--quiet"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let value = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
    #expect((value as? [String: Any])?["name"] as? String == "small")
    #expect(result.standardError.isEmpty, "\(result.transcript)")
  }

  @Test func theGateFailsWithExitCodeOneAndStillWritesTheReport() throws {
    try folder.write(
      ScoredCohort.specification(policy: "policy: { failOn: ['flagged'] },"), to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 1, "\(result.transcript)")
    #expect(folder.exists("reports/small/report.html"))
  }

  @Test func limitsOnGapsAreHeldWithOneLineEachAndTheReportAgrees() throws {
    func run(_ limits: String) throws -> (result: ProgramResult, policy: PolicyRecord) {
      try folder.write(
        ScoredCohort.specification(policy: "policy: { limits: [\(limits)] },"), to: "small.json")
      let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
      return (result, try #require(try folder.report("small").policy))
    }
    // "Mass" is read by chance alone among women; its gap is real and above 0.05.
    let failing = "{ finding: 'Mass', attribute: 'sex', atMost: 0.05, judgedBy: 'lowerLimit' }"
    var (result, policy) = try run(
      failing + ", { finding: 'Effusion', atMost: 0.4, judgedBy: 'upperLimit' }")
    #expect(result.exitCode == 1, "\(result.transcript)")
    let lines = result.standardError.split(separator: "\n").filter { $0.hasPrefix("policy: ") }
    #expect(lines.count == 1 && lines.map { $0.dropFirst(8) } == policy.failures.map { $0[...] })
    #expect(result.standardOutput.contains("policy: failed"))
    #expect(policy.checks?.map(\.status) == [.fail, .pass, .pass])
    #expect(policy.changedAfterScores == nil)

    (result, policy) = try run(failing.replacingOccurrences(of: "0.05", with: "0.9"))
    #expect(result.exitCode == 0, "\(result.transcript)")
    #expect(policy.passed && policy.changedAfterScores == true, "loosened with scores at hand")
    let plan = try folder.report("small").plan
    #expect(!plan.exploratory, "the tests themselves are as declared")
    #expect(try folder.text("reports/small/report.md").contains("changed after scores"))
    let check = try AuditProgram.run(["verify", "reports/small"], in: folder.path)
    #expect(check.exitCode == 0, "\(check.transcript)")
  }

  @Test func aSecondRunChangesNoNumber() throws {
    try folder.write(ScoredCohort.specification(), to: "small.json")
    for _ in 0..<2 {
      let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
      #expect(result.exitCode == 0, "\(result.transcript)")
    }
    var first = try folder.report("small")
    try folder.write(ScoredCohort.specification(name: "again"), to: "again.json")
    let result = try AuditProgram.run(["run", "again.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let second = try folder.report("again")
    #expect(first.subgroups == second.subgroups && first.comparisons == second.comparisons)
    #expect(first.verdicts == second.verdicts && first.overall == second.overall)
    #expect(first.plan.hash == second.plan.hash, "the name of an audit is not its plan")
    first.name = second.name
  }

  @Test func aScoreFileGivesTheSameNumbersAsColumnsOfTheTable() throws {
    try folder.write(cohort.scoreFile, to: "scores.csv")
    try folder.write(ScoredCohort.specification(), to: "small.json")
    try folder.write(
      ScoredCohort.specification(
        name: "file", classifiers: "{ name: 'published', scores: 'scores.csv' }", scores: ""),
      to: "file.json")
    for name in ["small", "file"] {
      let result = try AuditProgram.run(["run", "\(name).json"], in: folder.path)
      #expect(result.exitCode == 0, "\(result.transcript)")
    }
    #expect(try folder.report("small").subgroups == folder.report("file").subgroups)
    #expect(try folder.report("small").comparisons == folder.report("file").comparisons)
  }

  @Test func columnsNamedForAScoreFileAreThoseOfTheFile() throws {
    let file = cohort.scoreFile.replacingOccurrences(
      of: "image,Effusion,Mass", with: "image,score 1,score 2")
    try folder.write(file, to: "scores.csv")
    try folder.write(
      ScoredCohort.specification(
        name: "file", classifiers: "{ name: 'published', scores: 'scores.csv' }",
        scores: "scores: { published: { Effusion: 'score 1', Mass: 'score 2' } },"),
      to: "file.json")
    let result = try AuditProgram.run(["run", "file.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let row = try folder.report("file").subgroups.first {
      $0.finding == "Mass" && $0.attribute == "sex" && $0.group == "M"
    }
    let auc = try #require(row?.auc)
    #expect(abs(auc - cohort.areaUnderROC("Mass") { $0.sex == "M" }) < 1e-12)
  }

  @Test func anEmptyScoreIsCountedAndNeverImputed() throws {
    var gaps = cohort
    gaps.rows[0].scores["Effusion"] = ""  // a woman
    try folder.write(gaps.table, to: "table.csv")
    try folder.write(ScoredCohort.specification(), to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 0, "\(result.transcript)")
    let row = try #require(
      try folder.report("small").subgroups.first {
        $0.finding == "Effusion" && $0.attribute == "sex" && $0.group == "F"
      })
    #expect(row.notScored == 1 && row.positives + row.negatives == 119)
    let auc = try #require(row.auc)
    #expect(abs(auc - gaps.areaUnderROC("Effusion") { $0.sex == "F" }) < 1e-12)
  }
}
