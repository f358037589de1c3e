import AuditModel
import Checkpoints
import Tensors

/// The noise predictor: a transformer over latent patches with adaptive norm and captions.
///
/// - SeeAlso: ChexGen's `DiT` (Apache-2.0); the block is PixArt-α's.
package struct DiffusionTransformer: Sendable {
  package let sizes: TransformerSizes
  let patchEmbedder: Linear
  let positions: PositionTable
  let timestepIn: Linear
  let timestepOut: Linear
  let timestepBlock: Linear
  let captionIn: Linear
  let captionOut: Linear
  /// `[captionTokens, captionChannels]`: the learned caption of the unconditional branch, in the
  /// space of the text encoder's output.
  package let nullCaption: Tensor
  let blocks: [DiffusionTransformerBlock]
  let finalTable: Tensor
  let finalLinear: Linear
  /// Present in a control checkpoint.
  let control: ControlBranch?
  /// What computes the network in this program's place; nil: nothing does.
  var graphs: NetworkGraphs?

  package var hasControl: Bool { control != nil }

  /// Reads a plain or a control checkpoint, told apart by their keys.
  ///
  /// - Parameters:
  ///   - heads: Attention heads; nil finds them as ``TransformerSizes`` says.
  ///   - positionScale: nil reads it from the stored positions.
  ///   - precision: How the blocks' matrices are kept and multiplied; embeddings, caption projection
  ///     and final layer stay in single precision.
  /// - Throws: `AuditFailure` that names the file and the tensor which is missing or misshapen.
  package init(
    reading archive: any TensorArchive, heads: Int? = nil, positionScale: Float? = nil,
    precision: GeneratorSpecification.Precision = .fp32
  ) throws {
    let isControl =
      archive.entry("x_embedder.proj.weight") == nil
      && archive.entry("base_model.x_embedder.proj.weight") != nil
    let weights = WeightReader(archive, prefix: isControl ? "base_model." : "")
    let sizes = try TransformerSizes(reading: weights, heads: heads)
    let width = sizes.channels
    self.sizes = sizes
    let patchInputs = sizes.latentChannels * sizes.patch * sizes.patch
    patchEmbedder = Linear(
      weight: try weights.tensor(
        "x_embedder.proj.weight", [width, sizes.latentChannels, sizes.patch, sizes.patch]
      ).reshaped([width, patchInputs]),
      bias: try weights.tensor("x_embedder.proj.bias", [width]))
    let tokens = sizes.gridSide * sizes.gridSide
    positions = PositionTable(
      stored: try weights.tensor("pos_embed", [1, tokens, width]).reshaped([tokens, width]),
      side: sizes.gridSide, scale: positionScale)
    timestepIn = try weights.linear(
      "t_embedder.mlp.0", inputs: sizes.frequencyChannels, outputs: width)
    timestepOut = try weights.linear("t_embedder.mlp.2", inputs: width, outputs: width)
    timestepBlock = try weights.linear("t_block.1", inputs: width, outputs: 6 * width)
    captionIn = try weights.linear(
      "y_embedder.y_proj.fc1", inputs: sizes.captionChannels, outputs: width)
    captionOut = try weights.linear("y_embedder.y_proj.fc2", inputs: width, outputs: width)
    nullCaption = try weights.tensor(
      "y_embedder.y_embedding", [sizes.captionTokens, sizes.captionChannels])
    blocks = try (0..<sizes.depth).map {
      try DiffusionTransformerBlock(
        reading: weights.inside("blocks.\($0)").with(precision), sizes: sizes)
    }
    finalTable = try weights.tensor("final_layer.shift_scale_table", [2, width])
    finalLinear = try weights.linear(
      "final_layer.linear", inputs: width,
      outputs: sizes.patch * sizes.patch * sizes.outputChannels)
    control =
      isControl
      ? try ControlBranch(
        reading: WeightReader(archive, prefix: "controlnet.", precision: precision), sizes: sizes)
      : nil
    // Rounded weights are copies; the pages they were read from are not needed again.
    if precision == .bf16 { archive.evictMappedPages() }
  }

  /// Noise and variance values of each row, `[rows, outputChannels, height, width]`.
  ///
  /// - Parameters:
  ///   - latents: `[rows, latentChannels, height, width]`, sides multiples of the patch.
  ///   - timesteps: One per row, on the scale of training.
  ///   - captions: One per row.
  ///   - condition: Scaled latents of the control image, shaped as `latents`; nil runs the plain
  ///     model.
  package func predict(
    latents: Tensor, timesteps: [Float], captions: CaptionBatch, condition: Tensor? = nil
  ) -> Tensor {
    let (height, width) = (latents.shape[2] / sizes.patch, latents.shape[3] / sizes.patch)
    precondition(
      timesteps.count == latents.shape[0] && captions.tokenCounts.count == timesteps.count)
    if let graphs {
      return graphs.predict(
        self, latents: latents, timesteps: timesteps, captions: captions, condition: condition)
    }
    var tokens = embedPatches(latents)
    tokens.addToEachSample(positions.positions(height: height, width: width))
    let time = embedTimesteps(timesteps)
    let shared = sharedTimestepProjection(time)
    if let control, let condition {
      var embedded = embedPatches(condition)
      embedded.addToEachSample(positions.computed(height: height, width: width))
      tokens = control.run(
        blocks, tokens: tokens, condition: embedded, timestep: shared, captions: captions)
    } else {
      for (index, block) in blocks.enumerated() {
        tokens = block(tokens, timestep: shared, caption: captions.blocks[index])
      }
    }
    return unpatchify(finalLayer(tokens, time: time), height: height, width: width)
  }

  /// Keys and values of a caption, from text features `[tokens, captionChannels]`.
  package func condition(on features: Tensor) -> CaptionConditioning {
    let caption = projectCaption(features)
    guard graphs == nil else {
      // Keys and values are cheap beside the rest of the network, and large to hand over every step.
      return CaptionConditioning(
        tokenCount: features.shape[0], blocks: [], copies: [], projected: caption)
    }
    return CaptionConditioning(
      tokenCount: features.shape[0], blocks: blocks.map { $0.crossKeyValue(caption) },
      copies: control?.copies.map { $0.block.crossKeyValue(caption) } ?? [])
  }

  // MARK: Stages

  /// `[rows, latentChannels, height, width]` to `[rows, tokens, channels]`, positions not added.
  func embedPatches(_ latents: Tensor) -> Tensor { patchEmbedder(latents.patches(sizes.patch)) }

  /// `[tokens, captionChannels]` to `[tokens, channels]`.
  func projectCaption(_ features: Tensor) -> Tensor {
    captionOut(captionIn(features, activation: .geluTanh))
  }

  /// `[rows, channels]`, each distinct timestep computed once.
  func embedTimesteps(_ timesteps: [Float]) -> Tensor {
    var rowOf: [Float: Int] = [:]
    var distinct: [Float] = []
    for timestep in timesteps where rowOf[timestep] == nil {
      rowOf[timestep] = distinct.count
      distinct.append(timestep)
    }
    let sinusoids = distinct.flatMap {
      timestepSinusoid($0, channels: sizes.frequencyChannels)
    }
    let embedded = timestepOut(
      timestepIn(Tensor(sinusoids, shape: [distinct.count, sizes.frequencyChannels])).silu())
    return embedded.gatheringRows(timesteps.map { rowOf[$0] ?? 0 })
  }

  /// `[rows, 6 * channels]`: what every block adds to its own table.
  func sharedTimestepProjection(_ time: Tensor) -> Tensor { timestepBlock(time.silu()) }

  /// `[rows, tokens, patch² * outputChannels]`; modulated by the timestep embedding itself.
  func finalLayer(_ tokens: Tensor, time: Tensor) -> Tensor {
    let modulation = Modulation(table: finalTable, timestep: time)
    return finalLinear(tokens.modulatedLayerNorm(shift: modulation[0], scale: modulation[1]))
  }

  /// Tokens back to an image: the last axis is `(dy, dx, channel)`.
  func unpatchify(_ tokens: Tensor, height: Int, width: Int) -> Tensor {
    let (patch, channels, rows) = (sizes.patch, sizes.outputChannels, tokens.shape[0])
    let across = width * patch
    let area = height * patch * across
    var result = Tensor(uninitialized: [rows, channels, height * patch, across])
    result.withUnsafeMutablePointer { out in
      tokens.withUnsafePointer { x in
        var source = x
        for row in 0..<rows {
          for y in 0..<height {
            for x in 0..<width {
              for dy in 0..<patch {
                for dx in 0..<patch {
                  let pixel = (y * patch + dy) * across + x * patch + dx
                  for channel in 0..<channels {
                    out[(row * channels + channel) * area + pixel] = source[channel]
                  }
                  source += channels
                }
              }
            }
          }
        }
      }
    }
    return result
  }
}

extension Tensor {
  /// `[rows, channels, height, width]` to `[rows, tokens, channels * side²]`, tokens row by row.
  func patches(_ side: Int) -> Tensor {
    let (rows, channels) = (shape[0], shape[1])
    let (height, width) = (shape[2] / side, shape[3] / side)
    precondition(shape[2] % side == 0 && shape[3] % side == 0, "\(shape) in patches of \(side)")
    let across = shape[3]
    let area = shape[2] * across
    var result = Tensor(uninitialized: [rows, height * width, channels * side * side])
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        var target = out
        for row in 0..<rows {
          for y in 0..<height {
            for column in 0..<width {
              for channel in 0..<channels {
                for dy in 0..<side {
                  let source =
                    x + (row * channels + channel) * area + (y * side + dy) * across + column * side
                  target.update(from: source, count: side)
                  target += side
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  /// Rows of the first axis in the order of `indices`, which may repeat.
  func gatheringRows(_ indices: [Int]) -> Tensor {
    let stride = shape[0] == 0 ? 0 : count / shape[0]
    var result = Tensor(uninitialized: [indices.count] + shape.dropFirst())
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        for (place, index) in indices.enumerated() {
          (out + place * stride).update(from: x + index * stride, count: stride)
        }
      }
    }
    return result
  }
}
