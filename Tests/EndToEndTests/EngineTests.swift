import Foundation
import OnnxGraphs
import Testing

/// A cohort drawn by ONNX Runtime is the one that the built-in networks draw, within rounding.
@Suite(.enabled(if: (try? OnnxRuntime()) != nil, "there is no ONNX Runtime on this machine"))
struct EngineTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // Answers by the length of the path: any fixed rule does.
    try folder.write(
      """
      {
        match($0, /"id": *"[^"]*"/)
        id = substr($0, RSTART, RLENGTH)
        print "{" id ", \\"scores\\": {\\"Effusion\\": 0." (100 + length($0) % 7) "}}"
        fflush()
      }
      """, to: "classify.awk")
    try write(engine: "onnxruntime-cpu")
  }

  private func write(engine: String) throws {
    try folder.write(
      """
      {
        schema: "audit-spec/1", name: "small",
        classifiers: [{ name: "scripted", command: ["awk", "-f", "classify.awk"] }],
        cohort: {
          generator: { model: "builtin:chexgen-mini", steps: 2, engine: "\(engine)" },
          findings: { Effusion: { positive: ["Pleural effusion."], negative: ["No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 2, placebos: [],
        },
        analysis: { replicates: 100 },
      }
      """, to: "small.json")
  }

  @Test(.timeLimit(.minutes(5)))
  func theBuiltInNetworksFindItsImagesWithinTolerance() throws {
    let run = try AuditProgram.run(["run", "small.json", "--quiet"], in: folder.path, seconds: 240)
    try #require(run.exitCode == 0, "\(run.transcript)")
    let engine = try #require(try folder.report("small").provenance.options["engine"])
    #expect(engine.hasPrefix("ONNX Runtime"), "\(engine)")
    let found = try AuditProgram.run(
      ["verify", "reports/small", "--sample", "4", "--quiet"], in: folder.path, seconds: 240)
    #expect(found.exitCode == 0, "\(found.transcript)")
    #expect(
      found.standardOutput.contains("by the built-in networks differ by at most 0."),
      "\(found.transcript)")

    // The other engine does not continue the cohort, and says what differs.
    try write(engine: "built-in")
    let other = try AuditProgram.run(
      ["run", "small.json", "--quiet"], in: folder.path, seconds: 240)
    #expect(other.exitCode == 2, "\(other.transcript)")
    #expect(
      other.standardError.contains("engine was '\(engine)' and is not set (built in)"),
      "\(other.transcript)")
  }
}
