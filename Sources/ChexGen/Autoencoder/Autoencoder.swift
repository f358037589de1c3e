import Basics
import Checkpoints
import Tensors

/// The variational autoencoder between images and latents (diffusers' `AutoencoderKL`).
///
/// Images are `[batch, 3, height, width]` in -1...1, latents a factor ``reduction`` smaller per
/// side. Levels, channels and layers are read from the shapes of the tensors.
package struct Autoencoder: Sendable {
  package let settings: AutoencoderSettings
  let decoderIn: ConvolutionWeights
  let decoderMiddle: MiddleBlock
  let decoderLevels: [ResolutionLevel]
  let decoderNorm: GroupNormWeights
  let decoderOut: ConvolutionWeights
  let postQuantization: ConvolutionWeights?
  let encoder: Encoder?
  /// What encodes and decodes in this program's place; nil: nothing does.
  var graphs: NetworkGraphs?

  package var latentChannels: Int { postQuantization?.inputs ?? decoderIn.inputs }
  package var imageChannels: Int { decoderOut.outputs }
  /// Image pixels per latent pixel, along one side.
  package var reduction: Int { decoderLevels.reduce(1) { $1.change == nil ? $0 : $0 * 2 } }

  /// - Throws: `AuditFailure` that names the file and the tensor which is missing or misshapen.
  package init(reading archive: any TensorArchive, settings: AutoencoderSettings) throws {
    self.settings = settings
    let groups = settings.normGroups
    let root = WeightReader(archive)
    let weights = root.inside("decoder")
    decoderIn = try ConvolutionWeights(reading: weights, "conv_in", kernel: 3)
    var channels = decoderIn.outputs
    decoderMiddle = try MiddleBlock(
      reading: weights.inside("mid_block"), channels: channels, groups: groups)
    decoderLevels = try (0..<weights.count(ofBlocks: "up_blocks.#.")).map {
      let level = try ResolutionLevel(
        reading: weights.inside("up_blocks.\($0)"), inputs: channels, groups: groups,
        kind: .enlarge)
      channels = level.outputs(inputs: channels)
      return level
    }
    decoderNorm = try GroupNormWeights(
      reading: weights, "conv_norm_out", channels: channels, groups: groups)
    decoderOut = try ConvolutionWeights(reading: weights, "conv_out", inputs: channels, kernel: 3)
    guard decoderOut.outputs == 1 || decoderOut.outputs == 3 else {
      throw AuditFailure(
        "\(archive.path): the decoder gives \(decoderOut.outputs) channels, not 1 or 3")
    }
    postQuantization =
      root.contains("post_quant_conv.weight")
      ? try ConvolutionWeights(reading: root, "post_quant_conv", kernel: 1) : nil
    if let postQuantization, postQuantization.outputs != decoderIn.inputs {
      throw AuditFailure("\(archive.path): 'post_quant_conv' does not fit the decoder")
    }
    encoder =
      root.contains("encoder.conv_in.weight") ? try Encoder(reading: root, groups: groups) : nil
  }

  /// Images of latents that were already divided by the latent scale.
  ///
  /// - Parameter latents: `[batch, latentChannels, height, width]`.
  /// - Returns: `[batch, imageChannels, height * reduction, width * reduction]`, not clamped.
  /// - Throws: `AuditFailure` where another engine decodes and could not.
  package func decode(_ latents: Tensor) throws -> Tensor {
    if let graphs { return try graphs.decode(self, latents) }
    return decodeHere(latents)
  }

  private func decodeHere(_ latents: Tensor) -> Tensor {
    // Large images one at a time, for the largest level bounds the memory; small ones together, so
    // that every layer has work for all threads.
    let pixels = latents.shape[2] * latents.shape[3] * reduction * reduction
    let count = max(1, Self.pixelsTogether / max(1, pixels))
    let samples = stride(from: 0, to: latents.shape[0], by: count).map { start in
      Workspace().use {
        let part = latents.rows(start..<min(start + count, latents.shape[0]))
        let x = decoderMiddle(decoderIn(dequantize(part)))
        let levels = decoderLevels.reduce(x) { $1($0) }
        return decoderOut(decoderNorm(levels, silu: true))
      }
    }
    return Tensor.concatenated(samples)
  }

  /// Pixels of all images that are decoded at one time.
  private static var pixelsTogether: Int { 1 << 18 }

  /// The 1×1 convolution between stored latents and the decoder.
  func dequantize(_ latents: Tensor) -> Tensor { postQuantization?(latents) ?? latents }
}

/// Mean and log-variance of the latents of an image, each `[batch, latentChannels, height, width]`.
package struct LatentDistribution: Sendable {
  package let mean: Tensor
  /// Clamped to -30...20, as the reference does.
  package let logVariance: Tensor

  /// The most likely latents.
  package var mode: Tensor { mean }

  /// `mean + exp(logVariance / 2) * noise`.
  package func sample(noise: Tensor) -> Tensor {
    precondition(noise.count == mean.count)
    let (means, logs, noises) = (mean.values, logVariance.values, noise.values)
    return Tensor(
      means.indices.map { means[$0] + exponential(0.5 * logs[$0]) * noises[$0] },
      shape: mean.shape)
  }
}
