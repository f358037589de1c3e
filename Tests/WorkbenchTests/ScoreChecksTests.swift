import AuditModel
import Basics
import Testing
import Vocabulary

@testable import Fairness
@testable import Workbench

@Suite struct ScoreChecksTests {
  private func specification(
    _ source: ClassifierSpecification.Source = .scores(path: "s.csv"), threshold: Double? = nil,
    change: (inout ClassifierSpecification) -> Void = { _ in }
  ) -> AuditSpecification {
    var classifier = ClassifierSpecification(name: "m", source: source)
    change(&classifier)
    var specification = AuditSpecification(
      name: "t", classifiers: [classifier], directory: "/", hash: "")
    if let threshold { specification.analysis.thresholds["Effusion"] = .value(threshold) }
    return specification
  }

  private var onnx: ClassifierSpecification.Source {
    .onnx(OnnxSpecification(path: "m.onnx", height: 8, width: 8, outputs: ["Effusion": 0]))
  }

  private func table(_ scores: [Double]) -> EvaluationTable {
    EvaluationTable(
      classifier: "m", cohort: "real", finding: "Effusion", scores: scores,
      labels: scores.indices.map { $0 % 2 == 0 }, clusters: scores.indices.map { Int32($0) },
      clusterCount: scores.count, attributes: [])
  }

  private func question(_ specification: AuditSpecification, _ scores: [Double]) -> String {
    do {
      try ScoreChecks(specification: specification).ask(about: [table(scores)])
      return ""
    } catch {
      return "\(error)"
    }
  }

  private let spread = (0..<20).map { Double($0) / 20 }

  @Test func aSecondSigmoidIsAskedAbout() {
    let scores = (0..<20).map { 0.5 + Double($0) / 100 }
    #expect(question(specification(onnx), scores).contains("are they probabilities already?"))
    #expect(question(specification(onnx) { $0.accepted = [.activationTwice] }, scores) == "")
    #expect(question(specification(onnx), spread) == "")
    #expect(question(specification(), scores) == "", "a table has no sigmoid of ours")
  }

  @Test func scoresThatAreAllAlikeAreAskedAbout() {
    let scores = (0..<20).map { 0.5746 + Double($0) / 20_000 }
    let words = question(specification(onnx), scores)
    #expect(words.contains("is its input right?") && words.contains("[-1024, 1024]"))
    let accepted = specification(onnx) { $0.accepted = [.scoresAlike, .activationTwice] }
    #expect(question(accepted, scores) == "")
    #expect(question(specification(onnx), Array(scores.prefix(5))) == "", "too few to tell")
  }

  @Test func percentagesAndLogitsAgainstAShareAreAskedAbout() {
    let percent = spread.map { $0 * 100 }
    #expect(question(specification(threshold: 0.5), percent).contains("percentages?"))
    #expect(question(specification(threshold: 0.5), spread.map { $0 * 8 - 4 }).contains("logits?"))
    #expect(question(specification(threshold: 50), percent) == "")
    #expect(question(specification(), percent) == "", "ranks need no scale")
    #expect(question(specification(threshold: 0.5) { $0.scoreScale = .own }, percent) == "")
    let wrong = question(specification(threshold: 0.5) { $0.scoreScale = .probability }, percent)
    #expect(wrong.contains("declared to give probabilities"))
  }

  @Test func aRepeatedValueApartFromAllOthersMayMeanMissing() {
    let marked = spread + [-1, -1]
    #expect(question(specification(), marked).contains("2 of 22 scores"))
    #expect(
      question(specification(), marked).contains("are -1, and all others lie between 0 and 1"))
    #expect(question(specification { $0.accepted = [.valueApart] }, marked) == "")
    #expect(question(specification(), spread + [99, 99, 99]).contains("3 of 23 scores"))
    // One stray score, several values, or rounding are other things.
    for scores in [spread + [-1], spread + [-1, -2], spread + [1.000_000_1, 1.000_000_1]] {
      #expect(question(specification(), scores) == "")
    }
  }

  @Test func declaredScalesBecomeProbabilities() {
    #expect(ScoreScale.percent.normalized(83) == 0.83)
    #expect(ScoreScale.logit.normalized(0) == 0.5)
    #expect(ScoreScale.probability.normalized(0.3) == 0.3 && ScoreScale.own.normalized(7) == 7)
  }

  private func outcome(
    scores: [Double]? = nil, _ change: (inout SubgroupResult) -> Void
  ) -> AnalysisOutcome {
    var row = SubgroupResult(
      Question(classifier: "m", cohort: "real", finding: "Effusion", attribute: "overall"),
      group: "overall", positives: 10, negatives: 10, clusters: 20, status: .ok)
    change(&row)
    var outcome = AnalysisOutcome()
    outcome.overall = [row]
    outcome.verdicts = [
      Verdict(
        Question(classifier: "m", cohort: "real", finding: "Effusion", attribute: "sex"),
        verdict: .inconclusive, sentence: "…")
    ]
    ScoreChecks(specification: specification()).caution(&outcome, tables: [table(scores ?? spread)])
    return outcome
  }

  @Test func invertedScoresAreACautionAtTheVerdictToo() {
    let inverted = outcome { ($0.auc, $0.upper) = (0.124, 0.2) }
    #expect(inverted.cautions.first?.contains("may be inverted") == true)
    #expect(inverted.verdicts[0].reasons == inverted.cautions)
    #expect(outcome { ($0.auc, $0.upper) = (0.8, 0.9) }.cautions.isEmpty)
    #expect(outcome { ($0.auc, $0.upper) = (0.39, 0.55) }.cautions.isEmpty, "chance does that")
  }

  @Test func decisionsInThePlaceOfScoresAreACaution() {
    let decided = outcome(scores: (0..<20).map { Double($0 % 2) }) { _ in }
    #expect(decided.cautions.first?.contains("all scores are 0 or 1, as decisions are") == true)
  }

  @Test func decisionsThatAreAllAlikeAreACaution() {
    let all = outcome { ($0.threshold, $0.truePositives, $0.falsePositives) = (0.5, 10, 10) }
    #expect(all.cautions.first?.contains("all of the 20 images are called positive") == true)
    let none = outcome { ($0.threshold, $0.truePositives, $0.falsePositives) = (0.5, 0, 0) }
    #expect(none.cautions.first?.contains("none of the 20 images is called positive") == true)
    #expect(
      outcome { ($0.threshold, $0.truePositives, $0.falsePositives) = (0.5, 9, 3) }.cautions.isEmpty
    )
  }
}
