import Foundation
import Testing
import Vocabulary

@Suite struct QuestionTests {
  private let question = Question(
    classifier: "net", cohort: "real", finding: "Effusion", attribute: "sex*age")

  @Test func keysAreFlatAndTheAUCIsNotSpelledOut() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let plain =
      #"{"attribute":"sex*age","classifier":"net","cohort":"real","finding":"Effusion"}"#
    #expect(String(decoding: try encoder.encode(question), as: UTF8.self) == plain)
    #expect(try JSONDecoder().decode(Question.self, from: Data(plain.utf8)) == question)
    let other = try encoder.encode(question.by(.brier))
    #expect(String(decoding: other, as: UTF8.self).contains(#""metric":"brier""#))
    #expect(try JSONDecoder().decode(Question.self, from: other) == question.by(.brier))
  }

  @Test func aMetricThatIsNotKnownIsNoAUC() {
    let text = #"{"attribute":"a","classifier":"c","cohort":"real","finding":"f","metric":"x"}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Question.self, from: Data(text.utf8))
    }
  }

  @Test func aPatternMatchesWhatAgreesInEveryPartThatItNames() {
    #expect(QuestionPattern().matches(question))
    #expect(QuestionPattern(question).matches(question.by(.sensitivity)))
    for part in [
      \QuestionPattern.classifier, \.cohort, \.finding, \.attribute,
    ] {
      var pattern = QuestionPattern(question)
      pattern[keyPath: part] = "other"
      #expect(!pattern.matches(question))
      pattern[keyPath: part] = nil
      #expect(pattern.matches(question))
    }
  }
}

@Suite struct GapTests {
  /// Whichever group comes first, and whichever way is good, the gap is the same.
  @Test(arguments: Metric.allCases) func theOrderOfTheGroupsDoesNotMatter(_ metric: Metric) {
    let one = Gap(between: "A", and: "B", difference: 0.25, lower: 0.125, upper: 0.375, by: metric)
    let other = Gap(
      between: "B", and: "A", difference: -0.25, lower: -0.375, upper: -0.125, by: metric)
    #expect(one == other && one.size == 0.25 && one.lower == 0.125 && one.upper == 0.375)
    // A has the higher value.
    #expect(one.worse == (metric.largerIsBetter ? "B" : "A") && one.worseGroup == one.worse)
  }

  @Test func limitsThatHoldZeroStayOnBothSides() {
    let gap = Gap(between: "A", and: "B", difference: -0.25, lower: -0.5, upper: 0.125, by: .auc)
    #expect(gap.better == "B" && gap.lower == -0.125 && gap.upper == 0.5)
  }

  @Test func ofEqualGroupsNeitherIsWorse() {
    let gap = Gap(between: "A", and: "B", difference: 0, lower: -0.125, upper: 0.25, by: .brier)
    #expect(gap.worseGroup == nil && gap.better == "A" && gap.lower == -0.125)
  }
}
