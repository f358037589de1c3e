import Foundation
import Testing

@testable import AuditModel
import Basics

@Suite struct SpecificationTests {
  @Test func readsTheContractsExampleWhole() throws {
    let spec = try loadSpecification(from: contractExample, path: "nih.json", directory: "/a")
    #expect(spec.name == "nih-sex-age")
    #expect(spec.classifiers.map(\.name) == ["densenet", "vendor-x", "published"])
    guard case .onnx(let onnx) = spec.classifiers[0].source,
      case .command(let command) = spec.classifiers[1].source
    else {
      Issue.record("wrong kinds: \(spec.classifiers)")
      return
    }
    #expect(onnx.path == "models/densenet.onnx" && onnx.height == 224 && onnx.width == 224)
    #expect(onnx.channels == .gray && onnx.rangeLower == 0 && onnx.rangeUpper == 1)
    #expect(onnx.mean == [0.485] && onnx.standardDeviation == [0.229])
    #expect(onnx.outputs == ["Cardiomegaly": 1, "Effusion": 2] && onnx.activation == .sigmoid)
    #expect(command.arguments == ["python3", "predict.py"] && command.batch == 32)
    #expect(command.timeoutSeconds == 300)
    #expect(spec.classifiers[2].source == .scores(path: "scores.csv.gz"))
    #expect(spec.resolve("scores.csv.gz") == "/a/scores.csv.gz" && spec.resolve("/b") == "/b")

    let cohort = try #require(spec.cohort)
    #expect(cohort.design == .counterfactual && cohort.baseCases == 40 && cohort.seed == 7)
    #expect(cohort.generator.model == "builtin:chexgen-mini")
    #expect(cohort.findings.map(\.name) == ["Cardiomegaly"])
    #expect(cohort.findings[0].positive.count == 2 && cohort.findings[0].masks == "masks/")
    #expect(cohort.attributes["age"] == ["30", "55", "75"] && cohort.attributes["race"].count == 3)
    #expect(cohort.placebos == [.seed, .prompt])

    let real = try #require(spec.real)
    #expect(real.patientColumn == "patient_id" && real.images == "images/")
    #expect(real.labels == .columns(["Cardiomegaly": "y_Cardiomegaly"]))
    #expect(real.scores.isEmpty, "the columns named are those of the score file")
    #expect(spec.classifiers[2].scoreColumns == ["Cardiomegaly": "prob_Cardiomegaly"])

    #expect(
      spec.analysis.groups == ["sex": .values(["M", "F"]), "age": .edges([0, 20, 40, 60, 80])])
    #expect(spec.analysis.intersections == [["sex", "age"]])
    #expect(spec.analysis.thresholds == ["Cardiomegaly": .value(0.5)])
    #expect(spec.analysis.multiplicity == .holm && spec.analysis.replicates == 2000)
    let rebalance = try #require(spec.rebalance)
    #expect(rebalance.strategy == .gapWeighted && rebalance.formats.count == 6)
    #expect(rebalance.labels == ["Cardiomegaly": "y_Cardiomegaly"], "defaults to the real columns")
    #expect(spec.policy.failOn == [.flagged] && spec.report.operatorName == "…")
    #expect(spec.auditedFindings == ["Cardiomegaly"])
  }

  @Test func readsWhatARebalancingPlanActsOn() throws {
    func rebalance(_ more: String) throws -> RebalanceSpecification? {
      try loadSpecification(
        from: minimal.replacingOccurrences(
          of: "cohort: {",
          with: "rebalance: { trainingTable: \"t.csv\"\(more) }, cohort: {")
      ).rebalance
    }
    let usual = try #require(try rebalance(""))
    #expect(usual.metrics == [.auc, .sensitivity, .falsePositiveRate])
    #expect(usual.companions == .tableRatio)
    let named = try #require(
      try rebalance(", metrics: [\"sensitivity\"], companions: \"equal\""))
    #expect(named.metrics == [.sensitivity] && named.companions == .equal)
    #expect(throws: (any Error).self) { try rebalance(", metrics: [\"specificity\"]") }
    #expect(throws: (any Error).self) { try rebalance(", companions: \"half\"") }
  }

  @Test func readsLimitsOnGaps() throws {
    let text = minimal.replacingOccurrences(
      of: "cohort: {",
      with: """
        policy: { limits: [
          { atMost: 0.05, judgedBy: "upperLimit" },
          { atMost: 0, judgedBy: "lowerLimit", whenNotEvaluable: "pass", cohort: "synthetic",
            finding: "Effusion", attribute: "sex" }] }, cohort: {
        """)
    let policy = try loadSpecification(from: text).policy
    var second = GapLimit(atMost: 0, judgedBy: .lowerLimit)
    second.whenNotEvaluable = .pass
    second.questions.cohort = "synthetic"
    second.questions.finding = "Effusion"
    second.questions.attribute = "sex"
    #expect(policy.failOn.isEmpty && !policy.isEmpty)
    #expect(policy.limits == [GapLimit(atMost: 0.05, judgedBy: .upperLimit), second])
    #expect(policy.canonicalText != PolicySpecification().canonicalText)
  }

  @Test func resolvesReferenceWeightsAndGeneratorOptions() throws {
    let text = minimal.replacingOccurrences(
      of: "generator: {}",
      with: """
        generator: { dit: "w/dit.pth", t5: "w/t5/", vae: "w/vae/", sampler: "dpm++2m", steps: 50,
          guidance: 4, sharedSteps: 10, precision: "bf16", matrixEngine: "onednn",
          checkpointKey: "state_dict" }
        """)
    let generator = try #require(try loadSpecification(from: text).cohort?.generator)
    #expect(generator.model == nil && generator.dit == "w/dit.pth" && generator.vae == "w/vae/")
    #expect(generator.sampler == .dpmSolverPlusPlus2M && generator.steps == 50)
    #expect(generator.guidance == 4 && generator.sharedSteps == 10 && generator.precision == .bf16)
    #expect(generator.matrixEngine == .oneDNN && generator.departures == ["matrixEngine=onednn"])
  }

  @Test func resolvesSamplingAndControlOptions() throws {
    let text = minimal.replacingOccurrences(
      of: "generator: {}",
      with: """
        generator: { control: "w/control.pth", t5: "w/t5/", vae: "w/vae/", sampler: "ddim",
          spacing: "trailing", guidanceInterval: [0.2, 0.8], guidanceChannels: "all",
          nullCaption: "full", controlGuidance: "applied", size: [512, 640] }
        """)
    let generator = try #require(try loadSpecification(from: text).cohort?.generator)
    #expect(generator.dit == nil && generator.control == "w/control.pth")
    #expect(generator.spacing == .trailing && generator.guidanceChannels == .all)
    #expect(generator.guidanceInterval == .init(lower: 0.2, upper: 0.8))
    #expect(generator.nullCaption == .full && generator.controlGuidance == .applied)
    #expect(generator.size == .init(width: 512, height: 640))
    #expect(generator.departures.count == 6)
    #expect(GeneratorSpecification().departures.isEmpty)
  }

  @Test(arguments: [
    ("guidanceInterval: [0.8, 0.2]", "the lower first"),
    ("guidanceInterval: [0.5]", "two fractions"),
    ("guidanceInterval: [0, 2]", "from 0 to 1"), ("spacing: \"karras\"", "\"linspace\""),
    ("size: [512]", "width and height"), ("size: [0, 512]", "from 1 to 8192"),
    ("controlGuidance: true", "controlGuidance must be a text"),
  ])
  func faultySamplingOptionsAreNamed(option: String, expected: String) {
    let text = minimal.replacingOccurrences(of: "generator: {}", with: "generator: { \(option) }")
    let failure = #expect(throws: AuditFailure.self) { try loadSpecification(from: text) }
    #expect(failure?.message.contains(expected) == true, "\(failure?.message ?? "")")
  }

  @Test func aClassifierWithoutSourceTakesItsColumnsOfTheRealTable() throws {
    let spec = try loadSpecification(from: scoresOnly)
    #expect(spec.classifiers.map(\.source) == [.realTable])
    #expect(spec.real?.scores == ["p": ["Mass": "p_mass", "Effusion": "p_effusion"]])
    #expect(
      spec.real?.labels == .list(column: "dx", separator: ";", findings: ["Effusion", "Mass"]))
    #expect(spec.real?.filter == ["unseen": "1", "view": "PA"])
    #expect(spec.real?.howToGet == "ask the archive")
    #expect(spec.analysis.multiplicity == .none)
    #expect(
      spec.analysis.thresholds == [
        "Effusion": .sensitivity(0.9, chosenOn: "validation"),
        "Mass": .sensitivity(0.9, chosenOn: "validation"),
      ])
    #expect(spec.analysis.seed == .max)
  }

  @Test func planHashIgnoresCommentsOrderAndPathsButNotThePlan() throws {
    let hash = planHash(try loadSpecification(from: scoresOnly))
    #expect(hash.count == 64)
    let commented =
      "// plan\n" + scoresOnly.replacingOccurrences(of: "table.csv", with: "other.csv")
    #expect(planHash(try loadSpecification(from: commented)) == hash)
    for (old, new) in [("value: 0.9", "value: 0.8"), ("Mass", "Nodule"), ("\"none\"", "\"holm\"")] {
      let changed = scoresOnly.replacingOccurrences(of: old, with: new)
      #expect(changed != scoresOnly)
      #expect(planHash(try loadSpecification(from: changed)) != hash, "\(old) → \(new)")
    }
    let alphaDefault = try loadSpecification(
      from: scoresOnly.replacingOccurrences(
        of: "analysis: {", with: "analysis: { alpha: 5e-2, "))
    #expect(planHash(alphaDefault) == hash, "a default written out is the same plan")
  }

  @Test func hashIsThatOfTheBytes() throws {
    let spec = try loadSpecification(from: scoresOnly)
    #expect(spec.hash == SHA256.hex(of: scoresOnly))
  }

  @Test func relativePathsStartAtTheFolderOfTheFile() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "spec-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("a.json")
    try Data(scoresOnly.utf8).write(to: file)
    let spec = try loadSpecification(at: file.path)
    #expect(spec.directory == folder.path)
    #expect(spec.directory.hasPrefix("/"))
    #expect(throws: AuditFailure.self) { try loadSpecification(at: folder.path) }
    #expect(throws: AuditFailure.self) { try loadSpecification(at: folder.path + "/absent.json") }
    #expect(throws: AuditFailure.self) { try loadSpecification(at: "/dev/zero") }
  }
}

/// A small valid spec with a synthetic cohort.
let minimal = """
  { schema: "audit-spec/1", name: "small",
    classifiers: [{ name: "net", onnx: "net.onnx", input: { size: [8, 8] }, outputs: { Effusion: 0 } }],
    cohort: {
      generator: {},
      findings: { Effusion: { positive: ["Small effusion."], negative: ["No effusion."] } },
      attributes: { sex: ["Male", "Female"] },
    },
  }
  """

/// A small valid spec of a real table with scores.
let scoresOnly = """
  { schema: "audit-spec/1", name: "published",
    classifiers: [{ name: "p" }],
    real: {
      table: "table.csv", howToGet: "ask the archive", where: { unseen: 1, view: "PA" },
      columns: { patient: "id", sex: "sex",
        labels: { from: "dx", separator: ";" },
        scores: { p: { Mass: "p_mass", Effusion: "p_effusion" } } },
    },
    analysis: { multiplicity: "none", groups: { sex: ["F", "M"] }, seed: 18446744073709551615,
      thresholds: { rule: "sensitivity", value: 0.9, chosenOn: "validation" } },
  }
  """

/// The example of the contract's section 1.
let contractExample = """
  {
    "schema": "audit-spec/1",
    "name": "nih-sex-age",
    // --- what is audited
    "classifiers": [
      { "name": "densenet", "onnx": "models/densenet.onnx",
        "input": { "size": [224, 224], "channels": "gray" /* or "rgb" */, "range": [0, 1], "mean": [0.485], "std": [0.229], "resize": "bilinear", "layout": "nchw" },
        "outputs": { "Cardiomegaly": 1, "Effusion": 2 }, "activation": "sigmoid" /* none | sigmoid | softmax */ },
      { "name": "vendor-x", "command": ["python3", "predict.py"], "batch": 32 },
      { "name": "published", "scores": "scores.csv.gz" }
    ],
    "cohort": {
      "design": "counterfactual",
      "generator": { "model": "builtin:chexgen-mini" },
      "findings": {
        "Cardiomegaly": { "positive": ["Moderate cardiomegaly.", "Mild cardiomegaly. No pleural effusion."],
                          "negative": ["No acute cardiopulmonary abnormality."],
                          "masks": "masks/", "boxes": "boxes.json" }
      },
      "attributes": { "sex": ["Male", "Female"], "age": [30, 55, 75], "race": ["White", "Black", "Asian"] },
      "baseCases": 40,
      "seed": 7,
      "placebos": ["seed", "prompt"]
    },
    "real": {
      "table": "metadata.csv", "images": "images/",
      "columns": { "image": "image", "patient": "patient_id", "sex": "sex", "age": "age", "race": "race",
                   "labels": { "Cardiomegaly": "y_Cardiomegaly" },
                   "scores": { "published": { "Cardiomegaly": "prob_Cardiomegaly" } } }
    },
    "analysis": {
      "groups": { "sex": ["M", "F"], "age": { "edges": [0, 20, 40, 60, 80] } },
      "intersections": [["sex", "age"]],
      "cluster": "patient",
      "alpha": 0.05, "delta": 0.05, "harm": 0.0,
      "thresholds": { "Cardiomegaly": 0.5 },
      "minimumCell": { "positives": 10, "negatives": 10, "clusters": 10 },
      "multiplicity": "holm",
      "replicates": 2000, "seed": 1
    },
    "rebalance": { "trainingTable": "train.csv", "strategy": "gapWeighted", "budget": 5000, "maximumSyntheticShare": 0.5,
                   "formats": ["huggingface", "imagefolder", "chexpert", "nih", "webdataset", "weights"] },
    "policy": { "failOn": ["flagged"] },
    "report": { "title": "…", "intendedUse": "…", "operator": "…" }
  }
  """
