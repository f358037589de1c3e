import AuditModel
import Foundation
import Testing
import Workbench

/// Every declared classifier × finding × attribute ends as a verdict or as a named absence.
@Suite struct DeclaredQuestionTests {
  /// 480 patients of three races and two sexes; scores tell the finding from its absence.
  private func table(race: (Int) -> String, label: (Int) -> String) -> String {
    var text = "image,patient,sex,race,y,empty,s,half\n"
    for row in 0..<480 {
      let score = Double((row * 7919) % 1000) / 2000 + (row % 2 == 0 ? 0.45 : 0)
      text +=
        "i\(row).png,p\(row),\(row / 2 % 2 == 0 ? "F" : "M"),\(race(row)),\(label(row)),,"
        + "\(score),\(row % 3 == 0 ? "" : String(score))\n"
    }
    return text
  }

  private func report(
    race: (Int) -> String = { ["White", "Black", "Asian"][$0 / 4 % 3] },
    label: (Int) -> String = { $0 % 2 == 0 ? "1" : "0" },
    classifiers: String = "{ \"name\": \"a\" }", labels: String = "\"Edema\": \"y\"",
    scores: String = "\"a\": { \"Edema\": \"s\" }",
    groups: String = "", failOn: String = "\"flagged\""
  ) throws -> (report: AuditReport, junit: String) {
    let root = NSTemporaryDirectory() + "declared-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    try Data(table(race: race, label: label).utf8)
      .write(to: URL(fileURLWithPath: root + "/table.csv"))
    let spec = """
      { "schema": "audit-spec/1", "name": "declared", "classifiers": [\(classifiers)],
        "real": { "table": "table.csv",
          "columns": { "image": "image", "patient": "patient", "sex": "sex", "race": "race",
            "labels": { \(labels) }, "scores": { \(scores) } } },
        "analysis": { "replicates": 100, "groups": { \(groups) },
          "intersections": [["sex", "race"]] },
        "policy": { "failOn": [\(failOn)] } }
      """
    try Data(spec.utf8).write(to: URL(fileURLWithPath: root + "/spec.json"))
    _ = try RunUseCase(specificationPath: root + "/spec.json", reports: root + "/reports").run(
      context: RunContext())
    let folder = root + "/reports/declared/"
    let checks = try VerifyUseCase(sampleSize: 0).run(folder: folder, context: RunContext())
    #expect(
      checks.allSatisfy { $0.status != .different }, "\(checks.filter { $0.status == .different })")
    return (
      try JSONDecoder().decode(
        AuditReport.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "report.json"))),
      try String(contentsOfFile: folder + "junit.xml", encoding: .utf8)
    )
  }

  @Test func aCompleteAuditHasNoAbsence() throws {
    let (report, _) = try report()
    #expect(report.absences == [] && report.verdicts.count == 3 && report.plan.familySize == 3)
    #expect(report.policy?.passed == true)
    let sex = try #require(report.accounting.first { $0.question.attribute == "sex" })
    #expect(sex.rows == 480 && sex.analysed == 480 && sex.inNoGroup == 0 && sex.withoutValue == 0)
    #expect(sex.groups.map(\.rows) == [240, 240])
  }

  @Test func aFindingWithoutLabelsIsNamed() throws {
    let (report, junit) = try report(
      labels: "\"Edema\": \"y\", \"Mass\": \"empty\"",
      scores: "\"a\": { \"Edema\": \"s\", \"Mass\": \"s\" }")
    let absences = report.absences
    #expect(absences.map(\.question.attribute) == ["sex", "race", "sex*race"])
    #expect(absences.allSatisfy { $0.cause == .noLabels && $0.question.finding == "Mass" })
    #expect(report.plan.familySize == 6 && report.verdicts.count == 3)
    #expect(report.policy?.passed == false)
    #expect(junit.contains("none of the 480 images has a label of Mass"))
  }

  @Test func aFindingThatAClassifierDoesNotAnswerIsNamed() throws {
    let (report, _) = try report(
      classifiers: "{ \"name\": \"a\" }, { \"name\": \"b\" }",
      labels: "\"Edema\": \"y\", \"Mass\": \"y\"",
      scores: "\"a\": { \"Edema\": \"s\" }, \"b\": { \"Edema\": \"s\", \"Mass\": \"s\" }")
    #expect(report.absences.count == 3 && report.plan.familySize == 12)
    #expect(report.absences.allSatisfy { $0.cause == .noOutput })
    #expect(report.absences.allSatisfy { $0.question.classifier == "a" })
  }

  @Test func anAttributeWithoutValuesIsNamedWithItsIntersection() throws {
    let (report, _) = try report(race: { _ in "" })
    #expect(report.absences.map(\.question.attribute) == ["race", "sex*race"])
    #expect(report.absences.allSatisfy { $0.cause == .noValues })
    #expect(report.policy?.passed == false)
  }

  @Test func anAttributeWithOneValueIsNamed() throws {
    let (report, _) = try report(race: { _ in "White" })
    #expect(report.absences.first?.cause == .oneGroup)
    #expect(report.absences.first?.sentence.contains("nothing to compare") == true)
  }

  @Test func aThirdGroupInTheTableWithholdsEquality() throws {
    let (report, _) = try report(groups: "\"race\": [\"White\", \"Black\"]")
    let account = try #require(report.accounting.first { $0.question.attribute == "race" })
    #expect(account.inNoGroup == 160 && account.outside == [.init(value: "Asian", rows: 160)])
    let verdict = try #require(report.verdicts.first { $0.attribute == "race" })
    #expect(verdict.verdict != .withinDelta)
  }

  @Test func missingLabelsAndScoresAreCounted() throws {
    let (report, _) = try report(
      label: { $0 / 2 % 2 == 1 && $0 % 10 != 0 && $0 % 2 == 1 ? "" : $0 % 2 == 0 ? "1" : "0" },
      scores: "\"a\": { \"Edema\": \"half\" }")
    let account = try #require(report.accounting.first { $0.question.attribute == "sex" })
    let men = try #require(account.groups.first { $0.group == "M" })
    #expect(men.rows == 240 && men.withoutLabel == 120)
    #expect(men.withoutScore == 40 && men.positives == 80 && men.negatives == 0)
    #expect(account.groups.first { $0.group == "F" }?.withoutScore == 80)
  }
}
