import AuditModel
import Basics
import Foundation
import Images
import Testing

@testable import Classifiers
@testable import OnnxGraphs

let onnxRuntimeIsHere = (try? OnnxRuntime()) != nil

@Suite(
  .enabled(
    if: onnxRuntimeIsHere, "ONNX Runtime is absent: run 'make setup' or set AUDIT_ONNXRUNTIME"))
struct OnnxClassifierTests {
  private func specification(
    _ path: String, size: Int = 4, outputs: [String: OutputPlace] = ["A": 0, "B": 1, "C": 2]
  ) -> OnnxSpecification {
    var onnx = OnnxSpecification(path: path, height: size, width: size, outputs: outputs)
    onnx.activation = .none
    return onnx
  }

  /// One flat gray picture per level.
  private func cases(_ levels: [UInt8], in folder: String, size: Int = 4) throws -> [ImageCase] {
    try levels.enumerated().map { index, level in
      let path = "\(folder)/\(index).png"
      let bytes = [UInt8](repeating: level, count: size * size)
      try writePNG(RasterImage(width: size, height: size, channels: 1, bytes: bytes), to: path)
      return ImageCase(id: "case-\(index)", path: path)
    }
  }

  @Test(arguments: [TinyModels.gray, TinyModels.pairs])
  func whatCannotBeReadEndsTheScoringOrIsLeftOutAndSaid(model: String) throws {
    try withTemporaryFolder { folder in
      let specification = specification(try TinyModels.write(model, to: folder))
      var items = try cases([10, 20, 30], in: folder)
      try Data("not an image".utf8).write(to: URL(fileURLWithPath: items[1].path))
      let failure = #expect(throws: AuditFailure.self) { try scores(specification, items) }
      #expect(failure?.message.contains("1.png") == true)
      // Everything that cannot be read is told at once, and what can be is scored before.
      let broken = try cases((0..<90).map { UInt8($0) }, in: folder)
      for index in [3, 50, 89] {
        try Data("no image".utf8).write(to: URL(fileURLWithPath: broken[index].path))
      }
      let whole = try OnnxClassifier(name: "tiny", specification: specification, findings: ["A"])
      var kept: Set<String> = []
      let all = #expect(throws: AuditFailure.self) {
        try whole.score(broken) { kept.formUnion($0.map(\.id)) }
      }
      #expect(all?.message.hasPrefix("3 images cannot be read:") == true)
      for index in [3, 50, 89] { #expect(all?.message.contains("/\(index).png") == true) }
      #expect(kept.count == 87 && !kept.contains("case-50"))
      items = try cases([10, 20, 30], in: folder)
      try Data("not an image".utf8).write(to: URL(fileURLWithPath: items[1].path))
      for index in items.indices { items[index].leavesOutUnreadable = true }
      let classifier = try OnnxClassifier(
        name: "tiny", specification: specification, findings: ["A"])
      var answers: [String: ImageScore] = [:]
      try classifier.score(items) { for score in $0 { answers[score.id] = score } }
      #expect(answers.count == 3)
      #expect(answers["case-1"]?.scores == ["A": nil])
      #expect(answers["case-1"]?.reading?.problem?.contains("no known kind") == true)
      #expect(answers["case-0"]?.reading == ImageReadingRecord(facts: [ImageFact(.png)]))
      let alone = try scores(specification, [items[0], items[2]], findings: ["A"])
      for id in ["case-0", "case-2"] { #expect(answers[id]?.scores["A"] == alone[id]?["A"]) }
    }
  }

  private func scores(
    _ specification: OnnxSpecification, _ cases: [ImageCase], findings: [String] = ["A", "B", "C"]
  ) throws -> [String: [String: Double]] {
    let classifier = try OnnxClassifier(
      name: "tiny", specification: specification, findings: findings)
    var all: [String: [String: Double]] = [:]
    try classifier.score(cases) { part in
      for score in part {
        #expect(all[score.id] == nil)
        all[score.id] = score.scores.compactMapValues { $0 }
      }
    }
    return all
  }

  private func failure(_ model: String, _ change: (inout OnnxSpecification) -> Void = { _ in })
    throws -> String
  {
    try withTemporaryFolder { folder in
      var specification = specification(try TinyModels.write(model, to: folder))
      change(&specification)
      let items = try cases([10], in: folder)
      let failure = #expect(throws: AuditFailure.self) { try scores(specification, items) }
      return (failure?.description ?? "").replacing(folder, with: "F")
    }
  }

  /// 32-bit arithmetic on numbers near 1.
  private func close(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-6 } ?? false }

  @Test func scoresAreTheModelsNumbersForEveryImage() throws {
    try withTemporaryFolder { folder in
      let levels = (0..<75).map { UInt8($0 * 3) }
      let found = try scores(
        specification(try TinyModels.write(TinyModels.gray, to: folder)), cases(levels, in: folder))
      #expect(found.count == 75)
      for (index, level) in levels.enumerated() {
        let mean = Double(level) / 255
        #expect(close(found["case-\(index)"]?["A"], mean + 0.25))
        #expect(close(found["case-\(index)"]?["B"], -2 * mean + 1))
        #expect(close(found["case-\(index)"]?["C"], 0.5 * mean - 1))
      }
    }
  }

  @Test func rangeMeanDeviationAndActivationsFollowTheSpec() throws {
    try withTemporaryFolder { folder in
      var onnx = specification(try TinyModels.write(TinyModels.gray, to: folder))
      (onnx.rangeLower, onnx.rangeUpper) = (-1024, 1024)
      onnx.mean = [24]
      onnx.standardDeviation = [500]
      let items = try cases([204], in: folder)
      let mean = (204.0 / 255 * 2048 - 1024 - 24) / 500
      let logits = [mean + 0.25, -2 * mean + 1, 0.5 * mean - 1]
      #expect(close(try scores(onnx, items)["case-0"]?["B"], logits[1]))
      onnx.activation = .sigmoid
      #expect(close(try scores(onnx, items)["case-0"]?["A"], 1 / (1 + exp(-logits[0]))))
      onnx.activation = .softmax
      // Over all outputs of the model, also those that no finding names.
      onnx.outputs = ["A": 0]
      let sum = logits.map(exp).reduce(0, +)
      #expect(close(try scores(onnx, items)["case-0"]?["A"], exp(logits[0]) / sum))
    }
  }

  @Test func aFixedBatchAndOpenSidesAreServed() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.pairs, to: folder)
      let found = try scores(specification(path, size: 8), cases([0, 51, 102], in: folder))
      #expect(found.count == 3)
      #expect(close(found["case-1"]?["A"], 0.45))
      #expect(close(found["case-2"]?["A"], 0.65))
      let open = try TinyModels.write(TinyModels.open, to: folder)
      #expect(close(try scores(specification(open), cases([51], in: folder))["case-0"]?["A"], 0.45))
    }
  }

  @Test func coloursStayInOrderInBothLayouts() throws {
    try withTemporaryFolder { folder in
      var onnx = specification(try TinyModels.write(TinyModels.colour, to: folder))
      onnx.channels = .rgb
      onnx.layout = .nhwc
      let pixels = (0..<16).flatMap { _ in [51, 102, 255] as [UInt8] }
      try writePNG(
        RasterImage(width: 4, height: 4, channels: 3, bytes: pixels), to: folder + "/c.png")
      let found = try scores(onnx, [ImageCase(id: "c", path: folder + "/c.png")])["c"]
      #expect(close(found?["A"], 0.2) && close(found?["B"], 0.4) && close(found?["C"], 1))
    }
  }

  @Test func anImagesScoreDoesNotDependOnTheOthers() throws {
    try withTemporaryFolder { folder in
      let onnx = specification(try TinyModels.write(TinyModels.gray, to: folder))
      let items = try cases((0..<40).map { UInt8($0 * 6) }, in: folder)
      let together = try scores(onnx, items)
      let reversed = try scores(onnx, items.reversed())
      #expect(together == reversed)
      #expect(try scores(onnx, [items[17]])["case-17"] == together["case-17"])
    }
  }

  @Test func theRecordNamesTheModelAndItsHash() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.gray, to: folder)
      let classifier = try OnnxClassifier(
        name: "tiny", specification: specification(path), findings: ["B", "Unknown"])
      #expect(classifier.findings == ["B"])
      #expect(classifier.record.hash == (try SHA256.hex(ofFile: path)))
      #expect(classifier.record.description.contains("[batch, 1, 4, 4]"))
    }
  }

  // MARK: What does not fit

  @Test func anotherInputShapeIsNamedWithBothSides() throws {
    let size = try failure(TinyModels.gray) { $0.height = 8 }
    #expect(
      size.contains(
        "F/model.onnx expects its input 'x' as [batch, 1, 4, 4], but the spec gives [batch, 1, 8, 4]"
      ))
    #expect(try failure(TinyModels.gray) { $0.channels = .rgb }.contains("gives [batch, 3, 4, 4]"))
    #expect(try failure(TinyModels.colour) { $0.channels = .rgb }.contains("as [batch, 4, 4, 3]"))
    #expect(try failure(TinyModels.flat).contains("as [batch, 16], but"))
  }

  @Test func outputsThatAreNotThereAreNamed() throws {
    let beyond = try failure(TinyModels.gray) { $0.outputs["C"] = 3 }
    #expect(beyond.contains("gives 3 numbers per image, but the spec puts 'C' at 3"))
    #expect(try failure(TinyModels.gray) { $0.outputs["C"] = -1 }.contains("puts 'C' at -1"))
    // Where the model does not announce its output's length, the first run tells.
    #expect(try failure(TinyModels.open) { $0.outputs["C"] = 3 }.contains("puts 'C' at 3"))
    let none = try failure(TinyModels.gray) { $0.outputs = ["Aa": 0] }
    #expect(none.contains("has no output for any audited finding (A, B, C)"))
    #expect(none.contains("'Aa'"))
  }

  @Test func numbersThatAreNotFiniteAreNamedWithTheImage() throws {
    let words = try failure(TinyModels.log) {
      $0.outputs = ["A": 0]
      $0.mean = [1]
    }
    #expect(
      words.contains("gave nan for 'A' on image F/0.png")
        || words.contains("gave -nan for 'A' on image F/0.png"))
  }

  @Test func modelsOfAnotherKindAreNamed() throws {
    #expect(try failure(TinyModels.bytes).contains("output 'y' holds unsigned 8-bit values"))
    #expect(try failure(TinyModels.labels).contains("output 'y' holds 64-bit integer values"))
    #expect(try failure(TinyModels.two).contains("has 2 inputs"))
    #expect(try failure(TinyModels.sequence).contains("is a sequence or map"))
  }

  @Test func aSpecThatCannotBeAppliedIsNamed() throws {
    #expect(
      try failure(TinyModels.gray) { $0.mean = [0, 0] }.contains("'input.mean' needs 1 or 1"))
    #expect(try failure(TinyModels.gray) { $0.standardDeviation = [0] }.contains("must not be 0"))
  }

  @Test func everyPrefixOfAModelIsRefused() throws {
    try withTemporaryFolder { folder in
      let bytes = try #require(Data(base64Encoded: TinyModels.gray))
      for length in stride(from: 0, to: bytes.count, by: 7) {
        let path = folder + "/cut.onnx"
        try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
        #expect(throws: AuditFailure.self) {
          try OnnxClassifier(name: "cut", specification: specification(path), findings: ["A"])
        }
      }
      let absent = #expect(throws: AuditFailure.self) {
        try OnnxClassifier(
          name: "no", specification: specification(folder + "/no.onnx"), findings: ["A"])
      }
      #expect(absent?.message.contains("does not exist") == true)
    }
  }

  @Test func aCutImageIsNamedAndTheOthersAreKept() throws {
    try withTemporaryFolder { folder in
      let items = try cases([0, 50, 100], in: folder)
      let whole = try Data(contentsOf: URL(fileURLWithPath: items[1].path))
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: items[1].path))
      let onnx = specification(try TinyModels.write(TinyModels.gray, to: folder))
      let classifier = try OnnxClassifier(name: "tiny", specification: onnx, findings: ["A"])
      var kept: [String] = []
      let failure = #expect(throws: AuditFailure.self) {
        try classifier.score(items) { kept += $0.map(\.id) }
      }
      #expect(failure?.message.contains("1.png: the file ends too early") == true)
      #expect(kept == ["case-0", "case-2"])
    }
  }
}

@Suite struct OnnxRuntimeTests {
  @Test func anAbsentLibrarySaysHowToGetIt() throws {
    try withTemporaryFolder { folder in
      let named = #expect(throws: AuditFailure.self) {
        try OnnxRuntime(environment: ["AUDIT_ONNXRUNTIME": folder + "/none.so"], program: "")
      }
      #expect(named?.message.contains("AUDIT_ONNXRUNTIME names \(folder)/none.so") == true)
      let other = #expect(throws: AuditFailure.self) {
        try OnnxRuntime(environment: ["AUDIT_ONNXRUNTIME": "libz.so.1"], program: "")
      }
      #expect(other?.message.contains("not the ONNX Runtime library") == true)
      // The loader would wait for whoever writes into a pipe.
      try #require(mkfifo(folder + "/pipe.so", 0o600) == 0)
      let pipe = #expect(throws: AuditFailure.self) {
        try OnnxRuntime(environment: ["AUDIT_ONNXRUNTIME": folder + "/pipe.so"], program: "")
      }
      #expect(pipe?.message.contains("not a regular file") == true)
      // A broken library in a .venv is named; nothing at all leads to 'make setup'.
      let capi = folder + "/.venv/lib/python3.11/site-packages/onnxruntime/capi"
      try FileManager.default.createDirectory(atPath: capi, withIntermediateDirectories: true)
      try Data("no library".utf8).write(to: URL(fileURLWithPath: capi + "/libonnxruntime.so.1.0"))
      do {
        let found = try OnnxRuntime(
          environment: [:], program: folder + "/.build/x86_64/release/audit")
        #expect(found.path == "libonnxruntime.so.1")
      } catch let failure as AuditFailure {
        #expect(failure.message.contains("libonnxruntime.so.1.0: "))
        #expect(failure.hint?.contains("make setup") == true)
      }
    }
  }

  @Test func onlyTheProgramsOwnFoldersAreLookedThrough() throws {
    try withTemporaryFolder { folder in
      let capi = "/.venv/lib/python3.11/site-packages/onnxruntime/capi"
      for place in ["", "/checkout", "/checkout/.build/release", "/prefix/lib"] {
        let library = folder + place + (place == "/prefix/lib" ? "" : capi)
        try FileManager.default.createDirectory(atPath: library, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: library + "/libonnxruntime.so.1.0"))
      }
      #expect(
        OnnxRuntime.libraries(of: folder + "/checkout/.build/release/audit")
          == [folder + "/checkout" + capi + "/libonnxruntime.so.1.0"])
      #expect(
        OnnxRuntime.libraries(of: folder + "/prefix/lib/audit")
          == [folder + "/prefix/lib/libonnxruntime.so.1.0"])
      // The .venv of a folder above an installed program is not the program's.
      #expect(OnnxRuntime.libraries(of: folder + "/elsewhere/audit").isEmpty)
    }
  }

  @Test func aLibraryThatOthersMayReplaceIsNotLoaded() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/libonnxruntime.so"
      try Data("x".utf8).write(to: URL(fileURLWithPath: file))
      #expect(untrustedPart(of: file) == nil)
      for (mode, path) in [(0o777, folder), (0o666, file)] {
        let before = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let failure = #expect(throws: AuditFailure.self) {
          try OnnxRuntime(environment: ["AUDIT_ONNXRUNTIME": file], program: "")
        }
        #expect(failure?.message.contains("everybody may write to") == true)
        try FileManager.default.setAttributes(
          [.posixPermissions: before ?? 0o700], ofItemAtPath: path)
      }
    }
  }

  @Test(.enabled(if: onnxRuntimeIsHere)) func theVersionIsReported() throws {
    #expect(try OnnxRuntime().version.split(separator: ".").count == 3)
  }
}
