import AuditModel
import Basics
import Checkpoints
import Foundation
import Tensors
import Testing

@testable import ChexGen

/// The built-in model against the run that its training script stored beside it.
@Suite struct MiniParityTests {
  private static let source = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/ChexGen/Mini").standardizedFileURL.path

  @Test func theBuiltInModelEqualsItsReference() throws {
    let source = Self.source
    let io = try openArchive(at: source + "/reference.safetensors")
    let sidecar = try JSON5Reader.value(ofFile: source + "/reference.json")
    let model = try RadiographModel.load(GeneratorSpecification()) { $0 }
    let prompts = try #require(sidecar["prompts"]?.elements).compactMap(\.string)
    let encoded = try model.encode(prompts)
    #expect(encoded.map(\.cleanedText) == sidecar["cleaned"]?.elements?.compactMap(\.string))
    var errors: [String: Double] = [:]

    let text = try io.tensor("t5.output")
    for (row, prompt) in encoded.enumerated() {
      let expected = text.slice(row).rows(0..<prompt.tokenCount)
      errors["text"] = max(errors["text"] ?? 0, relativeError(prompt.features, expected))
    }
    let noise = try io.tensor("noise")
    let rows = noise.shape[0]
    let timestep = Float(try #require(sidecar["timestep"]?.int))
    let scale = Float(try #require(sidecar["guidance"]?.double))
    let captions = encoded.map { model.transformer.condition(on: $0.features) }
    let null = try model.nullCaption(withControl: false)
    let batch = CaptionBatch(captions + captions.map { null.prefix($0.tokenCount) })
    func predict(_ x: Tensor, _ t: Float) -> (plain: Tensor, guided: Tensor) {
      let output = model.transformer.predict(
        latents: Tensor.concatenated([x, x]), timesteps: Array(repeating: t, count: 2 * rows),
        captions: batch)
      let plain = output.rows(0..<rows)
      return (
        plain,
        guided(
          conditional: plain, unconditional: output.rows(rows..<2 * rows), scale: scale,
          channels: .firstThree, latentChannels: model.transformer.sizes.latentChannels)
      )
    }
    let one = predict(noise, timestep)
    errors["denoiser"] = relativeError(one.plain, try io.tensor("dit.output"))
    errors["guided"] = relativeError(one.guided, try io.tensor("dit.guided"))

    let timesteps = try #require(sidecar["timesteps"]?.ints)
    var sampler = try DDIMSampler(stepCount: timesteps.count)
    #expect(sampler.timesteps == timesteps)
    var latents = noise
    for (index, timestep) in timesteps.enumerated() {
      latents =
        sampler.step(
          index, latents: latents, prediction: predict(latents, Float(timestep)).guided
        ) { noise }.latents
    }
    errors["latents"] = relativeError(latents, try io.tensor("ddim.latent"))
    let decoded = try model.autoencoder.decode(
      latents.rows(0..<1).scaled(by: 1 / model.latentScale))
    errors["decoded"] = relativeError(decoded, try io.tensor("decoded.0"))
    for (stage, error) in errors.sorted(by: { $0.key < $1.key }) {
      print("MiniParityTests: \(stage): relative error \(error)")
      // One evaluation keeps 1e-5 as the fixtures do; a trajectory of guided steps 1e-4, as theirs.
      #expect(error <= (["latents", "decoded"].contains(stage) ? 1e-4 : 1e-5), "\(stage)")
    }
  }
}
