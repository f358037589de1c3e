import Basics
import Checkpoints
import Tensors
import Testing

@testable import ChexGen

/// The text encoder against the reference, stage by stage.
///
/// Single precision in another order of summation: the reference itself is 4e-6 (absolute, at
/// values of 4) away from double precision, so 1e-5 relative leaves no room for a wrong formula.
@Suite(.needsFixtures("t5_tiny.json")) struct T5ParityTests {
  static let tolerance = 1e-5

  private struct Model {
    let folder: FixtureFolder
    let sidecar: JSONValue
    let encoder: T5Encoder
    let io: any TensorArchive
    let ids: [[Int]]
    let masks: [[Int]]
  }

  private func model(
    residency: T5Encoder.Residency = .automatic, on engine: TestedEngine = .builtIn
  ) throws -> Model {
    let folder = try FixtureFolder.locate()
    let sidecar = try folder.sidecar("t5_tiny")
    let weights = sidecar["weights"]?.string?.split(separator: " ").first.map(String.init)
    let archive = try folder.archive(weights ?? "t5_tiny.safetensors")
    var encoder = try T5Encoder(
      archive: archive,
      configuration: T5Configuration(archive: archive, config: sidecar["config"]),
      residency: residency)
    encoder.graphs = try engine.graphs()
    let io = try folder.archive(sidecar["io"]?.string ?? "t5_tiny_io.safetensors")
    return Model(
      folder: folder, sidecar: sidecar, encoder: encoder, io: io,
      ids: try rows(io.tensor("input_ids")), masks: try rows(io.tensor("attention_mask")))
  }

  private func rows(_ tensor: Tensor) -> [[Int]] {
    let width = tensor.shape[1]
    let values = tensor.values.map { Int($0) }
    return (0..<tensor.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  @Test func sizesComeFromTheWeights() throws {
    let model = try model()
    let archive = try model.folder.archive("t5_tiny.safetensors")
    let derived = try T5Configuration(archive: archive)
    #expect(derived.channels == model.sidecar["config"]?["d_model"]?.int)
    #expect(derived.heads == model.sidecar["config"]?["num_heads"]?.int)
    #expect(derived.headWidth == model.sidecar["config"]?["d_kv"]?.int)
    #expect(derived.depth == model.sidecar["config"]?["num_layers"]?.int)
    #expect(derived == model.encoder.configuration)
  }

  @Test func distancesFallIntoTheReferenceBuckets() throws {
    let model = try model()
    let positions = model.encoder.relativePositions
    let distances = try model.io.tensor("bucket_table.relative_position").values.map { Int($0) }
    let expected = try model.io.tensor("bucket_table.bucket").values.map { Int($0) }
    #expect(distances.map(positions.bucket) == expected)
    let grid = try model.io.tensor("buckets")
    let width = grid.shape[1]
    #expect(
      grid.values.map { Int($0) }
        == (0..<grid.count).map { positions.bucket($0 % width - $0 / width) })
    model.folder.report("T5ParityTests", "buckets", exact: distances.count + grid.count)
  }

  @Test func thePositionBiasIsTheReferences() throws {
    let model = try model()
    let expected = try model.io.tensor("position_bias")
    let bias = try model.encoder.positionBias(tokens: expected.shape[2])
    let error = relativeError(bias.reshaped(expected.shape), expected)
    model.folder.report("T5ParityTests", "position bias", error: error)
    #expect(error == 0)
  }

  @Test(arguments: [T5Encoder.Residency.resident, .streaming], TestedEngine.all)
  func everyStageIsTheReferences(_ residency: T5Encoder.Residency, on engine: TestedEngine) throws {
    let model = try model(residency: residency, on: engine)
    var stages = 0
    let result = try model.encoder.encode(ids: model.ids, masks: model.masks, paddedRows: true) {
      index, hidden in
      guard let expected = try? model.io.tensor("hidden.\(index)") else { return }
      let error = relativeError(hidden, expected)
      let stage = index == 0 ? "embeddings" : "after block \(index - 1)"
      model.folder.report("T5ParityTests", "\(stage) (\(residency), \(engine))", error: error)
      #expect(error <= Self.tolerance, "\(stage)")
      stages += 1
    }
    #expect(stages >= model.encoder.configuration.depth)
    let error = relativeError(result, try model.io.tensor("last_hidden_state"))
    model.folder.report(
      "T5ParityTests", "after the final norm (\(residency), \(engine))", error: error)
    #expect(error <= Self.tolerance)
  }

  @Test func withoutPaddedRowsTheOthersStayAndPaddingIsZero() throws {
    let model = try model()
    let whole = try model.encoder.encode(ids: model.ids, masks: model.masks)
    let valid = try model.encoder.encode(ids: model.ids, masks: model.masks, paddedRows: false)
    #expect(valid.shape == whole.shape)
    let (tokens, channels) = (whole.shape[1], whole.shape[2])
    for (sample, mask) in model.masks.enumerated() {
      let start = sample * tokens * channels
      let kept = mask.reduce(0, +) * channels
      let expected = Array(whole.values[start..<start + kept])
      // The order of summation may depend on the number of rows.
      #expect(relativeError(Array(valid.values[start..<start + kept]), expected) <= Self.tolerance)
    }
    let computed = (model.masks.map { $0.reduce(0, +) }.max() ?? tokens) * channels
    #expect(valid.values[computed..<tokens * channels].allSatisfy { $0 == 0 })
  }
}
