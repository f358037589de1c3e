import Basics
import Foundation
import Testing

/// An image is a function of its case: cores, batches and kept text features leave no trace in it.
@Suite struct DeterminismTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func images(_ name: String, _ options: [String]) throws -> [String: String] {
    try folder.write(
      """
      { schema: "audit-spec/1", name: "\(name)",
        classifiers: [{ name: "p", command: ["true"] }],
        cohort: {
          generator: { model: "builtin:chexgen-mini", sampler: "ancestral", steps: 2 },
          findings: { Effusion: {
            positive: ["PA view. Pleural effusion."], negative: ["PA view. No effusion."] } },
          attributes: { sex: ["Male", "Female"], age: [30, 50, 70] }, baseCases: 1, seed: 5,
        },
      }
      """, to: "\(name).json")
    let result = try AuditProgram.run(
      ["generate", "\(name).json"] + options, in: folder.path,
      environment: ["AUDIT_CACHE": folder.file("cache")])
    #expect(result.exitCode == 0, "\(result.transcript)")
    #expect(!result.standardError.contains("computed again"), "\(result.transcript)")
    var found: [String: String] = [:]
    for file in folder.files() where file.hasPrefix("reports/\(name)/cohort/") {
      found[String(file.dropFirst("reports/\(name)/".count))] = try SHA256.hex(
        ofFile: folder.file(file))
    }
    return found
  }

  @Test func coresAndBatchesLeaveNoTraceInAnyByte() throws {
    let plain = try images("plain", [])
    // 2 labels × 6 arms and the manifest
    #expect(plain.count == 13)
    #expect(folder.files().contains { $0.hasPrefix("cache/text-features/") })
    #expect(try images("one-core", ["--one-core"]) == plain)
    #expect(try images("single", ["--batch", "1"]) == plain)
    #expect(try images("twelve", ["--batch", "12", "--one-core"]) == plain)
  }
}
