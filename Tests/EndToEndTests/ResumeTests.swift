import Basics
import Foundation
import Testing

/// `kill -9` at any moment, the same command again: the same files as without the kill.
@Suite struct ResumeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What a run leaves, without clocks and the store's layout on disk.
  func results(_ name: String) throws -> [String: String] {
    var results: [String: String] = [:]
    for file in folder.files() where file.hasPrefix("reports/\(name)/") {
      let relative = String(file.dropFirst("reports/\(name)/".count))
      guard relative.hasSuffix(".png") || relative.hasSuffix(".csv"),
        relative != "tables/stages.csv"
      else { continue }
      results[relative] = try SHA256.hex(ofFile: folder.file(file))
    }
    return results
  }

  @Test func aScoringRunKilledThreeTimesEndsLikeAnUninterruptedOne() throws {
    let cohort = try ImageCohort(in: folder)
    try cohort.writeClassifier(extra: "system(\"sleep 0.02\")")
    let classifier = "command: ['awk', '-f', 'classify.awk'], batch: 8"
    for name in ["whole", "killed"] {
      try folder.write(
        ImageCohort.specification(name: name, classifier: classifier), to: "\(name).json")
    }
    let whole = try AuditProgram.run(["run", "whole.json"], in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.transcript)")

    for milliseconds in [150, 500, 900] {
      let run = try AuditProgram.start(["run", "killed.json"], in: folder.path)
      _ = run.wait(upTo: Double(milliseconds) / 1000) { false }
      run.kill()
      _ = try run.wait(seconds: 10)
    }
    let last = try AuditProgram.run(["run", "killed.json"], in: folder.path)
    #expect(last.exitCode == 0, "\(last.transcript)")
    let (one, other) = (try folder.report("whole"), try folder.report("killed"))
    #expect(one.subgroups == other.subgroups && one.comparisons == other.comparisons)
    #expect(one.verdicts == other.verdicts)
    let (files, others) = (try results("whole"), try results("killed"))
    let different = files.keys.filter { files[$0] != others[$0] }.sorted()
    #expect(different.isEmpty && files.count == others.count, "\(different)")
    #expect(!files.isEmpty)
  }

  @Test func anInterruptEndsWith130AndTheSameCommandContinues() throws {
    let cohort = try ImageCohort(in: folder)
    try cohort.writeClassifier(extra: "system(\"sleep 0.05\")")
    try folder.write(
      ImageCohort.specification(
        name: "small", classifier: "command: ['awk', '-f', 'classify.awk'], batch: 4"),
      to: "small.json")
    let run = try AuditProgram.start(["run", "small.json"], in: folder.path)
    _ = run.wait(upTo: 10) { folder.exists("reports/small/audit.sqlite") }
    usleep(700_000)
    run.interrupt()
    let result = try run.wait(seconds: 30)
    #expect(result.exitCode == 130, "\(result.transcript)")
    let again = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(again.exitCode == 0, "\(again.transcript)")
  }

  @Test(.timeLimit(.minutes(5)))
  func aCohortKilledWhileItIsDrawnHasTheSameImages() throws {
    let models = packageRoot + "/audits/quickstart/models"
    func specification(_ name: String) -> String {
      """
      {
        schema: "audit-spec/1", name: "\(name)",
        classifiers: [{ name: "net", onnx: "\(models)/balanced.onnx",
          input: { size: [128, 128], mean: [0.5], std: [0.25] }, outputs: { Effusion: 1 } }],
        cohort: {
          generator: { model: "builtin:chexgen-mini", steps: 2 },
          findings: { Effusion: {
            positive: ["PA view. Pleural effusion."],
            negative: ["PA view. No acute cardiopulmonary abnormality."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 3, seed: 5, placebos: ["seed"],
        },
        analysis: { replicates: 100 },
      }
      """
    }
    for name in ["whole", "killed"] { try folder.write(specification(name), to: "\(name).json") }
    let whole = try AuditProgram.run(["run", "whole.json"], in: folder.path, seconds: 240)
    #expect(whole.exitCode == 0, "\(whole.transcript)")

    let pictures = folder.file("reports/killed/cohort")
    let run = try AuditProgram.start(["run", "killed.json"], in: folder.path)
    let begun = run.wait(upTo: 120) {
      FileManager.default.subpaths(atPath: pictures)?.contains { $0.hasSuffix(".png") } ?? false
    }
    #expect(begun, "no image within two minutes")
    run.kill()
    _ = try run.wait(seconds: 10)
    let last = try AuditProgram.run(["run", "killed.json"], in: folder.path, seconds: 240)
    #expect(last.exitCode == 0, "\(last.transcript)")
    let (files, others) = (try results("whole"), try results("killed"))
    // 3 base cases × 2 labels × (2 arms + 1 placebo)
    let drawn = files.keys.filter { $0.hasPrefix("cohort/") && $0.hasSuffix(".png") }
    #expect(drawn.count == 18, "\(files.keys.sorted())")
    let different = files.keys.filter { files[$0] != others[$0] }.sorted()
    #expect(different.isEmpty && files.count == others.count, "\(different)")
    #expect(try folder.report("whole").subgroups == folder.report("killed").subgroups)
  }
}
