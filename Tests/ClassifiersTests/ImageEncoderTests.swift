import AuditModel
import Basics
import Foundation
import Images
import Testing

@testable import Classifiers

@Suite(
  .enabled(
    if: onnxRuntimeIsHere, "ONNX Runtime is absent: run 'make setup' or set AUDIT_ONNXRUNTIME"))
struct ImageEncoderTests {
  private func specification(_ path: String, output: String? = nil) -> EncoderSpecification {
    EncoderSpecification(
      name: "tiny", onnx: OnnxSpecification(path: path, height: 4, width: 4, outputs: [:]),
      output: output)
  }

  private func picture(_ level: UInt8) -> Picture {
    .levels(
      RasterImage(width: 4, height: 4, channels: 1, bytes: [UInt8](repeating: level, count: 16)))
  }

  /// The model is mean → Gemm with weights 1, −2, 0.5 and biases 0.25, 1, −1.
  @Test func aDeclaredOutputIsTheVector() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.gray, to: folder)
      let encoder = try ImageEncoder(specification(path, output: "y"))
      let vector = try encoder.vector(of: picture(255), name: "white")
      #expect(vector == [1.25, -1, -0.5])
    }
  }

  @Test func aTensorInsideTheGraphIsTheVectorThoughTheModelDoesNotDeclareIt() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.gray, to: folder)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let encoder = try ImageEncoder(specification(path, output: "m"))
      #expect(try encoder.vector(of: picture(51), name: "dark") == [0.2])
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test func withoutANameItIsWhatTheLastLinearLayerReads() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.gray, to: folder)
      let encoder = try ImageEncoder(specification(path))
      #expect(encoder.tensor == "m")
      #expect(try encoder.vector(of: picture(255), name: "white") == [1])
    }
  }

  /// The pooled tensor is `[n, 1, 1, 1]`, a map of features with one place.
  @Test func aMapOfFeaturesIsAveraged() throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(TinyModels.gray, to: folder)
      let encoder = try ImageEncoder(specification(path, output: "p"))
      #expect(try encoder.vector(of: picture(255), name: "white") == [1])
    }
  }

  @Test(arguments: [
    (TinyModels.gray, "n", "has no tensor 'n'"), (TinyModels.flat, nil, "no certain name"),
  ])
  func whatCannotBeAVectorIsSaidInOneSentence(model: String, output: String?, says: String) throws {
    try withTemporaryFolder { folder in
      let path = try TinyModels.write(model, to: folder)
      let failure = #expect(throws: AuditFailure.self) {
        try ImageEncoder(specification(path, output: output))
      }
      #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
    }
  }

  @Test func aFileThatIsNoModelIsRefusedBeforeTheRuntimeSeesIt() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.onnx"
      try Data([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).write(to: URL(fileURLWithPath: path))
      let failure = #expect(throws: AuditFailure.self) { try ImageEncoder(specification(path)) }
      #expect(failure?.message.contains("ends within a field") == true)
    }
  }
}
