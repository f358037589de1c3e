import Basics
import Checkpoints
import Foundation
import Tensors
import Testing

@testable import ChexGen

/// What the text encoder refuses, on the weights that travel with the tests.
struct T5EncoderTests {
  private func tensors() throws -> [(name: String, tensor: Tensor)] {
    let folder = try #require(FixtureFolder.bundled)
    let archive = try folder.archive("t5_tiny.safetensors")
    return try archive.names.map { ($0, try archive.tensor($0)) }
  }

  private func expectRefusal(
    _ word: String, _ tensors: [(name: String, tensor: Tensor)], config: JSONValue? = nil
  ) throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "t5-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriter.write(tensors, to: path)
    let archive = try openArchive(at: path)
    do {
      _ = try T5Configuration(archive: archive, config: config)
      Issue.record("nothing was thrown for \(word)")
    } catch let failure as AuditFailure {
      #expect(failure.description.contains(word), "\(failure)")
    }
  }

  @Test func weightsThatAreNoT5AreRefusedByName() throws {
    let whole = try tensors()
    try expectRefusal("shared.weight", whole.filter { $0.name != "shared.weight" })
    let output = "encoder.block.1.layer.0.SelfAttention.o.weight"
    try expectRefusal(output, whole.filter { $0.name != output })
    try expectRefusal(
      output, whole.map { $0.name == output ? ($0.name, Tensor.zeros([2, 3])) : $0 })
    try expectRefusal(
      "v1.0",
      whole + [("encoder.block.0.layer.1.DenseReluDense.wi.weight", Tensor.zeros([2, 2]))])
    // The weights decide, and what stands beside them must not say otherwise.
    for stated in ["999", "-1", "0", "1.5", "\"four\"", "1e300"] {
      let config = "{\"num_heads\":\(stated)}"
      try expectRefusal(
        "num_heads", whole,
        config: try JSON5Reader.value(of: Array(config.utf8), path: "config.json"))
    }
  }

  @Test func tokensAndMasksOutsideTheModelAreRefused() throws {
    let folder = try #require(FixtureFolder.bundled)
    let archive = try folder.archive("t5_tiny.safetensors")
    let encoder = try T5Encoder(
      archive: archive, configuration: T5Configuration(archive: archive))
    for (ids, mask) in [
      ([5, 1 << 20], [1, 1]), ([5, -1], [1, 1]), ([5, 6, 1], [1, 0, 1]), ([5], [0]),
    ] {
      #expect(throws: AuditFailure.self) { try encoder.encode(ids: [ids], masks: [mask]) }
    }
  }

  @Test func aBatchIsItsSingles() throws {
    let folder = try #require(FixtureFolder.bundled)
    let archive = try folder.archive("t5_tiny.safetensors")
    let encoder = try T5Encoder(
      archive: archive, configuration: T5Configuration(archive: archive))
    let ids = [[7, 9, 1, 0], [4, 4, 4, 1]]
    let masks = [[1, 1, 1, 0], [1, 1, 1, 1]]
    let both = try encoder.encode(ids: ids, masks: masks).values
    let singles = try (0..<2).flatMap {
      try encoder.encode(ids: [ids[$0]], masks: [masks[$0]]).values
    }
    #expect(relativeError(both, singles) <= 1e-6)
  }
}
