import Checkpoints
import Tensors
import Testing

@testable import ChexGen

@Suite(.needsFixtures("control_tiny.json")) struct ControlParityTests {
  private static let suite = "ControlParityTests"

  @Test func controlledForwardEqualsTheReference() throws {
    let fixture = try NetworkFixture("control_tiny")
    let (model, io) = (try fixture.transformer(), fixture.io)
    let control = try #require(model.control)
    #expect(control.copies.count == fixture.sidecar["config"]?["copy_blocks_num"]?.int)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let (x, c) = (try io.tensor("fwd.x"), try io.tensor("fwd.c"))
    let timesteps = try io.tensor("fwd.t").values
    let captions = CaptionBatch(try fixture.captions(model, "fwd."))

    let (height, width) = (x.shape[2] / model.sizes.patch, x.shape[3] / model.sizes.patch)
    var embedded = model.embedPatches(c)
    embedded.addToEachSample(model.positions.computed(height: height, width: width))
    compare.expect(
      "condition embedding", embedded, equals: try io.tensor("fwd.mid.before_proj.in(forward_c)"))
    compare.expect(
      "before_proj", control.before(embedded), equals: try io.tensor("fwd.mid.before_proj.out"))
    var tokens = model.embedPatches(x)
    tokens.addToEachSample(model.positions.positions(height: height, width: width))
    let shared = model.sharedTimestepProjection(model.embedTimesteps(timesteps))
    compare.expect("base block 0 in", tokens, equals: try io.tensor("fwd.mid.base_block0.in"))
    var stage = model.blocks[0](tokens, timestep: shared, caption: captions.blocks[0])
    compare.expect("base block 0 out", stage, equals: try io.tensor("fwd.mid.base_block0.out"))
    var carried = stage + control.before(embedded)
    for (index, copy) in control.copies.enumerated() {
      carried = copy.block(carried, timestep: shared, caption: captions.copies[index])
      compare.expect(
        "control \(index) carried", carried, equals: try io.tensor("fwd.mid.control\(index).c"))
      let skip = copy.after(carried)
      compare.expect(
        "control \(index) added", skip, equals: try io.tensor("fwd.mid.control\(index).c_skip"))
      stage = model.blocks[index + 1](
        stage + skip, timestep: shared, caption: captions.blocks[index + 1])
      compare.expect(
        "base block \(index + 1) out", stage,
        equals: try io.tensor("fwd.mid.base_block\(index + 1).out"))
    }
    compare.expect(
      "controlled output",
      model.predict(latents: x, timesteps: timesteps, captions: captions, condition: c),
      equals: try io.tensor("fwd.out"))
    compare.expect(
      "output without a condition",
      model.predict(latents: x, timesteps: timesteps, captions: captions),
      equals: try io.tensor("nocond.out"))
  }

  @Test(arguments: TestedEngine.all)
  func controlIgnoresGuidanceAsTheReferenceDoes(engine: TestedEngine) throws {
    let fixture = try NetworkFixture("control_tiny")
    let (model, io) = (try fixture.transformer(on: engine), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    // The reference feeds the first half of x to both halves.
    let half = try io.tensor("cfg.x").shape[0] / 2
    let x = try io.tensor("cfg.x").rows(0..<half)
    let output = model.predict(
      latents: Tensor.concatenated([x, x]), timesteps: try io.tensor("cfg.t").values,
      captions: CaptionBatch(try fixture.captions(model, "cfg.")),
      condition: try io.tensor("cfg.c"))
    for name in io.names where name.hasPrefix("cfg.out.scale") {
      compare.expect(name, output, equals: try io.tensor(name))
    }
  }

  @Test(arguments: TestedEngine.all)
  func otherGridsUseComputedPositions(engine: TestedEngine) throws {
    let fixture = try NetworkFixture("control_tiny")
    guard fixture.io.entry("nonsq.x") != nil else { return }
    let (model, io) = (try fixture.transformer(on: engine), fixture.io)
    let compare = StageComparison(
      suite: Self.suite, folder: fixture.folder, tolerance: forwardTolerance)
    let x = try io.tensor("nonsq.x")
    let positions = model.positions.positions(
      height: x.shape[2] / model.sizes.patch, width: x.shape[3] / model.sizes.patch)
    let expected = try io.tensor("nonsq.pos_embed")
    compare.expect("positions", positions.reshaped(expected.shape), equals: expected)
    let timesteps = try io.tensor("fwd.t").values
    let captions = CaptionBatch(try fixture.captions(model, "fwd."))
    compare.expect(
      "output",
      model.predict(
        latents: x, timesteps: timesteps, captions: captions, condition: try io.tensor("nonsq.c")),
      equals: try io.tensor("nonsq.out"))
    compare.expect(
      "output without a condition",
      model.predict(latents: x, timesteps: timesteps, captions: captions),
      equals: try io.tensor("nonsq.out_nocond"))
  }

  @Test(arguments: TestedEngine.all)
  func trajectoriesEqualTheReference(engine: TestedEngine) throws {
    let fixture = try NetworkFixture("control_tiny")
    let (model, io) = (try fixture.transformer(on: engine), fixture.io)
    let compare = StageComparison(suite: Self.suite, folder: fixture.folder, tolerance: 1e-4)
    for name in io.names where name.hasPrefix("traj") && name.hasSuffix(".timesteps") {
      let prefix = String(name.dropLast("timesteps".count))
      let timesteps = try io.integers(name)
      var sampler = try AncestralSampler(stepCount: timesteps.count)
      #expect(sampler.timesteps == timesteps)
      let half = try io.tensor(prefix + "z").shape[0] / 2
      var latents = try io.tensor(prefix + "z").rows(0..<half)
      let (noise, expected) = (try io.tensor(prefix + "noise"), try io.tensor(prefix + "x"))
      // The trajectory shares caption and condition with the guidance case.
      let captions = CaptionBatch(Array(try fixture.captions(model, "cfg.").prefix(half)))
      let condition = try io.tensor("cfg.c").rows(0..<half)
      for (index, timestep) in timesteps.enumerated() {
        let prediction = model.predict(
          latents: latents, timesteps: Array(repeating: Float(timestep), count: half),
          captions: captions, condition: condition)
        latents =
          sampler.step(index, latents: latents, prediction: prediction) {
            noise.slice(index).rows(0..<half)
          }.latents
      }
      compare.expect(
        "\(prefix)final latents", latents,
        equals: expected.slice(timesteps.count - 1).rows(0..<half))
    }
  }
}

extension Tensor {
  /// Element `index` of the first axis, without that axis.
  func slice(_ index: Int) -> Tensor {
    rows(index..<index + 1).reshaped(Array(shape.dropFirst()))
  }
}
