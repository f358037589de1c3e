import AuditModel
import Basics
import Foundation
import Testing

@testable import Classifiers

/// How a model ends is read from its file; no runtime is needed for that.
@Suite struct OnnxGraphEndTests {
  private func ends(_ model: String) throws -> [String: Set<String>] {
    try withTemporaryFolder { try lastOperators(ofOnnxModel: TinyModels.write(model, to: $0)) }
  }

  @Test func theLastOperatorOfEveryOutputIsFound() throws {
    #expect(try ends(TinyModels.gray) == ["y": ["Gemm"]])
    #expect(try ends(TinyModels.features) == ["emb": ["Gemm"], "logits": ["Gemm"]])
    #expect(try ends(TinyModels.shares) == ["y": ["Sigmoid"]])
    // Casts and reshapes are looked through.
    #expect(try ends(TinyModels.movedShares) == ["y": ["Softmax"]])
    #expect(try ends(TinyModels.half) == ["y": ["Gemm"]])
  }

  @Test func damagedFilesAreRefusedOrTellNothing() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.movedShares, to: folder)
      let bytes = try readBytes(of: path)
      for cut in stride(from: 0, to: bytes.count, by: 7) {
        try writeAtomically(Array(bytes.prefix(cut)), to: path)
        _ = try? lastOperators(ofOnnxModel: path)
        var broken = bytes
        broken[cut] ^= 0xff
        try writeAtomically(broken, to: path)
        _ = try? lastOperators(ofOnnxModel: path)
      }
      try writeAtomically(Array("not a model".utf8), to: path)
      #expect(throws: AuditFailure.self) { try lastOperators(ofOnnxModel: path) }
    }
  }

  private func question(
    _ model: String, _ activation: OnnxSpecification.Activation, accepted: Set<ScoreQuestion> = []
  ) throws -> String {
    try withTemporaryFolder { folder in
      var onnx = OnnxSpecification(
        path: try TinyModels.write(model, to: folder), height: 4, width: 4, outputs: ["A": 1])
      onnx.activation = activation
      var classifier = ClassifierSpecification(name: "m", source: .onnx(onnx))
      classifier.accepted = accepted
      // What else may be missing here, such as the runtime, is another sentence.
      return classifierFaults(classifier, directory: folder, findings: ["A"])
        .map(\.description).joined(separator: "\n")
    }
  }

  @Test func aSecondActivationIsAskedAboutBeforeAnImageIsRead() throws {
    let sigmoid = try question(TinyModels.shares, .sigmoid)
    #expect(sigmoid.contains("ends in Sigmoid, so 'y' holds probabilities"))
    #expect(sigmoid.contains("\"accept\": [\"activationTwice\"]"))
    #expect(try question(TinyModels.movedShares, .softmax).contains("ends in Softmax"))
    #expect(try question(TinyModels.movedShares, .sigmoid).contains("sigmoid once more"))
    for words in [
      try question(TinyModels.shares, .none), try question(TinyModels.gray, .sigmoid),
      try question(TinyModels.shares, .sigmoid, accepted: [.activationTwice]),
    ] { #expect(!words.contains("once more"), "\(words)") }
  }
}
