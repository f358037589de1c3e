import Checkpoints
import Images
import Tensors
import Testing

@testable import ChexGen

/// Every stored trajectory, replayed with its stored noise.
@Suite struct TrajectoryParityTests {
  private static let suite = "TrajectoryParityTests"

  @Test(.needsFixtures("traj.json", "dit_tiny.json"), arguments: TestedEngine.all)
  func trajectoriesEqualTheReference(engine: TestedEngine) throws {
    let folder = try FixtureFolder.locate()
    let sidecar = try folder.sidecar("traj")
    let model = try NetworkFixture(sidecar["model"]?.string ?? "dit_tiny").transformer(on: engine)
    // The subset inside the package has no autoencoder; latents are compared without it.
    let autoencoder = sidecar["vae"]?.string ?? "vae_tiny"
    let decoder =
      folder.has(autoencoder + ".json")
      ? try NetworkFixture(autoencoder).autoencoder(on: engine) : nil
    var count = 0
    for file in try #require(sidecar["files"]?.members) {
      guard let rule = file.value["sampler"]?.string, folder.has(file.name + ".safetensors") else {
        continue  // the subset holds one of each kind
      }
      count += 1
      try replay(
        file.name, engine, rule: rule, guidance: file.value["cfg_scale"]?.double, folder: folder,
        model: model, decoder: decoder)
    }
    #expect(count > 0)
  }

  private func sampler(_ rule: String, stepCount: Int) throws -> any Sampler {
    if rule.contains("DPM") { return try DPMSolverPlusPlus2M(stepCount: stepCount) }
    if rule.lowercased().contains("ddim") { return try DDIMSampler(stepCount: stepCount) }
    #expect(rule.contains("p_sample"), "no sampler for '\(rule)'")
    return try AncestralSampler(stepCount: stepCount)
  }

  private func replay(
    _ file: String, _ engine: TestedEngine, rule: String, guidance: Double?, folder: FixtureFolder,
    model: DiffusionTransformer, decoder: Autoencoder?
  ) throws {
    let io = try folder.archive(file + ".safetensors")
    let name = "\(file), \(engine.rawValue),"
    let timesteps = try io.integers("timesteps")
    var sampler = try sampler(rule, stepCount: timesteps.count)
    #expect(sampler.timesteps == timesteps, "\(name) visits other timesteps")
    var latents = try io.tensor("z")
    let rows = latents.shape[0]
    let captions = captionConditionings(
      model, features: try io.tensor("y"), mask: try io.tensor("mask"))
    let null = model.condition(on: model.nullCaption)
    let batch = CaptionBatch(
      guidance == nil ? captions : captions + captions.map { null.prefix($0.tokenCount) })
    let noise = io.entry("noise") == nil ? nil : try io.tensor("noise")
    let expectedClean = io.entry("pred_xstart") == nil ? nil : try io.tensor("pred_xstart")
    let expected = try io.tensor("x")
    var (worst, worstClean) = (0.0, 0.0)
    for (index, timestep) in timesteps.enumerated() {
      let doubled = guidance == nil ? latents : Tensor.concatenated([latents, latents])
      var prediction = model.predict(
        latents: doubled, timesteps: Array(repeating: Float(timestep), count: doubled.shape[0]),
        captions: batch)
      if let guidance {
        prediction = guided(
          conditional: prediction.rows(0..<rows), unconditional: prediction.rows(rows..<2 * rows),
          scale: Float(guidance), channels: .firstThree,
          latentChannels: model.sizes.latentChannels)
      }
      let step = sampler.step(index, latents: latents, prediction: prediction) {
        noise?.slice(index).rows(0..<rows) ?? Tensor.zeros(latents.shape)
      }
      latents = step.latents
      worst = max(worst, relativeError(latents, expected.slice(index)))
      if let expectedClean {
        worstClean = max(worstClean, relativeError(step.predictedClean, expectedClean.slice(index)))
      }
    }
    let compare = StageComparison(suite: Self.suite, folder: folder, tolerance: 1e-4)
    folder.report(Self.suite, "\(name) latents of all steps", error: worst)
    // A chain of up to a hundred forwards, each within 1e-5, and the guidance scale's factor.
    #expect(worst <= 1e-4, "\(name)")
    if expectedClean != nil {
      folder.report(Self.suite, "\(name) clean predictions", error: worstClean)
      #expect(worstClean <= 1e-4, "\(name)")
    }
    guard let decoder else { return }
    let decoded = try decoder.decode(latents.scaled(by: 1 / decoder.settings.latentScale))
    compare.expect("\(name) decoded", decoded, equals: try io.tensor("decoded"))
    let levels = try io.tensor("image_u8")
    for sample in 0..<rows {
      expectLevels(RasterImage(decoded: decoded.slice(sample)), equal: levels.slice(sample), name)
    }
  }
}
