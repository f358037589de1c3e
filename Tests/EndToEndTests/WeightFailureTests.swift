import Foundation
import Testing

/// Weights that are absent, cut or hostile: one sentence, exit code 2, nothing drawn, nothing run.
@Suite struct WeightFailureTests {
  let folder: TemporaryFolder
  let mini = packageRoot + "/Sources/ChexGen/Resources/chexgen-mini"

  init() throws { folder = try TemporaryFolder() }

  func expectRefusal(
    dit: String, naming expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try folder.write(
      """
      {
        schema: "audit-spec/1", name: "small",
        classifiers: [{ name: "p", scores: "scores.csv" }],
        cohort: {
          generator: { dit: "\(dit)", t5: "\(mini)/t5", vae: "\(mini)/vae.safetensors" },
          findings: { Effusion: { positive: ["Effusion."], negative: ["No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 1,
        },
      }
      """, to: "small.json")
    try folder.write("image,Effusion\n", to: "scores.csv")
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == 2, "\(result.transcript)", sourceLocation: sourceLocation)
    #expect(result.standardOutput.isEmpty, "\(result.transcript)", sourceLocation: sourceLocation)
    for text in expected {
      #expect(
        result.standardError.contains(text), "\(text)\n\(result.transcript)",
        sourceLocation: sourceLocation)
    }
    let left = folder.files().filter { $0.hasSuffix(".png") || $0.contains("report.") }
    #expect(left.isEmpty, "\(left)", sourceLocation: sourceLocation)
  }

  @Test func missingWeightsAreNamed() throws {
    try expectRefusal(dit: "absent.pth", naming: ["absent.pth"])
  }

  @Test func safetensorsCutInTheMiddleAreNamed() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: mini + "/dit.safetensors"))
    try folder.write([UInt8](whole.prefix(whole.count / 2)), to: "cut.safetensors")
    try expectRefusal(dit: "cut.safetensors", naming: ["cut.safetensors"])
    try folder.write([UInt8](whole.prefix(100)), to: "header.safetensors")
    try expectRefusal(dit: "header.safetensors", naming: ["header.safetensors"])
  }

  @Test func aPickleThatCallsTheSystemIsRefusedByNameAndNotRun() throws {
    let witness = folder.file("executed")
    // Protocol 0: os.system('touch …') as the value of the archive.
    let pickle = "cos\nsystem\n(S'touch \(witness)'\ntR."
    try folder.write(pickle, to: "hostile.pth")
    try expectRefusal(dit: "hostile.pth", naming: ["hostile.pth"])
    // The legacy layout: magic number, protocol version, system information, then the value.
    let magic: [UInt8] = [
      0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    let version: [UInt8] = [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E]
    let system: [UInt8] = [0x80, 2, 0x7D, 0x2E]
    try folder.write(magic + version + system + Array(pickle.utf8), to: "legacy.pth")
    try expectRefusal(dit: "legacy.pth", naming: ["legacy.pth", "os.system"])
    #expect(!folder.exists("executed"))
  }
}
