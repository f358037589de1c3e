import AuditModel
import Basics
import Classifiers
import Foundation
import Testing

/// External data of ONNX models, found without a runtime.
@Suite struct OnnxExternalDataTests {
  /// One field of a protobuf message with a length.
  private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var length: [UInt8] = []
    var rest = bytes.count
    repeat {
      length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return (number < 16 ? [number << 3 | 2] : [(number << 3 & 0x7F) | 0x82, number >> 4]) + length
      + bytes
  }

  private func entry(_ key: String, _ value: String) -> [UInt8] {
    field(13, field(1, Array(key.utf8)) + field(2, Array(value.utf8)))
  }

  private func tensor(_ location: String) -> [UInt8] {
    entry("location", location) + entry("offset", "0") + [14 << 3, 1]
  }

  private func model(_ graph: [UInt8]) -> [UInt8] { [1 << 3, 9] + field(7, graph) }

  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "onnx-\(UUID().uuidString)"
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeAtomically(bytes, to: folder + "/m.onnx")
    try body(folder)
  }

  @Test func everyPlaceOfATensorIsFound() throws {
    // An initializer, a constant within a node's attribute, and one in a subgraph of an attribute.
    let constant = field(1, field(5, field(5, tensor("in/attribute.bin"))))
    let inner = field(5, tensor("subgraph.bin"))
    let nested = field(1, field(5, field(6, inner)))
    let sparse = field(15, field(1, tensor("sparse.bin")))
    let graph =
      field(5, tensor("weights.bin")) + field(5, tensor("weights.bin"))
      + field(5, field(9, [UInt8](repeating: 7, count: 100_000))) + constant + nested + sparse
    try withFile(model(graph)) { folder in
      let files = try externalDataFiles(ofOnnxModel: folder + "/m.onnx")
      #expect(
        files
          == ["in/attribute.bin", "sparse.bin", "subgraph.bin", "weights.bin"].map {
            folder + "/" + $0
          })
    }
  }

  @Test(arguments: ["../secret", "/etc/passwd", "a/../../b", ""])
  func weightsOutsideTheModelsFolderAreRefused(location: String) throws {
    try withFile(model(field(5, tensor(location)))) { folder in
      #expect(throws: AuditFailure.self) {
        try externalDataFiles(ofOnnxModel: folder + "/m.onnx")
      }
    }
  }

  /// The runtime opens these files by itself and would wait for a pipe's writer.
  @Test(.enabled(if: onnxRuntimeIsHere), .timeLimit(.minutes(1)))
  func aPipeInAWeightFilesPlaceIsRefused() throws {
    try withFile(model(field(5, tensor("weights.bin")))) { folder in
      try #require(mkfifo(folder + "/weights.bin", 0o600) == 0)
      let specification = OnnxSpecification(
        path: folder + "/m.onnx", height: 4, width: 4, outputs: ["A": 0])
      let failure = #expect(throws: AuditFailure.self) {
        try OnnxClassifier(name: "piped", specification: specification, findings: ["A"])
      }
      #expect(failure?.message.contains("weights.bin: it is not a regular file") == true)
    }
  }

  @Test func whatIsNoModelIsRefused() throws {
    var deep = tensor("x")
    for _ in 0..<200 { deep = field(1, field(5, field(6, deep))) }
    for bytes in [
      [0x3A, 0xFF, 0xFF, 0x7F], [0x0B], [0xFF] + [UInt8](repeating: 0xFF, count: 20), model(deep),
    ] {
      try withFile(bytes) { folder in
        #expect(throws: AuditFailure.self) {
          try externalDataFiles(ofOnnxModel: folder + "/m.onnx")
        }
      }
    }
    try withFile([]) { folder in
      let files = try externalDataFiles(ofOnnxModel: folder + "/m.onnx")
      #expect(files.isEmpty)
    }
  }
}
