import AuditModel
import Foundation
import Testing

/// What a run would miss late is named before it, and what nobody can judge is reported.
@Suite struct ThresholdPreflightTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(ScoredCohort().table, to: "table.csv")
  }

  private func refusal(of command: String, chosenOn: String) throws -> String {
    try folder.write(
      ScoredCohort.specification(
        analysis:
          "thresholds: { Mass: { rule: 'sensitivity', value: 0.9, chosenOn: '\(chosenOn)' } },"),
      to: "small.json")
    let result = try AuditProgram.run([command, "small.json"], in: folder.path)
    #expect(result.exitCode == (chosenOn == "real" ? 0 : 2), "\(result.transcript)")
    return result.standardError
  }

  @Test(arguments: ["plan", "run"])
  func aThresholdIsChosenOnScoresThatThereWillBe(command: String) throws {
    let words = try refusal(of: command, chosenOn: "reel")
    #expect(words.contains("analysis.thresholds.Mass.chosenOn names 'reel'"))
    #expect(words.contains("did you mean \"real\"?"))
    _ = try refusal(of: command, chosenOn: "real")
  }

  /// A table of scores of other images would be found out after the images were drawn.
  @Test(arguments: ["plan", "run"])
  func aTableOfScoresHasSomeOfTheImages(command: String) throws {
    try folder.write(
      ScoredCohort.specification(
        classifiers: "{ name: 'published' }, { name: 'other', scores: 'scores.csv' }"),
      to: "small.json")
    try folder.write("image,Effusion,Mass\nx.png,0.5,0.5\n", to: "scores.csv")
    let result = try AuditProgram.run([command, "small.json"], in: folder.path)
    #expect(result.exitCode == 2, "\(result.transcript)")
    #expect(result.standardError.contains("has no row for any of the 240 images"))
    #expect(!folder.exists("reports/small/report.json"))
  }

  /// Nothing that was declared vanishes, even where nothing at all could be judged.
  @Test func anAuditOfAbsencesAloneIsReportedAndFailsItsGate() throws {
    let rows = ScoredCohort().table.split(separator: "\n").map(String.init)
    let header = rows[0].split(separator: ",", omittingEmptySubsequences: false)
    let places = header.indices.filter { header[$0].hasPrefix("y_") }
    let unlabelled = rows.enumerated().map { line, row in
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if line > 0 { for place in places { cells[place] = "" } }
      return cells.joined(separator: ",")
    }
    try folder.write(unlabelled.joined(separator: "\n") + "\n", to: "table.csv")
    try folder.write(
      ScoredCohort.specification(policy: "policy: { failOn: ['flagged'] },"), to: "small.json")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 1, "\(result.transcript)")
    let report = try folder.report("small")
    #expect(report.verdicts.isEmpty && report.absences.count == 4 && report.plan.familySize == 4)
    #expect(report.policy?.passed == false)
    let verified = try AuditProgram.run(
      ["verify", "reports/small", "--spec", "small.json"], in: folder.path)
    #expect(verified.exitCode == 0, "\(verified.transcript)")
  }
}
