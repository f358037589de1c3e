import AuditModel
import Foundation
import Synchronization
import Testing
import Vocabulary
import Workbench

@testable import AuditCLI

/// What a person reads on a terminal.
@Suite struct TerminalTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func verdict(
    _ kind: Verdict.Kind, finding: String = "Effusion", p: Double? = nil,
    classifier: String = "densenet"
  ) -> Verdict {
    var verdict = Verdict(
      Question(classifier: classifier, cohort: "real", finding: finding, attribute: "sex*age"),
      verdict: kind, sentence: "A sentence.")
    verdict.worstPair = ["Male*60-79", "Female*0-19"]
    verdict.worstDifference = 0.123
    verdict.pAdjusted = p
    return verdict
  }

  @Test func theTableFitsEightyColumnsAndCutsNoWord() {
    let long = "a-classifier-with-a-name-that-is-longer-than-its-column-and-goes-on"
    let table = VerdictTable(
      verdicts: [
        verdict(.inconclusive), verdict(.flagged, finding: "Enlarged Cardiomediastinum", p: 0.01),
        verdict(.notEvaluable, classifier: long),
      ], ink: Ink(isColoured: false))
    let lines = table.lines
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].hasPrefix("flagged"))
    let text = lines.joined(separator: " ")
    for word in ["Enlarged", "Cardiomediastinum", "inconclusive", "evaluable", "0.123"] {
      #expect(text.contains(word))
    }
    #expect(lines.map { $0.filter { $0 != " " } }.joined().contains("Female,0-19"))
    // A name wider than its column goes on below; nothing of it is lost.
    let rest = lines.drop { !$0.contains("a-classifier") }
    #expect(rest.map { $0.dropFirst(15).prefix(38).filter { $0 != " " } }.joined().contains(long))
  }

  @Test func theStrongestEvidenceComesFirstAndTheRestIsCounted() {
    let many =
      (0..<30).map { verdict(.inconclusive, finding: "F\($0)") }
      + [
        verdict(.flagged, finding: "Second", p: 0.02),
        verdict(.flagged, finding: "First", p: 0.001),
      ]
    let lines = VerdictTable(verdicts: many, ink: Ink(isColoured: false)).lines
    #expect(lines[1].contains("First") && lines.contains { $0.contains("Second") })
    #expect(lines.last == "and 12 more: --verbose, or the report")
    let all = VerdictTable(verdicts: many, ink: Ink(isColoured: false), showsAll: true).lines
    #expect(all.contains { $0.contains("F29") } && !all.contains { $0.contains("more:") })
  }

  @Test func anErrorRateThatDiffersStandsBesideTheVerdictOnTheAUC() {
    let within = verdict(.withinDelta)
    var gap = RateGap(
      within.question.by(.sensitivity),
      MetricGap(
        threshold: 0.5, groups: ["a", "b"], rates: [0.7, 0.5], difference: 0.2, lower: 0.1,
        upper: 0.3, pAllPairs: 0.001))
    gap.isDetected = true
    let table = VerdictTable(verdicts: [within], detected: [gap], ink: Ink(isColoured: true))
    #expect(table.lines.joined().contains("rates differ"))
    #expect(!table.lines.joined().contains("\u{1B}[32m"), "nothing green where decisions differ")
    #expect(table.summary.contains("in 1 not flagged, error rates differ"))
    let alone = VerdictTable(verdicts: [within], ink: Ink(isColoured: true))
    #expect(alone.lines.joined().contains("\u{1B}[32m"))
  }

  @Test func coloursAreForTerminalsThatWantThem() {
    #expect(Ink(isTerminal: true, environment: [:]).painted("x", .red) != "x")
    #expect(Ink(isTerminal: true, environment: ["NO_COLOR": ""]).painted("x", .red) != "x")
    for (isTerminal, environment) in [
      (false, [:]), (true, ["NO_COLOR": "1"]), (true, ["TERM": "dumb"]),
    ] {
      #expect(Ink(isTerminal: isTerminal, environment: environment).painted("x", .red) == "x")
    }
  }

  @Test(arguments: [true, false])
  func aTerminalSeesABarAndALogDoesNot(isTerminal: Bool) {
    final class Written: Sendable {
      let text = Mutex("")
    }
    let written = Written()
    let printer = ProgressPrinter(isTerminal: isTerminal, isQuiet: false, clock: { 0 }) { text in
      written.text.withLock { $0 += text }
    }
    printer.report(StageProgress(stage: "drawing", done: 25, total: 50, unit: "images"))
    let text = written.text.withLock { $0 }
    #expect(text.contains("[######......] drawing  25/50 images") == isTerminal, "\(text)")
    let long = String(repeating: "long ", count: 12)
    printer.report(StageProgress(stage: long, done: 5, total: 9, unit: "images"))
    #expect(!written.text.withLock { $0 }.contains("] \(long)"))
    #expect(
      ProgressPrinter.bar(StageProgress(stage: "s", done: 0, total: 0, unit: "images")) == "")
    #expect(
      ProgressPrinter.bar(StageProgress(stage: "s", done: 9, total: 3, unit: "images"))
        == "[############] ")
  }

  @Test func aSampleIsMarkedWithWhatItsCardDoesNotSupport() {
    let card = GeneratorCard(
      caption: .chexgen,
      support: GeneratorSupport(
        attributes: [
          "sex": .values(["Female", "Male"]), "age": .range(20, 85),
          "race": .unsupported(reason: "the training images carry no race"),
        ],
        findings: ["Effusion"]))
    func cautions(_ prompt: String) -> [String] {
      SampleUseCase.cautions(about: prompt, card: card)
    }
    #expect(cautions("sex:Female, age:71.0. Large effusion. No pneumothorax.").isEmpty)
    #expect(cautions("No acute cardiopulmonary abnormality.").isEmpty)
    #expect(cautions("sex:Female, age:4.0. Large effusion.").count == 1)
    #expect(cautions("race:Black. Large effusion.").first?.contains("carry no race") == true)
    #expect(cautions("Left pneumothorax.").first?.contains("Left pneumothorax") == true)
    var bare = card
    bare.support = nil
    #expect(SampleUseCase.cautions(about: "x", card: bare).count == 1)
  }

  @Test func failuresAreJSONWhereTheCallerReadsJSON() throws {
    for (arguments, code) in [
      (["plan", "no-such-spec.json", "--format", "json", "--reports", "r"], 2),
      (["plan", "--format=json"], 64),
    ] as [([String], Int)] {
      let result = try AuditProgram.run(arguments, in: folder.path)
      #expect(Int(result.exitCode) == code, "\(result.transcript)")
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
      let error = try #require(object["error"] as? [String: Any])
      #expect(error["exitCode"] as? Int == code && (error["message"] as? String)?.isEmpty == false)
    }
    let plain = try AuditProgram.run(
      ["plan", "no-such-spec.json", "--reports", "r"], in: folder.path)
    #expect(plain.standardOutput.isEmpty)
  }

  @Test func anEmptyWordIsRefusedByName() throws {
    let spec = try AuditProgram.run(["run", ""], in: folder.path)
    #expect(spec.exitCode == 64 && spec.standardError.contains("<spec> is an empty text"))
    let option = try AuditProgram.run(["run", "a.json", "--reports", ""], in: folder.path)
    #expect(option.exitCode == 64 && option.standardError.contains("'--reports'"))
    #expect(!(spec.standardError + option.standardError).contains("''"))
  }

  @Test func generatorsAndSchemasCanBeAskedFor() throws {
    let findings = try AuditProgram.run(["findings"], in: folder.path)
    #expect(findings.exitCode == 0, "\(findings.transcript)")
    for word in ["Cardiomegaly", "Female, Male", "2 to 85", "the training images carry no race"] {
      #expect(findings.standardOutput.contains(word), "\(word)")
    }
    for subject in ["spec", "report"] {
      let schema = try AuditProgram.run(["schema", subject], in: folder.path)
      let object = try JSONSerialization.jsonObject(with: Data(schema.standardOutput.utf8))
      #expect((object as? [String: Any])?["$schema"] != nil)
    }
  }
}
