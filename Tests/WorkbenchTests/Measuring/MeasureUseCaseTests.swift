import AuditModel
import Basics
import Classifiers
import Foundation
import Synchronization
import OnnxGraphs
import Testing

@testable import Workbench

private let onnxRuntimeIsHere = (try? OnnxRuntime()) != nil

@Suite(
  .enabled(
    if: onnxRuntimeIsHere, "ONNX Runtime is absent: run 'make setup' or set AUDIT_ONNXRUNTIME"))
struct MeasureUseCaseTests {
  private func measured(_ scene: MeasureScene, _ path: String, context: RunContext = RunContext())
    throws -> FidelityReport
  {
    try MeasureUseCase(specificationPath: path, reports: scene.root + "/reports")
      .run(context: context).report
  }

  private func scene(shift: Double) throws -> MeasureScene {
    let scene = try MeasureScene()
    try scene.writeRole("real", patients: 0..<24)
    try scene.writeRole("training", patients: 100..<125)
    try scene.writeRole("heldOut", patients: 200..<220)
    try scene.writeRole("synthetic", patients: 300..<324, shift: shift)
    return scene
  }

  @Test func imagesOfTheSameKindAreNeitherFarNorCopies() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    let report = try measured(scene, scene.specification())
    let overall = try #require(report.distances.first { $0.attribute == nil }?.values)
    let kernel = try #require(overall.kernel)
    #expect(try #require(kernel.lower) < 0 && 0 < (try #require(kernel.upper)))
    #expect(try #require(overall.frechet?.nullMean) > 0)
    #expect(report.memorisation.map(\.by) == ["pixels", "reference"])
    #expect(report.memorisation.allSatisfy { $0.copies == 0 && $0.limit != nil })
    // Both sexes, at one number of images, in the space of the encoder and of radiomics.
    let groups = report.distances.filter { $0.attribute == "sex" }
    #expect(groups.map(\.group) == ["F", "M", "F", "M"])
    #expect(report.encoders.map(\.name) == ["reference"])
    let radiomics = try #require(
      report.distances.first { $0.encoder == "radiomics" && $0.attribute == nil }?.values?.frechet)
    #expect(try #require(radiomics.nullMean) > 0)
    #expect(try #require(radiomics.p) > 0.05, "\(radiomics)")
    #expect(groups.allSatisfy { $0.values?.syntheticCount == 24 && $0.values?.realCount == 24 })
    #expect(report.diversity.contains { $0.pairs == .samePrompt && $0.similarity != nil })
    #expect(report.facts.first { $0.attribute == nil }?.auc != nil)
    for name in ["fidelity.html", "fidelity.md", "fidelity.json"] {
      #expect(FileManager.default.fileExists(atPath: scene.root + "/reports/m/measure/" + name))
    }
  }

  @Test func imagesWithAWeaveAreFarAndToldApart() throws {
    let scene = try scene(shift: 0.3)
    defer { scene.remove() }
    let report = try measured(scene, scene.specification())
    let overall = try #require(report.distances.first { $0.attribute == nil }?.values)
    #expect(try #require(overall.kernel?.lower) > 0)
    #expect(try #require(overall.domain?.lower) > 0.6)
    #expect(try #require(overall.frechet).estimate > (try #require(overall.frechet?.nullUpper)))
    let radiomics = try #require(
      report.distances.first { $0.encoder == "radiomics" && $0.attribute == nil }?.values?.frechet)
    #expect(radiomics.estimate > (try #require(radiomics.nullUpper)))
    #expect(try #require(radiomics.p) < 0.05)
  }

  @Test func aBlurredAndShiftedTrainingImageIsFoundAmongTheSynthetic() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    let copies = [
      ("copy.png", MeasureScene.picture(patient: 107)),
      ("changed.png", MeasureScene.picture(patient: 113, moved: 7, blurred: true)),
    ]
    let strangers = (300..<320).map { ("\($0).png", MeasureScene.picture(patient: $0)) }
    try scene.write(
      "synthetic",
      (strangers + copies).enumerated().map { index, item in
        (item.0, 900 + index, index % 2 == 0 ? "F" : "M", index % 2, item.1)
      })
    let report = try measured(scene, scene.specification())
    let pixels = try #require(report.memorisation.first { $0.by == "pixels" })
    #expect(pixels.copies == 2)
    let found = pixels.pairs.filter(\.isCopy)
    #expect(found.first { $0.image == "copy.png" }?.trainingImage == "107-0.png")
    #expect(found.first { $0.image == "changed.png" }?.trainingImage == "113-0.png")
    #expect(MeasuredGates.memorisation(pixels).status == .fail)
  }

  @Test func heldOutImagesOfTrainedPatientsAreNoNull() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    try scene.writeRole("heldOut", patients: 120..<145)
    let report = try measured(scene, scene.specification())
    #expect(report.sets.first { $0.role == .heldOut }?.images == 40)
    #expect(report.notes.contains { $0.hasPrefix("10 of 50 held-out images") })
    try scene.writeRole("heldOut", patients: 101..<105)
    let failure = #expect(throws: AuditFailure.self) {
      try measured(scene, scene.specification())
    }
    #expect(failure?.message.contains("there is no null for copies") == true)
  }

  @Test func aStoppedMeasuringGoesOnToTheSameNumbers() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    let path = try scene.specification()
    let count = Mutex(0)
    let stopping = RunContext(isInterrupted: {
      count.withLock {
        $0 += 1
        return $0 > 2
      }
    })
    let failure = #expect(throws: AuditFailure.self) {
      try measured(scene, path, context: stopping)
    }
    #expect(failure?.kind == .interrupted)
    let clock = RunContext(now: { Date(timeIntervalSince1970: 0) })
    let resumed = try measured(scene, path, context: clock)
    try FileManager.default.removeItem(atPath: scene.root + "/reports")
    #expect(try measured(scene, path, context: clock) == resumed)
  }

  /// All features of the reference network are at least 0, so images are nearer to a vector of ones than to its
  /// opposite, whatever they show.
  private func captions(_ scene: MeasureScene, _ rows: [(String, Double)], width: Int) throws
    -> String
  {
    let header = (["prompt"] + (0..<width).map { "v\($0)" }).joined(separator: ",")
    let lines = rows.map { prompt, value in
      ([prompt] + (0..<width).map { _ in "\(value)" }).joined(separator: ",")
    }
    try writeAtomically(
      ([header] + lines).joined(separator: "\n") + "\n", to: scene.root + "/captions.csv")
    return try scene.specification(
      """
      , "alignment": [{ "name": "clip", "onnx": "\(MeasureScene.models)/reference.onnx",
        "input": { "size": [128, 128], "mean": [0.5], "std": [0.25] }, "output": "features",
        "captions": "captions.csv" }]
      """)
  }

  @Test func captionsAreComparedOverallAndByGroup() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    // Ten of twenty-two patients are captioned "Effusion.".
    try scene.writeRole("synthetic", patients: 300..<322)
    let width = try measured(scene, scene.specification()).encoders[0].width
    let report = try measured(
      scene, captions(scene, [("Effusion.", 2), ("Clear.", -1)], width: width))
    let rows = try #require(report.alignment)
    #expect(rows.map(\.of) == [.synthetic, .synthetic, .synthetic, .real])
    #expect(rows.map(\.group) == [nil, "F", "M", nil])
    let all = rows[0]
    #expect(all.images == 44 && all.clusters == 22 && all.captions == 2)
    #expect(abs(try #require(all.retrieval).estimate - 10.0 / 22) < 1e-12)
    #expect(try #require(all.cosine?.lower) < (try #require(all.cosine?.upper)))
    #expect(all.cosine?.nullMean != nil)
    let text = try String(
      contentsOfFile: scene.root + "/reports/m/measure/fidelity.md", encoding: .utf8)
    #expect(text.contains("Captions, as clip sees them"))
    #expect(text.contains("By clip, images lie at a cosine of"))
  }

  @Test(
    arguments: [
      ([("Effusion.", 1.0)], 0, "has no row for the caption 'Clear.'"),
      ([("Effusion.", 1), ("Clear.", 2)], 1, "numbers and"),
      ([("Effusion.", 1), ("Clear.", 0)], 0, "a vector of zeros has no direction"),
      ([("Effusion.", 1), ("Clear.", 1), ("Clear.", 2)], 0, "has two vectors"),
    ] as [([(String, Double)], Int, String)])
  func captionsThatDoNotFitAreNamed(rows: [(String, Double)], more: Int, says: String) throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    let width = 16 + more
    let failure = #expect(throws: AuditFailure.self) {
      try measured(scene, captions(scene, rows, width: width))
    }
    #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
  }

  @Test func anImageThatCannotBeReadIsNamed() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    try Data("no image".utf8).write(to: URL(fileURLWithPath: scene.root + "/real/3-1.png"))
    let failure = #expect(throws: AuditFailure.self) {
      try measured(scene, scene.specification())
    }
    #expect(failure?.message.contains("real/3-1.png") == true)
  }

  @Test func aTableThatLeavesTheFolderIsRefused() throws {
    let scene = try scene(shift: 0)
    defer { scene.remove() }
    try writeAtomically(
      "image,patient,sex,y,prompt\n../real/3-1.png,1,F,1,x\n", to: scene.root + "/synthetic.csv")
    let failure = #expect(throws: AuditFailure.self) {
      try measured(scene, scene.specification())
    }
    #expect(failure?.message.contains("is not below its folder") == true)
  }
}

struct MeasuredGatesTests {
  private func row(_ group: String?, lower: Double, upper: Double) -> FidelityReport.DistanceRow {
    var row = FidelityReport.DistanceRow(
      encoder: "e", attribute: group == nil ? nil : "sex", group: group)
    var values = FidelityValues(realCount: 30, syntheticCount: 30)
    values.kernel = MeasuredValue((lower + upper) / 2, lower: lower, upper: upper)
    row.values = values
    return row
  }

  @Test func aGroupThatIsDrawnFartherFailsTheGate() {
    let rows = [
      row(nil, lower: 0, upper: 1), row("F", lower: 0.1, upper: 0.2),
      row("M", lower: 0.3, upper: 0.4),
    ]
    let gate = MeasuredGates.distance("e", rows)
    #expect(gate.status == .fail && gate.id == "G9")
    #expect(gate.sentence.contains("sex M beyond F"))
    let alike = [rows[0], rows[1], row("M", lower: 0.15, upper: 0.4)]
    #expect(MeasuredGates.distance("e", alike).status == .pass)
    #expect(MeasuredGates.distance("e", [rows[0]]).status == .warn)
  }

  @Test func withoutALimitNothingIsSaidAboutCopies() {
    var row = FidelityReport.MemorisationRow(by: "pixels", trainingImages: 9, heldOutImages: 3)
    #expect(MeasuredGates.memorisation(row).status == .notRun)
    row.limit = 0.9
    #expect(MeasuredGates.memorisation(row).status == .pass)
    row.closeness = MeasuredValue(0.7, lower: 0.6, upper: 0.8)
    #expect(MeasuredGates.memorisation(row).status == .warn)
  }
}
