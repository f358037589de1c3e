import AuditModel
import Foundation
import Testing
import Vocabulary

@testable import Reporting

/// Results hold a question, and `report.json` holds its keys beside theirs.
@Suite struct AnswerTests {
  @Test func aRecordedReportIsReadAndWrittenByteForByte() throws {
    let audit = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../reports/sample/report.json")
    for recorded in [
      try GoldenReportTests.text("report.json"), try String(contentsOf: audit, encoding: .utf8),
    ] {
      #expect(try encodeReportJSON(try decodeReportJSON(recorded)) == recorded)
    }
  }

  /// A key of the content named like one of the question's would be lost without a word.
  @Test(arguments: NamedReport.allCases)
  func noKeyOfAResultIsOneOfItsQuestions(_ sample: NamedReport) throws {
    let report = sample.report
    try expectDisjoint(report.subgroups)
    try expectDisjoint(report.comparisons)
    try expectDisjoint(report.verdicts)
    try expectDisjoint(report.rateGaps ?? [])
    try expectDisjoint(report.metricGaps ?? [])
    try expectDisjoint(report.panelComparisons ?? [])
    try expectDisjoint(report.rocCurves ?? [])
    try expectDisjoint(report.calibration ?? [])
    try expectDisjoint(report.absences ?? [])
    try expectDisjoint(report.accounting ?? [])
  }

  private func expectDisjoint<Content>(_ answers: [Answer<Content>]) throws {
    for answer in answers {
      let question = try keys(answer.question.by(.brier))
      let content = try keys(answer.content)
      #expect(question.isDisjoint(with: content), "\(Content.self)")
      var other = answer
      other.question.metric = .brier
      #expect(try keys(other) == question.union(content))
    }
  }

  private func keys(_ value: some Encodable) throws -> Set<String> {
    let object = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value))
    return Set(try #require(object as? [String: Any]).keys)
  }
}
