import AuditModel
import Basics
import Foundation
import Images
import Tables
import Testing

/// Masks and boxes from the command line to the report, with a tiny generator that has a control
/// branch.
@Suite struct ConditionTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // Networks of the parity fixtures; the built-in autoencoder fits their latents.
    let fixtures = packageRoot + "/Tests/ChexGenTests/Fixtures/"
    let mini = packageRoot + "/Sources/ChexGen/Resources/chexgen-mini/"
    for (source, name) in [
      (fixtures + "dit_tiny.safetensors", "dit.safetensors"),
      (fixtures + "control_tiny.safetensors", "control.safetensors"),
      (mini + "vae.safetensors", "vae.safetensors"), (mini + "vae.json", "vae.json"),
      (fixtures + "t5_tiny.safetensors", "t5/model.safetensors"),
      (fixtures + "spm_tiny.model", "t5/spiece.model"),
    ] {
      try folder.write([UInt8](Data(contentsOf: URL(fileURLWithPath: source))), to: "tiny/" + name)
    }
    try folder.write("{}", to: "tiny/t5/config.json")
    try folder.write(
      #"{"name": "tiny", "version": 1, "dit": {"heads": 4}, "defaults": {"steps": 2}}"#,
      to: "tiny/model.json")
    for (index, name) in ["a.png", "b.png"].enumerated() { try writeMask(name, at: index) }
    try folder.write(
      #"[{"x": 0.5, "y": 0.2, "width": 0.25, "height": 0.5, "finding": "Nodule"}]"#,
      to: "boxes.json")
  }

  private func writeMask(_ name: String, at place: Int) throws {
    let box = FindingBox(x: 0.1 + 0.4 * Double(place), y: 0.2, width: 0.3, height: 0.4)
    let mask = RasterImage(boxes: [box], width: 60, height: 50, style: .filled)
    try folder.write(try encodePNG(mask), to: "masks/" + name)
  }

  private func specification(_ name: String, generator: String = "tiny") -> String {
    """
    { schema: "audit-spec/1", name: "\(name)",
      classifiers: [{ name: "net", command: ["awk", "-f", "classify.awk"] }],
      cohort: {
        generator: { model: "\(generator)", steps: 2 },
        findings: {
          Effusion: { positive: ["Effusion."], negative: ["Clear."], masks: "masks" },
          Nodule: { positive: ["Nodule."], negative: ["Clear."], boxes: "boxes.json" },
        },
        attributes: { sex: ["Male", "Female"] }, baseCases: 3, seed: 5,
      },
      analysis: { replicates: 100 },
    }
    """
  }

  private func images(_ name: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for file in folder.files() where file.hasPrefix("reports/\(name)/cohort/") {
      result[String(file.dropFirst("reports/\(name)/".count))] = try SHA256.hex(
        ofFile: folder.file(file))
    }
    return result
  }

  @Test(arguments: ["masks/a.png", "boxes.json"], SpecialFileTests.Kind.allCases)
  func whatIsNoFileIsRefusedBeforeAnythingIsDrawn(name: String, kind: SpecialFileTests.Kind) throws
  {
    try folder.write(specification("special"), to: "special.json")
    try kind.put(at: folder.file(name))
    let result = try AuditProgram.run(["generate", "special.json"], in: folder.path, seconds: 60)
    #expect(!result.timedOut && result.exitCode == 2, "\(result.transcript)")
    #expect(result.standardError.contains(name), "\(result.transcript)")
    #expect(try images("special").isEmpty)
  }

  @Test func aCohortKilledOnItsWayHasTheSameImagesAndConditions() throws {
    for name in ["whole", "killed"] { try folder.write(specification(name), to: "\(name).json") }
    let whole = try AuditProgram.run(["generate", "whole.json"], in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.transcript)")
    let run = try AuditProgram.start(["generate", "killed.json"], in: folder.path)
    _ = run.wait(upTo: 60) { folder.exists("reports/killed/cohort/Effusion/p0000/male.png") }
    run.kill()
    _ = try run.wait(seconds: 10)
    let last = try AuditProgram.run(["generate", "killed.json"], in: folder.path)
    #expect(last.exitCode == 0, "\(last.transcript)")
    let (files, others) = (try images("whole"), try images("killed"))
    // 2 findings × 3 base cases × (2 labels × 2 arms + 1 condition), and the manifest
    #expect(files.count == 2 * 3 * (2 * 2 + 1) + 1 && files == others, "\(files.keys.sorted())")

    let table = try Table(contentsOf: folder.file("reports/whole/cohort/manifest.csv"))
    let conditions = try table.column("condition")
    let labels = try table.column("label")
    let findings = try table.column("finding")
    let sources = try table.column("condition_source")
    for row in 0..<table.rowCount {
      #expect(conditions[row].isEmpty == (labels[row] == "0"))
      guard !conditions[row].isEmpty else { continue }
      #expect(files[conditions[row]] == (try table.column("condition_sha256"))[row])
      #expect(findings[row] == "Nodule" ? sources[row] == "boxes.json" : sources[row] != "")
    }
    // The third base case takes the first mask again, with other noise.
    #expect(
      files["cohort/Effusion/p0000/condition.png"] == files["cohort/Effusion/p0002/condition.png"])
    #expect(files["cohort/Effusion/p0000/male.png"] != files["cohort/Effusion/p0002/male.png"])
    let text = try readPNGText(at: folder.file("reports/whole/cohort/Effusion/p0000/male.png"))
    let hash = files["cohort/Effusion/p0000/condition.png"] ?? "?"
    #expect(text.contains { $0.0 == "Condition" && $0.1.contains(hash) })

    try writeMask("a.png", at: 1)
    let changed = try AuditProgram.run(["generate", "whole.json"], in: folder.path)
    #expect(changed.exitCode == 2 && changed.standardError.contains("masks or boxes have changed"))
  }

  @Test func aReportOnMasksIsVerifiedAndAChangedConditionIsFound() throws {
    // Answers any finding with a score from the identifier's length.
    try folder.write(
      """
      {
        match($0, /"id": *"[^"]*"/)
        id = substr($0, RSTART, RLENGTH)
        score = (length(id) * 7) % 90 + 10
        print "{" id ", \\"scores\\": {\\"Effusion\\": 0." score ", \\"Nodule\\": 0." score "}}"
        fflush()
      }
      """, to: "classify.awk")
    try folder.write(specification("whole"), to: "whole.json")
    let whole = try AuditProgram.run(["run", "whole.json"], in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.transcript)")
    let report = try folder.report("whole")
    #expect(report.provenance.options["conditions Nodule"]?.contains("filled") == true)
    #expect(report.provenance.hashes["conditions Effusion"]?.count == 64)
    #expect(report.provenance.options["controlGuidance"] == "ignored")
    #expect(report.notes.contains { $0.contains("Effusion: 3 positive base cases") })
    #expect(report.gallery.contains { $0.images.first?.arm == "condition" })
    let same = try AuditProgram.run(
      ["verify", "reports/whole", "--spec", "whole.json", "--allow-commands"], in: folder.path)
    #expect(same.exitCode == 0, "\(same.transcript)")
    try folder.write(
      [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.file("masks/b.png")))),
      to: "reports/whole/cohort/Effusion/p0000/condition.png")
    let other = try AuditProgram.run(
      ["verify", "reports/whole", "--sample", "0"], in: folder.path)
    #expect(other.exitCode == 1, "\(other.transcript)")
    #expect(other.standardOutput.contains("Effusion/p0000/condition.png was changed"))
  }

  @Test func samplesKeepTheirCondition() throws {
    for (option, file) in [("--mask", "masks/a.png"), ("--boxes", "boxes.json")] {
      let result = try AuditProgram.run(
        ["sample", "Effusion.", "--model", "tiny", option, file, "-o", "out.png"], in: folder.path)
      #expect(result.exitCode == 0, "\(result.transcript)")
      #expect(result.standardOutput == "out.png\nout-condition.png\n")
      let condition = try readPNG(at: folder.file("out-condition.png"))
      let image = try readPNG(at: folder.file("out.png"))
      #expect(condition.width == image.width && condition.height == image.height)
      #expect(condition.bytes.contains(255) && condition.bytes.contains(0))
    }
    let wide = try AuditProgram.run(
      [
        "sample", "Effusion.", "--model", "tiny", "--boxes", "boxes.json", "--size", "128x192",
        "-o", "wide.png",
      ], in: folder.path)
    #expect(wide.exitCode == 0, "\(wide.transcript)")
    #expect(try readPNG(at: folder.file("wide.png")).height == 192)
  }

  @Test func whatCannotGuideIsRefusedBeforeAnythingIsDrawn() throws {
    func expect(_ arguments: [String], code: Int32 = 2, _ words: String...) throws {
      let before = folder.files().filter { !$0.hasPrefix("reports/") }
      let result = try AuditProgram.run(arguments, in: folder.path)
      #expect(result.exitCode == code, "\(result.transcript)")
      for word in words {
        #expect(result.standardError.contains(word), "\(word)\n\(result.transcript)")
      }
      #expect(folder.files().filter { !$0.hasPrefix("reports/") } == before)
      #expect(!folder.files().contains { $0.hasPrefix("reports/") && $0.hasSuffix(".png") })
    }
    try expect(
      ["sample", "Effusion.", "--mask", "masks/a.png", "-o", "out.png"], "chexgen-mini",
      "no control branch", "--control")
    try folder.write(specification("mini", generator: "builtin:chexgen-mini"), to: "mini.json")
    for command in ["run", "generate", "plan"] {
      // The classifier's program is checked first.
      try expect([command, "mini.json"], "chexgen-mini", "no control branch")
    }
    func sample(_ option: String, _ file: String) -> [String] {
      ["sample", "Effusion.", "--model", "tiny", option, file, "-o", "out.png"]
    }
    try folder.write("not a picture", to: "text.png")
    try expect(sample("--mask", "text.png"), "text.png", "PNG signature")
    try expect(sample("--mask", "absent.png"), "absent.png", "no such file")
    let black = RasterImage(
      width: 9, height: 9, channels: 1, bytes: [UInt8](repeating: 0, count: 81))
    try folder.write(try encodePNG(black), to: "black.png")
    try expect(sample("--mask", "black.png"), "black.png", "empty")
    try folder.write(#"[{"x": 0.9, "y": 0, "width": 0.2, "height": 0.1}]"#, to: "outside.json")
    try expect(sample("--boxes", "outside.json"), "outside.json", "outside the image")
    try expect(
      sample("--boxes", "boxes.json") + ["--mask", "masks/a.png"], code: 64, "exclude each other")
    try folder.write(try encodePNG(black), to: "masks/c.png")
    try folder.write(specification("black"), to: "black.json")
    for command in ["run", "plan"] { try expect([command, "black.json"], "c.png", "empty") }
    try folder.write(
      specification("none").replacingOccurrences(of: "\"masks\"", with: "\"nowhere\""),
      to: "none.json")
    try expect(["run", "none.json"], "no masks at", "nowhere")
    try folder.write(
      specification("other").replacingOccurrences(of: "Nodule", with: "Mass"), to: "other.json")
    try expect(["run", "other.json"], "no box for the finding 'Mass'", "Nodule")
  }
}
