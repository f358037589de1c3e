import Foundation
import Testing

/// What is no file of bytes stands where a spec or a command line names one: a pipe that nobody writes
/// into, a device without an end, a file that claims a terabyte. Each is refused by name and at once.
@Suite struct SpecialFileTests {
  let folder: TemporaryFolder

  enum Kind: String, CaseIterable, Sendable {
    case pipe, device, sparse

    func put(at path: String) throws {
      unlink(path)
      switch self {
      case .pipe: try #require(mkfifo(path, 0o600) == 0)
      case .device: try #require(symlink("/dev/zero", path) == 0)
      case .sparse:
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        try #require(truncate(path, 1 << 40) == 0)
      }
    }
  }

  init() throws {
    folder = try TemporaryFolder()
    let cohort = try ImageCohort(in: folder, count: 16)
    try cohort.writeClassifier()
    let model = packageRoot + "/audits/quickstart/models/balanced.onnx"
    try FileManager.default.copyItem(atPath: model, toPath: folder.file("model.onnx"))
    let scores = cohort.names.map { "\($0),0.5\n" }.joined()
    try folder.write("image,Effusion\n" + scores, to: "scores.csv")
    try folder.write(
      "patient,site\n" + (0..<16).map { "\($0),s\($0 % 2)\n" }.joined(), to: "joined.csv")
    try folder.write("sex,Effusion,count\nMale,1,40\nFemale,0,80\n", to: "train.csv")
    try folder.write(
      "impression,finding,label\nPA view. Pleural effusion.,Effusion,1\nClear lungs.,Effusion,0\n",
      to: "impressions.csv")
  }

  private func writeSpecification(extra: String = "") throws {
    let specification = """
      { schema: "audit-spec/1", name: "small",
        classifiers: [
          { name: "network", onnx: "model.onnx", outputs: { Effusion: 1 }, activation: "sigmoid",
            input: { size: [128, 128], channels: "gray", range: [0, 1], mean: [0.5], std: [0.25] } },
          { name: "program", command: ["awk", "-f", "classify.awk"], files: ["classify.awk"] },
          { name: "table", scores: "scores.csv" }],
        real: { table: "table.csv", images: "images",
          join: [{ table: "joined.csv", on: { patient: "patient" }, columns: { site: "site" } }],
          columns: { image: "image", patient: "patient", sex: "sex", labels: { Effusion: "y_Effusion" } } },
        cohort: { design: "counterfactual",
          generator: { model: "builtin:chexgen-mini", steps: 2 },
          findings: { Effusion: { positive: ["PA view. Pleural effusion."], negative: ["Clear lungs."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 1, seed: 7 },
        analysis: { groups: { sex: ["F", "M"] }, replicates: 40 },
        rebalance: { trainingTable: "train.csv", strategy: "parity", budget: 2,
          impressions: { table: "impressions.csv", columns: { label: "label" } },
          columns: { sex: "sex", labels: { Effusion: "Effusion" } } },
      }
      """
    try folder.write(specification, to: "small.json")
  }

  private func audit(_ arguments: String...) throws -> ProgramResult {
    try AuditProgram.run(arguments, in: folder.path, seconds: 60)
  }

  private func expectRefusal(
    _ result: ProgramResult, naming name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!result.timedOut, "\(result.transcript)", sourceLocation: sourceLocation)
    #expect(result.exitCode == 2, "\(result.transcript)", sourceLocation: sourceLocation)
    #expect(
      result.standardError.contains("error: ") && result.standardError.contains(name),
      "\(result.transcript)", sourceLocation: sourceLocation)
  }

  /// The spec is good where its files are: what the test below sees comes from the special file alone.
  @Test func theSpecIsAcceptedWithItsFiles() throws {
    try writeSpecification()
    let result = try audit("plan", "small.json")
    #expect(result.exitCode == 0, "\(result.transcript)")
  }

  @Test(
    arguments: [
      "model.onnx", "classify.awk", "scores.csv", "table.csv", "joined.csv", "train.csv",
      "impressions.csv",
    ], Kind.allCases)
  func whatASpecNamesIsRefusedBeforeTheRun(name: String, kind: Kind) throws {
    try writeSpecification()
    try kind.put(at: folder.file(name))
    let result = try audit("run", "small.json")
    // A program's file of a terabyte is refused as a model that no memory holds, by the model's name.
    let isLarge = name == "classify.awk" && kind == .sparse
    expectRefusal(result, naming: isLarge ? "'program' has 1099.5 GB" : name)
    #expect(!folder.exists("reports/small/report.json"))
  }

  @Test(arguments: Kind.allCases)
  func anImageIsRefusedBeforeTheRun(kind: Kind) throws {
    try writeSpecification()
    let images = try FileManager.default.contentsOfDirectory(atPath: folder.file("images"))
    let name = try #require(images.sorted().first)
    try kind.put(at: folder.file("images/\(name)"))
    expectRefusal(try audit("run", "small.json"), naming: name)
  }

  @Test(arguments: ["dit", "t5", "vae"], Kind.allCases)
  func weightsAreRefusedBeforeTheRun(name: String, kind: Kind) throws {
    let mini = packageRoot + "/Sources/ChexGen/Resources/chexgen-mini"
    var files = [
      "dit": "\(mini)/dit.safetensors", "t5": "\(mini)/t5", "vae": "\(mini)/vae.safetensors",
    ]
    files[name] = "special-\(name)"
    try kind.put(at: folder.file("special-\(name)"))
    let members = files.sorted { $0.key < $1.key }.map { "\($0.key): \"\($0.value)\"" }
    try folder.write(
      """
      { schema: "audit-spec/1", name: "small", classifiers: [{ name: "t", scores: "scores.csv" }],
        cohort: { generator: { \(members.joined(separator: ", ")) },
          findings: { Effusion: { positive: ["Effusion."], negative: ["No effusion."] } },
          attributes: { sex: ["Male", "Female"] }, baseCases: 1 } }
      """, to: "small.json")
    expectRefusal(try audit("run", "small.json"), naming: "special-\(name)")
  }

  @Test(arguments: Kind.allCases)
  func whatACommandLineNamesIsRefused(kind: Kind) throws {
    try kind.put(at: folder.file("special"))
    for command in [
      ["run", "special"], ["plan", "special"], ["verify", "special"],
      ["compare", "special", "special"],
      ["verify", ".", "--spec", "special"],
    ] {
      let result = try AuditProgram.run(command, in: folder.path, seconds: 30)
      #expect(!result.timedOut && result.exitCode == 2, "\(command)\n\(result.transcript)")
    }
  }
}
