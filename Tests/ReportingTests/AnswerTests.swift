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
    try expectDisjoint(report.rateGaps)
    try expectDisjoint(report.metricGaps)
    try expectDisjoint(report.panelComparisons ?? [])
    try expectDisjoint(report.rocCurves)
    try expectDisjoint(report.calibration)
    try expectDisjoint(report.absences)
    try expectDisjoint(report.accounting)
  }

  /// Kinds that leave a part of their question unsaid, or spell it in their own words, get it back.
  @Test func everyKindOfResultIsReadAsItWasWritten() throws {
    let sex = Question(
      classifier: "c", cohort: "synthetic", finding: "Effusion", attribute: "sex")
    let estimate = IntervalEstimate(estimate: 0.5, lower: nil, upper: nil)
    let shift = ArmShift(
      groupA: "F", groupB: "M", label: "all", pairs: 2, clusters: 2, scoreShift: estimate)
    try expectKept(Answer(sex, shift), keys: ["classifier", "finding", "attribute"])
    try expectKept(
      Answer(sex, ArmSpread(sets: 2, arms: 2, clusters: 2)),
      keys: ["classifier", "finding", "attribute"])
    let pooled = QuestionPattern(classifier: "c", cohort: "synthetic", finding: "Effusion")
    try expectKept(Answer(pooled, PlaceboShift(placebo: "seed")), keys: ["classifier", "finding"])
    try expectKept(
      Answer(pooled, ScoreVariances(label: "positive", baseCases: 2, arms: 2)),
      keys: ["classifier", "finding"])
    // The metric is named also where it is the AUC.
    let strata = StratifiedGap(
      strata: ["age"], strataUsed: 1, coverage: 1, groupA: "F", groupB: "M", raw: 0.1)
    let whole: Set = ["classifier", "cohort", "finding", "attribute", "metric"]
    try expectKept(Answer(sex, strata), keys: whole)
    try expectKept(
      Answer(
        sex.by(.sensitivity),
        OddsDifference(threshold: 0.5, difference: 0.1, groups: [], upper: 0.2, sentence: "")),
      keys: whole)
    try expectKept(
      Answer(
        QuestionPattern(classifier: "c", cohort: "real", attribute: "sex", metric: .auc),
        GatheredFlags(
          group: "F", questions: 2, findings: 2, medianDifference: 0.1, largestDifference: 0.2,
          pAdjusted: 0.01, flags: [], sentence: "")),
      keys: ["classifier", "cohort", "attribute", "metric"])
  }

  @Test func twinsOfAllFindingsSaySoInWords() throws {
    let row = ReplicaAgreement(
      QuestionPattern(classifier: "c"), TwinAgreement(metric: "weightedF1", groups: 3))
    try expectKept(row, keys: ["classifier", "finding", "attribute"])
    let text = String(decoding: try JSONEncoder().encode(row), as: UTF8.self)
    #expect(text.contains(#""finding":"all findings""#))
    #expect(text.contains(#""attribute":"all attributes""#))
    let one = QuestionPattern(classifier: "c", finding: "Effusion", attribute: "sex")
    try expectKept(
      Answer(one, TwinGroup(group: "F", metric: "auc")),
      keys: ["classifier", "finding", "attribute"])
  }

  @Test func aComparisonIsReadAsItWasWritten() throws {
    let comparison = SampleComparisons.retraining
    let text = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(AuditComparison.self, from: text) == comparison)
    let object = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    let row = try #require((object["gaps"] as? [[String: Any]])?.first)
    #expect(row["cohort"] as? String == "real" && row["finding"] as? String == "Effusion")
    let gap = try #require(row["gap"] as? [String: Any])
    #expect(gap["attribute"] as? String == "sex" && gap["finding"] == nil)
    let verdict = try #require((object["verdicts"] as? [[String: Any]])?.first)
    #expect(Set(verdict.keys) == ["cohort", "finding", "attribute", "before", "after"])
  }

  private func expectKept<Content>(_ answer: Answer<Content>, keys named: Set<String>) throws {
    let text = try JSONEncoder().encode(answer)
    #expect(try JSONDecoder().decode(Answer<Content>.self, from: text) == answer)
    let content = try keys(answer.content)
    #expect(try keys(answer).subtracting(content) == named, "\(Content.self)")
  }

  private func expectDisjoint<Content>(_ answers: [Answer<Content>]) throws
  where Content.Asked == Question {
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
