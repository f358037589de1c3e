import Checkpoints
import Tensors
import Testing

@testable import ChexGen

@Suite(.needsFixtures("dit_tiny.json")) struct TransformerParityTests {
  private static let suite = "TransformerParityTests"

  @Test func forwardEqualsTheReferenceStageByStage() throws {
    let fixture = try NetworkFixture("dit_tiny")
    let (model, io) = (try fixture.transformer(), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let x = try io.tensor("fwd.x")
    let timesteps = try io.tensor("fwd.t").values
    let captions = CaptionBatch(try fixture.captions(model, "fwd."))

    let sinusoids = timesteps.flatMap {
      timestepSinusoid($0, channels: model.sizes.frequencyChannels)
    }
    compare.expect(
      "timestep sinusoid",
      Tensor(sinusoids, shape: [timesteps.count, model.sizes.frequencyChannels]),
      equals: try io.tensor("fwd.mid.t_freq"))
    let time = model.embedTimesteps(timesteps)
    compare.expect("timestep embedding", time, equals: try io.tensor("fwd.mid.t_embedder"))
    let shared = model.sharedTimestepProjection(time)
    compare.expect("t_block", shared, equals: try io.tensor("fwd.mid.t_block"))
    let y = try io.tensor("fwd.y")
    compare.expect(
      "caption projection", model.projectCaption(y),
      equals: try io.tensor("fwd.mid.y_embedder"))

    var tokens = model.embedPatches(x)
    compare.expect("patch embedding", tokens, equals: try io.tensor("fwd.mid.x_embedder"))
    let (height, width) = (x.shape[2] / model.sizes.patch, x.shape[3] / model.sizes.patch)
    tokens.addToEachSample(model.positions.positions(height: height, width: width))
    compare.expect("positions added", tokens, equals: try io.tensor("fwd.mid.x_plus_pos"))

    try compareFirstBlock(model, tokens, shared, captions, io, compare)
    for (index, block) in model.blocks.enumerated() {
      tokens = block(tokens, timestep: shared, caption: captions.blocks[index])
      compare.expect("block \(index)", tokens, equals: try io.tensor("fwd.mid.block\(index)"))
    }
    let final = model.finalLayer(tokens, time: time)
    compare.expect("final layer", final, equals: try io.tensor("fwd.mid.final_layer"))
    compare.expect(
      "output", model.predict(latents: x, timesteps: timesteps, captions: captions),
      equals: try io.tensor("fwd.out"))
  }

  private func compareFirstBlock(
    _ model: DiffusionTransformer, _ tokens: Tensor, _ shared: Tensor, _ captions: CaptionBatch,
    _ io: any TensorArchive, _ compare: StageComparison
  ) throws {
    let block = model.blocks[0]
    let modulation = Modulation(table: block.shiftScaleGateTable, timestep: shared)
    var tokens = tokens
    compare.expect(
      "block 0 norm1", tokens.normalized(), equals: try io.tensor("fwd.mid.block0.norm1"))
    let modulated = tokens.modulatedLayerNorm(shift: modulation[0], scale: modulation[1])
    compare.expect(
      "block 0 qkv", block.queryKeyValue(modulated),
      equals: try io.tensor("fwd.mid.block0.attn.qkv"))
    let attended = block.selfAttention(modulated)
    compare.expect(
      "block 0 self-attention", attended, equals: try io.tensor("fwd.mid.block0.attn"))
    tokens.addGated(attended, gate: modulation[2])
    let crossed = block.crossAttention(tokens, caption: captions.blocks[0])
    compare.expect(
      "block 0 cross-attention", crossed, equals: try io.tensor("fwd.mid.block0.cross_attn"))
    tokens.add(crossed)
    compare.expect(
      "block 0 norm2", tokens.normalized(), equals: try io.tensor("fwd.mid.block0.norm2"))
    let hidden = block.mlp(tokens.modulatedLayerNorm(shift: modulation[3], scale: modulation[4]))
    compare.expect("block 0 mlp", hidden, equals: try io.tensor("fwd.mid.block0.mlp"))
  }

  @Test func allTokensAndSingleRowsEqualTheReference() throws {
    let fixture = try NetworkFixture("dit_tiny")
    let (model, io) = (try fixture.transformer(), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let x = try io.tensor("fwd.x")
    let timesteps = try io.tensor("fwd.t").values
    let unmasked = CaptionBatch(try fixture.captions(model, "fwd.", masked: false))
    compare.expect(
      "without a mask", model.predict(latents: x, timesteps: timesteps, captions: unmasked),
      equals: try io.tensor("nomask.out"))

    let captions = try fixture.captions(model, "fwd.")
    let together = model.predict(
      latents: x, timesteps: timesteps, captions: CaptionBatch(captions))
    let last = x.shape[0] - 1
    let alone = model.predict(
      latents: x.rows(last..<last + 1), timesteps: [timesteps[last]],
      captions: CaptionBatch([captions[last]]))
    compare.expect("one row alone", alone, equals: try io.tensor("b1.out"))
    // Every element is one fixed chain of additions, so a row's bits do not depend on its company.
    #expect(alone.values == together.rows(last..<last + 1).values)
    let serial = Parallelism.$isSerial.withValue(true) {
      model.predict(latents: x, timesteps: timesteps, captions: CaptionBatch(captions))
    }
    #expect(serial.values == together.values)
  }

  @Test(arguments: TestedEngine.all)
  func guidanceEqualsTheReferenceAtEveryScale(engine: TestedEngine) throws {
    let fixture = try NetworkFixture("dit_tiny")
    let (model, io) = (try fixture.transformer(on: engine), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let all = try io.tensor("cfg.x")
    let half = all.shape[0] / 2
    let x = all.rows(0..<half)
    let timesteps = Array(try io.tensor("cfg.t").values.prefix(half))
    let captions = try fixture.captions(model, "cfg.")
    let null = model.condition(on: model.nullCaption)
    let output = model.predict(
      latents: Tensor.concatenated([x, x]), timesteps: timesteps + timesteps,
      captions: CaptionBatch(
        Array(captions.prefix(half)) + captions.prefix(half).map { null.prefix($0.tokenCount) }))
    let marker = "cfg.out.scale"
    let names = io.names.filter { $0.hasPrefix(marker) }
    #expect(!names.isEmpty)
    for name in names {
      let scale = try #require(Float(name.dropFirst(marker.count)))
      let expected = try io.tensor(name)
      let result = guided(
        conditional: output.rows(0..<half), unconditional: output.rows(half..<2 * half),
        scale: scale, channels: .firstThree, latentChannels: model.sizes.latentChannels)
      compare.expect("guidance \(scale)", result, equals: expected.rows(0..<half))
    }
  }

  @Test(.needsFixtures("small_variance.safetensors"))
  func tinyVarianceShowsTheNormEpsilon() throws {
    let fixture = try NetworkFixture("dit_tiny")
    let expected = try fixture.folder.archive("small_variance.safetensors")
    let scaled = ScaledArchive(
      base: fixture.weights,
      factors: [
        "pos_embed": 0.001, "x_embedder.proj.weight": 0.001, "x_embedder.proj.bias": 0.001,
      ])
    let model = try DiffusionTransformer(
      reading: scaled, heads: fixture.heads, positionScale: fixture.positionScale)
    let captions = CaptionBatch(try fixture.captions(model, "fwd."))
    let output = model.predict(
      latents: try fixture.io.tensor("fwd.x"), timesteps: try fixture.io.tensor("fwd.t").values,
      captions: captions)
    StageComparison(suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance).expect(
      "small variance", output, equals: try expected.tensor("dit.out"))
  }
}

/// An archive some of whose tensors are multiplied by a factor.
struct ScaledArchive: TensorArchive {
  let base: any TensorArchive
  let factors: [String: Float]
  var names: [String] { base.names }
  var metadata: [String: String] { base.metadata }
  var path: String { base.path }
  func entry(_ name: String) -> TensorEntry? { base.entry(name) }
  func tensor(_ name: String) throws -> Tensor {
    let tensor = try base.tensor(name)
    return factors[name].map { tensor.scaled(by: $0) } ?? tensor
  }
  func rows(_ indices: [Int], of name: String) throws -> Tensor {
    try tensor(name).gatheringRows(indices)
  }
  func evictMappedPages() {}
}

extension Tensor {
  /// Layer norm over the last axis: the product's modulated one with neither scale nor shift.
  fileprivate func normalized() -> Tensor {
    let none = Tensor(
      [Float](repeating: 0, count: shape[0] * shape[rank - 1]),
      shape: [shape[0], shape[rank - 1]])
    return modulatedLayerNorm(shift: none, scale: none)
  }
}
