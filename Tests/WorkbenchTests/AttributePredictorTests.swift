import AuditModel
import Foundation
import Testing

@testable import Workbench

@Suite struct AttributePredictorTests {
  /// A run whose predictor answers from the image's path, which names the arm.
  private func report(women: String, men: String) throws -> AuditReport {
    let folder = try AuditFolder()
    defer { folder.remove() }
    let script = """
      #!/bin/sh
      while read -r line; do
        id=$(printf '%s' "$line" | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/; s/\\\\\\//\\//g')
        case "$id" in *[Ff]emale*) sex=\(women) ;; *) sex=\(men) ;; esac
        printf '{"id": "%s", "scores": {"sex:Female": %s, "sex:Male": null, "race:White": null, "race:Black": null}}\\n' "$id" "$sex"
      done
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: folder.root + "/predict.sh"))
    let text = try String(contentsOfFile: folder.specificationPath, encoding: .utf8)
    try Data(
      text.replacingOccurrences(
        of: "\"cohort\": {",
        with: """
          "attributePredictors": [{ "name": "reader", "command": ["/bin/sh", "predict.sh"] }],
          "cohort": {
          """
      ).utf8
    ).write(to: URL(fileURLWithPath: folder.specificationPath))
    _ = try RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in PatternGenerator() }
    ).run(context: RunContext())
    return try JSONDecoder().decode(
      AuditReport.self,
      from: Data(contentsOf: URL(fileURLWithPath: folder.report + "/report.json")))
  }

  @Test func aPredictorThatFindsThePromptedSexPassesTheGate() throws {
    let report = try report(women: "0.9", men: "0.1")
    let gate = try #require(report.gates.first { $0.id == "G1" && $0.name == "Sex expressed" })
    #expect(gate.status == .pass)
    #expect(gate.value == 1)
    // 12 base cases × 2 labels × 4 arms; the placebo is not judged.
    #expect(gate.sentence.contains("96 images of 24 base cases"))
    #expect(report.verdicts.first { $0.attribute == "sex" }?.verdict != .notEvaluable)
    #expect(report.classifiers.contains { $0.name == "reader" })
  }

  @Test func gapsByAnAttributeThatWasNotDrawnAreNotEvaluable() throws {
    let report = try report(women: "0.1", men: "0.1")
    let gate = try #require(report.gates.first { $0.id == "G1" && $0.name == "Sex expressed" })
    #expect(gate.status == .fail)
    #expect(gate.value == 0.5)
    let verdict = try #require(report.verdicts.first { $0.attribute == "sex" })
    #expect(verdict.verdict == .notEvaluable)
    #expect(verdict.reasons.contains { $0.contains("reader") })
  }

  private func expression(
    _ attribute: String, outputs: [AttributePrediction], _ images: [(String, [Double])],
    perCluster: Int = 1
  ) -> AttributeExpression {
    AttributeExpression(
      predictor: "p", attribute: .named(attribute), predictions: outputs,
      images: images.enumerated().map { index, image in
        AttributeExpression.Image(
          cluster: Int32(index / perCluster), prompted: image.0, scores: image.1)
      }, clusterCount: (images.count + perCluster - 1) / perCluster)
  }

  @Test func ageIsJudgedByTheOrderOfPredictedAges() {
    // Ages wrong by a factor but in order: the rank correlation is 1.
    let ordered = (0..<40).map { (String(20 + $0), [Double($0) * 3]) }
    #expect(expression("age", outputs: [.number(attribute: "age")], ordered).gate().value == 1)
    let constant = (0..<40).map { (String(20 + $0), [50.0]) }
    #expect(
      expression("age", outputs: [.number(attribute: "age")], constant).gate().status == .notRun)
  }

  @Test func anEstimateAboveTheBarWithALimitBelowItIsAWarning() {
    // 17 of 20 agree (0.85): one base case each, so the lower limit is near 0.7.
    let images = (0..<20).map { index in
      (index % 2 == 0 ? "Female" : "Male", [(index % 2 == 0) != (index < 3) ? 0.9 : 0.1])
    }
    let gate = expression("sex", outputs: [.value(attribute: "sex", value: "Female")], images)
      .gate()
    #expect(gate.value == 0.85)
    #expect(gate.status == .warn)
  }

  @Test func threeValuesAreJudgedByTheMacroAveragedAUC() {
    let values = ["White", "Black", "Asian"]
    let outputs = values.map { AttributePrediction.value(attribute: "race", value: $0) }
    // Scores rank every value above the others although none is the largest for White.
    let images = (0..<60).map { index in
      let prompted = values[index % 3]
      return (
        prompted, values.map { ($0 == prompted ? 0.3 : 0.1) + ($0 == "Black" ? 0.5 : 0) }
      )
    }
    let gate = expression("race", outputs: outputs, images, perCluster: 3).gate()
    #expect(gate.value == 1)
    #expect(gate.rule.contains("macro-averaged AUC"))
    #expect(gate.status == .pass)
  }
}
