import Basics
import Foundation
import Tensors

/// The half of the autoencoder that turns images into latents.
struct Encoder: Sendable {
  let convolutionIn: ConvolutionWeights
  let levels: [ResolutionLevel]
  let middle: MiddleBlock
  let norm: GroupNormWeights
  let convolutionOut: ConvolutionWeights
  let quantization: ConvolutionWeights?

  init(reading root: WeightReader, groups: Int) throws {
    let weights = root.inside("encoder")
    convolutionIn = try ConvolutionWeights(reading: weights, "conv_in", kernel: 3)
    var channels = convolutionIn.outputs
    levels = try (0..<weights.count(ofBlocks: "down_blocks.#.")).map {
      let level = try ResolutionLevel(
        reading: weights.inside("down_blocks.\($0)"), inputs: channels, groups: groups,
        kind: .halve)
      channels = level.outputs(inputs: channels)
      return level
    }
    middle = try MiddleBlock(
      reading: weights.inside("mid_block"), channels: channels, groups: groups)
    norm = try GroupNormWeights(
      reading: weights, "conv_norm_out", channels: channels, groups: groups)
    convolutionOut = try ConvolutionWeights(
      reading: weights, "conv_out", inputs: channels, kernel: 3)
    quantization =
      root.contains("quant_conv.weight")
      ? try ConvolutionWeights(
        reading: root, "quant_conv", inputs: convolutionOut.outputs, kernel: 1) : nil
    guard (quantization?.outputs ?? convolutionOut.outputs) % 2 == 0 else {
      throw AuditFailure(
        "\(weights.archive.path): the encoder's outputs are not pairs of mean and log-variance")
    }
  }

  /// `[batch, 2 * latentChannels, height, width]`: means, then log-variances not yet clamped.
  func moments(_ images: Tensor) -> Tensor {
    let x = middle(levels.reduce(convolutionIn(images)) { $1($0) })
    let encoded = convolutionOut(norm(x, silu: true))
    return quantization?(encoded) ?? encoded
  }
}

extension Autoencoder {
  /// The distribution of the latents of `images`, `[batch, 3, height, width]` in -1...1.
  ///
  /// - Throws: `AuditFailure` when the weights have no encoder or the sides do not halve evenly.
  package func encode(_ images: Tensor) throws -> LatentDistribution {
    guard let encoder else {
      throw AuditFailure("these autoencoder weights hold no encoder, so no image can be encoded")
    }
    guard images.rank == 4, images.shape[1] == encoder.convolutionIn.inputs,
      images.shape[2] % reduction == 0, images.shape[3] % reduction == 0
    else {
      throw AuditFailure(
        "an image of shape \(images.shape) cannot be encoded: sides must be multiples of "
          + "\(reduction)")
    }
    let moments =
      try graphs.map { try $0.moments(encoder, images, reduction: reduction) }
      ?? encoder.moments(images)
    let (batch, channels) = (moments.shape[0], moments.shape[1] / 2)
    let shape = [batch, channels, moments.shape[2], moments.shape[3]]
    let half = shape.dropFirst().reduce(1, *)
    let values = moments.values
    func part(_ which: Int) -> [Float] {
      (0..<batch).flatMap { values[($0 * 2 + which) * half..<($0 * 2 + which + 1) * half] }
    }
    return LatentDistribution(
      mean: Tensor(part(0), shape: shape),
      logVariance: Tensor(part(1).map { min(max($0, -30), 20) }, shape: shape))
  }
}

/// `e^x` rounded once.
func exponential(_ x: Float) -> Float { Float(exp(Double(x))) }
