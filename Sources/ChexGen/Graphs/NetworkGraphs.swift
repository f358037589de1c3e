import Basics
import OnnxGraphs
import Synchronization
import Tensors

/// ONNX Runtime as the engine of text encoder, denoiser and autoencoder.
///
/// Tokens, samplers, noise and everything between the networks stay this program's own. Graphs are made when
/// first needed: one for all blocks of the text encoder, one per grid of tokens of the denoiser.
package final class NetworkGraphs: Sendable {
  private let runtime: OnnxRuntime
  package let placement: GraphPlacement
  private let sessions = Mutex<[Key: GraphSession]>([:])
  private let failure = Mutex<AuditFailure?>(nil)

  private enum Key: Hashable {
    case denoiser(ObjectIdentifier, height: Int, width: Int, isConditioned: Bool)
    case decoder
    case encoder
    case textBlock
  }

  /// - Throws: ``AuditFailure`` where the library or its provider is missing.
  package init(runtime: OnnxRuntime, placement: GraphPlacement) throws {
    try runtime.require(placement.provider)
    self.runtime = runtime
    self.placement = placement
  }

  /// Library, provider and options, for provenance: `ONNX Runtime 1.32.0, CPU`.
  package var record: String {
    let options = placement.options.sorted { $0.key < $1.key }.map { ", \($0.key)=\($0.value)" }
    return "ONNX Runtime \(runtime.version), \(placement.provider)\(options.joined())"
  }

  /// What ``predict(_:latents:timesteps:captions:condition:)`` could not do, told once.
  ///
  /// A step of the sampler cannot throw; its latents are then no numbers, and whoever decodes them asks
  /// here why.
  func takeFailure() -> AuditFailure? {
    failure.withLock { failure in
      defer { failure = nil }
      return failure
    }
  }

  private func session(
    _ key: Key, name: String, output: String,
    shape: @escaping @Sendable ([String: Tensor]) -> [Int], _ make: () throws -> GraphBuilder
  ) throws -> GraphSession {
    if let known = sessions.withLock({ $0[key] }) { return known }
    let made = try GraphSession(
      make(), name: name, runtime: runtime, placement: placement,
      threads: Parallelism.isSerial ? 1 : 0, output: output, shape: shape)
    sessions.withLock { $0[key] = made }
    return made
  }

  /// As ``DiffusionTransformer/predict(latents:timesteps:captions:condition:)``; not-a-number
  /// throughout where ONNX Runtime failed.
  func predict(
    _ network: DiffusionTransformer, latents: Tensor, timesteps: [Float], captions: CaptionBatch,
    condition: Tensor?
  ) -> Tensor {
    let sizes = network.sizes
    do {
      guard let projected = captions.projected else {
        throw AuditFailure("captions were projected for other networks than ONNX Runtime's")
      }
      let isConditioned = condition != nil && network.hasControl
      let (height, width) = (latents.shape[2] / sizes.patch, latents.shape[3] / sizes.patch)
      let outputs = sizes.outputChannels
      let session = try self.session(
        .denoiser(
          ObjectIdentifier(network.nullCaption.storage), height: height, width: width,
          isConditioned: isConditioned), name: "denoiser", output: "prediction",
        shape: { inputs in
          let latents = inputs["latents"]?.shape ?? [0, 0, 0, 0]
          return [latents[0], outputs, latents[2], latents[3]]
        }
      ) {
        try TransformerGraph(
          network: network, height: height, width: width, isConditioned: isConditioned
        ).builder()
      }
      let longest = projected.shape[1]
      var inputs = [
        "latents": latents, "captions": projected,
        "sinusoids": Tensor(
          timesteps.flatMap { timestepSinusoid($0, channels: sizes.frequencyChannels) },
          shape: [timesteps.count, sizes.frequencyChannels]),
        "mask": Tensor(
          captions.tokenCounts.flatMap { count -> [Float] in
            (0..<longest).map { $0 < count ? 1 : 0 }
          }, shape: [timesteps.count, longest]),
      ]
      if isConditioned { inputs["condition"] = condition }
      return try session.run(inputs)
    } catch {
      let reason = error as? AuditFailure ?? AuditFailure("\(error)")
      failure.withLock { $0 = $0 ?? reason }
      return Tensor(
        repeating: .nan,
        shape: [latents.shape[0], sizes.outputChannels, latents.shape[2], latents.shape[3]])
    }
  }

  /// A block of the text encoder.
  ///
  /// - Parameters:
  ///   - hidden: `[rows, tokens, channels]`.
  ///   - lengths: Tokens that count, by row.
  ///   - bias: `[heads, tokens, tokens]`.
  /// - Returns: Like `hidden`; what stands at padding is nobody's.
  func transform(
    _ hidden: Tensor, lengths: [Int], bias: Tensor, _ weights: TextBlockGraph.Weights,
    of configuration: T5Configuration
  ) throws -> Tensor {
    let session = try self.session(
      .textBlock, name: "text encoder", output: "blocked",
      shape: { $0["hidden"]?.shape ?? [0, 0, 0] }
    ) { TextBlockGraph(configuration: configuration).builder() }
    let tokens = hidden.shape[1]
    var inputs = weights.named
    inputs["hidden"] = hidden
    inputs["bias"] = bias.reshaped([1] + bias.shape)
    inputs["mask"] = Tensor(
      lengths.flatMap { length in (0..<tokens).map { $0 < length ? 1 : 0 } },
      shape: [lengths.count, tokens])
    return try session.run(inputs)
  }

  /// As ``Encoder/moments(_:)``.
  ///
  /// - Parameter reduction: Image pixels per latent pixel, along one side.
  func moments(_ network: Encoder, _ images: Tensor, reduction: Int) throws -> Tensor {
    let channels = network.quantization?.outputs ?? network.convolutionOut.outputs
    let session = try self.session(
      .encoder, name: "encoder", output: "moments",
      shape: { inputs in
        let images = inputs["images"]?.shape ?? [0, 0, 0, 0]
        return [images[0], channels, images[2] / reduction, images[3] / reduction]
      }
    ) { try EncoderGraph(network: network).builder() }
    // One at a time, as the decoder.
    return Tensor.concatenated(
      try (0..<images.shape[0]).map { try session.run(["images": images.rows($0..<$0 + 1)]) })
  }

  /// As ``Autoencoder/decode(_:)``.
  func decode(_ network: Autoencoder, _ latents: Tensor) throws -> Tensor {
    let (channels, reduction) = (network.imageChannels, network.reduction)
    let session = try self.session(
      .decoder, name: "decoder", output: "images",
      shape: { inputs in
        let latents = inputs["latents"]?.shape ?? [0, 0, 0, 0]
        return [latents[0], channels, latents[2] * reduction, latents[3] * reduction]
      }
    ) { try DecoderGraph(network: network).builder() }
    // One at a time: the largest level bounds the memory.
    return Tensor.concatenated(
      try (0..<latents.shape[0]).map { try session.run(["latents": latents.rows($0..<$0 + 1)]) })
  }
}
