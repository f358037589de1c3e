import AuditModel
import Basics
import Classifiers
import Foundation
import Images
import OnnxGraphs
import Testing

/// Models as they are exported: several outputs and inputs, tables of numbers, other number types.
@Suite(
  .enabled(
    if: onnxRuntimeIsHere, "ONNX Runtime is absent: run 'make setup' or set AUDIT_ONNXRUNTIME"))
struct OnnxPortsTests {
  /// Scores of one flat picture of this level, and what failed.
  private func answer(
    _ model: String, level: UInt8 = 102, outputs: [String: OutputPlace] = ["A": 0],
    change: (inout OnnxSpecification) -> Void = { _ in }
  ) throws -> (scores: [String: Double], failure: String) {
    try withTemporaryFolder { folder in
      var onnx = OnnxSpecification(
        path: try TinyModels.write(model, to: folder), height: 4, width: 4, outputs: outputs)
      onnx.activation = .none
      change(&onnx)
      let path = folder + "/a.png"
      let bytes = [UInt8](repeating: level, count: 16)
      try writePNG(RasterImage(width: 4, height: 4, channels: 1, bytes: bytes), to: path)
      var found: [String: Double] = [:]
      do {
        let classifier = try OnnxClassifier(
          name: "tiny", specification: onnx, findings: outputs.keys.sorted())
        try classifier.rehearse()
        try classifier.score([ImageCase(id: "a", path: path)]) { part in
          for score in part { found.merge(score.scores.compactMapValues { $0 }) { $1 } }
        }
      } catch let failure as AuditFailure {
        return (found, failure.description)
      }
      return (found, "")
    }
  }

  private func close(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
    a.map { abs($0 - b) < tolerance } ?? false
  }

  @Test func severalOutputsAreRefusedUnlessNamed() throws {
    let unnamed = try answer(TinyModels.features)
    #expect(unnamed.failure.contains("has 2 outputs ('emb', 'logits')"))
    #expect(unnamed.failure.contains("which of them 'A' is in"))
    // mean 0.4; emb is mean + (0, 1, 2, 3), logits mean · (1, −2, 0.5) + (0.25, 1, −1).
    let named = try answer(TinyModels.features) { $0.output = "logits" }
    #expect(close(named.scores["A"], 0.65))
    let each = try answer(
      TinyModels.features,
      outputs: [
        "A": OutputPlace(output: "logits", index: [1]), "B": OutputPlace(output: "emb", index: [3]),
      ])
    #expect(close(each.scores["A"], 0.2) && close(each.scores["B"], 3.4))
    let wrong = try answer(TinyModels.features) { $0.output = "logit" }
    #expect(wrong.failure.contains("did you mean 'logits'?"))
  }

  @Test func tablesOfNumbersNeedAPlacePerDimensionAndAnAxis() throws {
    let flat = try answer(TinyModels.threeByTwo, outputs: ["A": 1])
    #expect(flat.failure.contains("gives 3 × 2 numbers per image"))
    #expect(flat.failure.contains("\"A\": [0, 0]"))
    let place = OutputPlace(index: [1, 0])
    #expect(close(try answer(TinyModels.threeByTwo, outputs: ["A": place]).scores["A"], 0.8))
    let axisless = try answer(TinyModels.threeByTwo, outputs: ["A": place]) {
      $0.activation = .softmax
    }
    #expect(axisless.failure.contains("over which dimension softmax sums"))
    // Row 1 is (0.8, −0.8); column 0 is (0.4, 0.8, 1.2).
    let byRow = try answer(TinyModels.threeByTwo, outputs: ["A": place]) {
      $0.activation = .softmax
      $0.softmaxAxis = -1
    }
    #expect(close(byRow.scores["A"], exp(0.8) / (exp(0.8) + exp(-0.8))))
    let byColumn = try answer(TinyModels.threeByTwo, outputs: ["A": place]) {
      $0.activation = .softmax
      $0.softmaxAxis = 1
    }
    #expect(close(byColumn.scores["A"], exp(0.8) / (exp(0.4) + exp(0.8) + exp(1.2))))
    let beyond = try answer(TinyModels.threeByTwo, outputs: ["A": OutputPlace(index: [3, 0])])
    #expect(beyond.failure.contains("puts 'A' at [3, 0]"))
  }

  @Test func halfFloatsAndWholePixelsAreFed() throws {
    // 16-bit floats keep three digits.
    #expect(close(try answer(TinyModels.half).scores["A"], 0.65, 1e-3))
    let shares = try answer(TinyModels.whole)
    #expect(shares.failure.contains("takes unsigned 8-bit pixels"))
    #expect(shares.failure.contains("\"range\": [0, 255]"))
    let pixels = try answer(TinyModels.whole) { ($0.rangeLower, $0.rangeUpper) = (0, 255) }
    #expect(close(pixels.scores["A"], 102))
    let negative = try answer(TinyModels.whole) { ($0.rangeLower, $0.rangeUpper) = (-128, 127) }
    #expect(negative.failure.contains("does not fit its whole numbers"))
  }

  @Test func furtherInputsAreConstantsOrRefused() throws {
    let open = try answer(TinyModels.aged)
    #expect(open.failure.contains("has 2 inputs"))
    #expect(open.failure.contains("'constants'"))
    let aged = try answer(TinyModels.aged) { $0.constants = ["age": [50]] }
    #expect(close(aged.scores["A"], 50.4, 1e-5))
    let wrong = try answer(TinyModels.aged) { $0.constants = ["ag": [50]] }
    #expect(wrong.failure.contains("has no 'ag'"))
  }

  @Test func whatWasRunIsStatedPartByPart() throws {
    try withTemporaryFolder { folder in
      var onnx = OnnxSpecification(
        path: try TinyModels.write(TinyModels.features, to: folder), height: 4, width: 4,
        outputs: ["A": 1])
      onnx.output = "logits"
      onnx.mean = [0.485]
      onnx.standardDeviation = [0.229]
      onnx.preprocessing.fit = .padThenResize
      let classifier = try OnnxClassifier(name: "tiny", specification: onnx, findings: ["A"])
      let parts = try #require(classifier.record.pipeline)
      func value(_ name: String) -> String? { parts.first { $0.name == name }?.value }
      #expect(value("resize") == "pillow.bilinear" && value("mean") == "0.485")
      #expect(value("output")?.contains("'logits' of [batch, 3]") == true)
      #expect(value("place") == "A: 1" && value("activation") == "sigmoid")
      #expect(value("fit") == "padThenResize" && value("graph optimisation") == "none")
    }
  }

  @Test func aProviderThatTheLibraryLacksIsNamed() throws {
    guard try !OnnxRuntime().providers.contains("OpenVINO") else { return }
    let failed = try answer(TinyModels.gray) { $0.provider = .openvino }
    #expect(failed.failure.contains("has no provider 'OpenVINO'; it has "), "\(failed.failure)")
  }

  @Test func optimisedGraphsGiveTheSameNumbersHere() throws {
    for level in OnnxSpecification.Optimisation.allCases {
      #expect(close(try answer(TinyModels.gray) { $0.optimisation = level }.scores["A"], 0.65))
    }
  }
}
