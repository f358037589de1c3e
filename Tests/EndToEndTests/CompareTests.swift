import AuditModel
import Foundation
import Testing

/// Two finished audits of the same cases against each other.
@Suite struct CompareTests {
  let folder: TemporaryFolder
  let cohort = ScoredCohort()

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(cohort.table, to: "table.csv")
    try folder.write(cohort.scoreFile, to: "first.csv")
    // Retrained: women with a mass are told apart as men are.
    var retrained = cohort
    for index in retrained.rows.indices where retrained.rows[index].sex == "F" {
      let row = retrained.rows[index]
      if row.labels["Mass"] == 1, let score = row.scores["Mass"].flatMap(Double.init) {
        retrained.rows[index].scores["Mass"] = "\(score + 0.3)"
      }
    }
    try folder.write(retrained.scoreFile, to: "second.csv")
  }

  private func audit(_ arguments: String...) throws -> ProgramResult {
    try AuditProgram.run(arguments + ["--quiet"], in: folder.path)
  }

  private func run(_ name: String, scores: String, analysis: String = "") throws {
    try folder.write(
      ScoredCohort.specification(
        name: name, classifiers: "{ name: 'vendor', scores: '\(scores)' }", scores: "",
        analysis: analysis), to: name + ".json")
    let result = try audit("run", name + ".json")
    try #require(result.exitCode == 0, "\(result.transcript)")
  }

  @Test func aClosedGapIsShownInEveryFormat() throws {
    try run("before", scores: "first.csv")
    try run("after", scores: "second.csv")
    let result = try audit(
      "compare", "reports/before", "reports/after", "--output", "comparison", "--format", "json")
    try #require(result.exitCode == 0, "\(result.transcript)")
    let comparison = try JSONDecoder().decode(
      AuditComparison.self, from: Data(result.standardOutput.utf8))
    let mass = try #require(
      comparison.gaps.first { $0.gap.finding == "Mass" && $0.gap.attribute == "sex" })
    // The gap of each audit is the difference of two AUCs by their definition.
    let before = try folder.report("before")
    let pair = try #require(
      before.comparisons.first { $0.finding == "Mass" && $0.attribute == "sex" })
    #expect(mass.gap.groupA == pair.groupA)
    #expect(abs((mass.gap.gapBefore ?? .nan) - (pair.difference ?? .nan)) < 1e-12)
    #expect(mass.before?.lower == pair.lower && mass.before?.upper == pair.upper)
    #expect(mass.gap.direction == .narrower)
    // Scores of men did not change, so the whole change is that of women.
    let after = try folder.report("after")
    func auc(_ report: AuditReport, _ group: String) -> Double {
      report.subgroups.first { $0.finding == "Mass" && $0.group == group }?.auc ?? .nan
    }
    #expect(auc(before, "M") == auc(after, "M"))
    let gain = auc(after, "F") - auc(before, "F")
    let sign = mass.gap.groupA == "F" ? 1.0 : -1
    #expect(abs((mass.gap.change ?? .nan) - sign * gain) < 1e-12)
    #expect(
      comparison.verdictChanges.contains {
        $0.finding == "Mass" && $0.attribute == "sex" && $0.before == .flagged
      })
    // Effusion's scores are the same files' columns: no change, and no uncertainty about it.
    let effusion = try #require(
      comparison.gaps.first { $0.gap.finding == "Effusion" && $0.gap.attribute == "sex" })
    #expect(effusion.gap.change == 0 && effusion.gap.direction == .notShown)

    let text = try audit("compare", "reports/before", "reports/after")
    #expect(text.standardOutput.contains("narrower"), "\(text.transcript)")
    // The change is beyond chance; a p value of three digits must not call it impossible.
    #expect((mass.gap.p ?? 1) < 0.0005 && text.standardOutput.contains("p < 0.001)"))
    #expect(!text.standardOutput.contains("p 0.000"))
    #expect(text.standardOutput.contains("verdict changed: Mass by sex (real): flagged →"))
    let page = try String(
      contentsOfFile: folder.file("comparison/comparison.html"), encoding: .utf8)
    let shown = String(format: "%+.3f", mass.gap.change ?? .nan).replacing("-", with: "\u{2212}")
    #expect(page.contains(shown), "\(shown)")
    let markdown = try String(
      contentsOfFile: folder.file("comparison/comparison.md"), encoding: .utf8)
    #expect(markdown.contains(shown))
    let file = try Data(contentsOf: URL(fileURLWithPath: folder.file("comparison/comparison.json")))
    #expect(try JSONDecoder().decode(AuditComparison.self, from: file) == comparison)
  }

  @Test func anotherPlanIsRefusedAndTheDifferenceNamed() throws {
    try run("before", scores: "first.csv")
    try run("after", scores: "second.csv", analysis: "delta: 0.2,")
    let result = try audit("compare", "reports/before", "reports/after", "--output", "comparison")
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(result.standardError.contains("delta"), "\(result.transcript)")
    #expect(result.standardError.contains("0.2"), "\(result.transcript)")
    #expect(!folder.exists("comparison"))
  }

  @Test func anotherTableIsRefused() throws {
    try run("before", scores: "first.csv")
    try folder.write(
      cohort.table.replacing(",1,0,", with: ",0,0,", maxReplacements: 1), to: "table.csv")
    try run("after", scores: "second.csv")
    let result = try audit("compare", "reports/before", "reports/after")
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(
      result.standardError.contains("the real table has other content"), "\(result.transcript)")
  }
}
