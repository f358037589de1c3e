import AuditModel
import Basics
import Foundation
import Images
import Randomness
import Testing

@testable import Workbench

@Suite struct TrainUseCaseTests {
  private let root = NSTemporaryDirectory() + "audit-train-" + UUID().uuidString

  private func remove() { try? FileManager.default.removeItem(atPath: root) }

  private func image(_ number: Int) -> RasterImage {
    var stream = RandomStream(seed: 1, path: ["\(number)"])
    return RasterImage(
      width: 40, height: 36, channels: 1,
      bytes: (0..<1440).map { _ in UInt8(clamping: 120 + Int(40 * stream.normal())) })
  }

  private func write(_ more: String = "", text: [(String, String)] = []) throws -> String {
    try createFolder(at: root + "/images")
    var lines = ["image,patient,caption"]
    for number in 0..<6 {
      try writePNG(image(number), to: "\(root)/images/\(number).png", text: number == 3 ? text : [])
      lines.append("\(number).png,p\(number / 2),\(number % 2 == 0 ? "Effusion." : "Clear.")")
    }
    try writeAtomically(lines.joined(separator: "\n") + "\n", to: root + "/train.csv")
    try writeAtomically(
      """
      { "schema": "audit-spec/1", "name": "t",
        "training": { "size": 32, "validation": 0.4, "steps": 2, "batch": 2,
          "network": { "width": 32, "depth": 3, "heads": 2 },
          "data": { "images": "images", "table": "train.csv",
            "columns": { "patient": "patient", "prompt": "caption" } }\(more) } }
      """, to: root + "/t.json")
    return root + "/t.json"
  }

  private struct Index: Decodable {
    struct Place: Decodable, Hashable {
      var file: String
      var name: String
    }
    struct Sample: Decodable {
      var latents: Place
      var caption: Place
      var split: String
      var image: String
    }
    var schema: String
    var identity: String
    var side: Int
    var samples: [Sample]
  }

  private func prepare(_ path: String) throws -> (outcome: TrainUseCase.Outcome, index: Index) {
    let outcome = try TrainUseCase(
      specificationPath: path, reports: root + "/reports", onlyPrepares: true
    ).run(context: RunContext())
    let data = try Data(
      contentsOf: URL(fileURLWithPath: outcome.folder + "/data/index.json"))
    return (outcome, try JSONDecoder().decode(Index.self, from: data))
  }

  @Test func imagesAndCaptionsAreEncodedOnceAndDividedByPatient() throws {
    defer { remove() }
    let (outcome, index) = try prepare(try write())
    #expect(index.schema == "training-data/1" && index.side == 4)
    #expect(index.samples.count == 6)
    #expect(outcome.trainingSamples + outcome.validationSamples == 6)
    // Two films of a patient are on one side.
    for patient in 0..<3 {
      #expect(index.samples[2 * patient].split == index.samples[2 * patient + 1].split)
    }
    #expect(Set(index.samples.map(\.caption)).count == 2)
    #expect(Set(index.samples.map(\.latents)).count == 6)
    let file = outcome.folder + "/data/" + index.samples[0].latents.file
    let before = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
    let again = try prepare(root + "/t.json")
    #expect(again.index.identity == index.identity)
    let after = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
    #expect(before == after)
  }

  @Test func syntheticImagesAreNotTrainedOn() throws {
    defer { remove() }
    let path = try write(text: [("Synthetic", "true")])
    let failure = #expect(throws: AuditFailure.self) { try prepare(path) }
    #expect(failure?.message.contains("3.png' is synthetic") == true)
  }

  @Test func patientsOfAnAuditAreRefused() throws {
    defer { remove() }
    let path = try write(", \"exclude\": [\"audit.json\"]")
    try writeAtomically(
      """
      { "schema": "audit-spec/1", "name": "kept", "classifiers": [{ "name": "c" }],
        "real": { "table": "kept.csv", "columns": { "patient": "patient",
          "labels": { "Effusion": "y" }, "scores": { "c": { "Effusion": "s" } } } } }
      """, to: root + "/audit.json")
    try writeAtomically("image,patient,y,s\na.png,p1,1,0.5\n", to: root + "/kept.csv")
    let failure = #expect(throws: AuditFailure.self) { try prepare(path) }
    #expect(failure?.message.contains("is in the audit 'kept'") == true)
  }

  @Test func withoutPyTorchTheFirstThingSaidIsHowToGetIt() throws {
    defer { remove() }
    let path = try write()
    let failure = #expect(throws: AuditFailure.self) {
      try TrainUseCase(
        specificationPath: path, reports: root + "/reports", python: "/nowhere/python"
      ).run(context: RunContext())
    }
    #expect(failure?.hint?.contains("make train-setup") == true)
    #expect(!FileManager.default.fileExists(atPath: root + "/reports/t/training/data"))
  }

  /// A program in the trainer's place: what it says is what the user reads.
  @Test func theTrainersOwnSentenceIsToldAndNothingIsLost() throws {
    defer { remove() }
    let path = try write()
    let program = root + "/python"
    try writeAtomically(
      "#!/bin/sh\necho 'error: the loss became nan in step 2' >&2\nexit 2\n", to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let failure = #expect(throws: AuditFailure.self) {
      try TrainUseCase(
        specificationPath: path, reports: root + "/reports", python: program
      ).run(context: RunContext())
    }
    #expect(failure?.message == "training stopped: the loss became nan in step 2")
    #expect(
      FileManager.default.fileExists(atPath: root + "/reports/t/training/data/index.json"))
  }

  @Test func theTrainerIsToldOfAdapters() throws {
    defer { remove() }
    let path = try write()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try writeAtomically(
      text.replacing(
        "\"network\": { \"width\": 32, \"depth\": 3, \"heads\": 2 }",
        with: "\"stage\": \"finetune\", \"lora\": { \"rank\": 4, \"alpha\": 16 }"), to: path)
    let program = root + "/python"
    try writeAtomically("#!/bin/sh\nexit 0\n", to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let outcome = try TrainUseCase(
      specificationPath: path, reports: root + "/reports", python: program
    ).run(context: RunContext())
    struct Told: Decodable {
      struct Lora: Decodable {
        var rank: Int
        var alpha: Double
      }
      var stage: String
      var start: String
      var lora: Lora
    }
    let told = try JSONDecoder().decode(
      Told.self, from: Data(contentsOf: URL(fileURLWithPath: outcome.folder + "/training.json")))
    #expect(told.stage == "finetune" && told.lora.rank == 4 && told.lora.alpha == 16)
    #expect(FileManager.default.fileExists(atPath: told.start))
  }

  @Test(arguments: [
    ("\"batch\": 2", "\"batch\": 3, \"accumulation\": 2", "must be a multiple of 'accumulation'"),
    ("\"steps\": 2", "\"steps\": 2, \"stage\": \"text\"", "is not trained by this program"),
    ("\"steps\": 2", "\"steps\": 2, \"stage\": \"lora\"", "is a way to fine-tune"),
    (
      "\"steps\": 2", "\"steps\": 2, \"lora\": { \"rank\": 8, \"alpha\": 8 }",
      "adapts weights that are there"
    ),
    ("\"steps\": 2", "\"steps\": 2, \"lora\": { \"rank\": 8 }", "lora.alpha is missing"),
    ("\"steps\": 2", "\"steps\": 2, \"lora\": { \"rank\": 0, \"alpha\": 8 }", "from 1 to 1024"),
    ("\"steps\": 2", "\"steps\": 2, \"lora\": { \"rank\": 8, \"alpha\": 0 }", "above 0"),
    // The second fault is told beside the first.
    ("\"steps\": 2", "\"steps\": 2, \"lora\": { \"rank\": 0, \"alpha\": 0 }", "above 0"),
    ("\"steps\": 2", "\"steps\": 2, \"lora\": { \"dropout\": 0 }", "unknown key 'dropout'"),
    ("\"steps\": 2", "\"steps\": 2, \"stage\": \"control\"", "is trained on masks"),
    ("\"patient\": \"patient\", ", "", "must name the \"patient\""),
    ("\"heads\": 2", "\"heads\": 3", "a multiple of four times the heads"),
    ("\"steps\": 2", "\"steps\": 2, \"prefixDropout\": 0.1", "captions without their prefix"),
  ])
  func faultsOfTheBlockNameTheirKey(was: String, becomes: String, says: String) throws {
    defer { remove() }
    let path = try write()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(was))
    try writeAtomically(text.replacing(was, with: becomes), to: path)
    let failure = #expect(throws: AuditFailure.self) { try prepare(path) }
    #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
  }
}
