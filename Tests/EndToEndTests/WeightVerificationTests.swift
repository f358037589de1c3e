import Foundation
import Testing

/// A weight file that was changed after an audit is named, down to one byte.
@Suite struct WeightVerificationTests {
  @Test func oneByteOfAWeightFileIsNamed() throws {
    let folder = try TemporaryFolder()
    let mini = packageRoot + "/Sources/ChexGen/Resources/chexgen-mini"
    try FileManager.default.copyItem(atPath: mini, toPath: folder.file("weights"))
    try folder.write(
      """
      {
        schema: "audit-spec/1", name: "small",
        classifiers: [{ name: "scripted", command: ["awk", "-f", "classify.awk"] }],
        cohort: {
          generator: {
            dit: "weights/dit.safetensors", t5: "weights/t5", vae: "weights/vae.safetensors",
            steps: 2,
          },
          findings: { Effusion: { positive: ["Pleural effusion."], negative: ["No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 2, placebos: [],
        },
        analysis: { replicates: 100 },
      }
      """, to: "small.json")
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
    let run = try AuditProgram.run(["run", "small.json", "--quiet"], in: folder.path)
    try #require(run.exitCode == 0, "\(run.transcript)")
    func verification() throws -> ProgramResult {
      try AuditProgram.run(
        ["verify", "reports/small", "--sample", "1", "--quiet", "--spec", "small.json"],
        in: folder.path)
    }
    let untouched = try verification()
    #expect(untouched.exitCode == 0, "\(untouched.transcript)")

    for name in ["dit.safetensors", "vae.safetensors"] {
      let file = URL(fileURLWithPath: folder.file("weights/" + name))
      let whole = try Data(contentsOf: file)
      var changed = whole
      // The last bit of the mantissa of one weight near the end: it still loads and looks alike.
      changed[changed.count - 8] ^= 1
      try changed.write(to: file)
      let result = try verification()
      #expect(result.exitCode == 1, "\(name)\n\(result.transcript)")
      let key = name.components(separatedBy: ".")[0]
      #expect(
        result.standardOutput.contains("the weights '\(key)' have another hash"),
        "\(result.transcript)")
      try whole.write(to: file)
    }
    #expect(try verification().exitCode == 0)
  }
}
