import Basics
import Tensors

/// Trained copies of the first blocks that carry a control image into the base model.
///
/// Copy `k` runs beside base block `k + 1` and its result is added to that block's *input*; base
/// block 0 runs before the first copy.
///
/// - SeeAlso: ChexGen's `ControlT2IDiT`; PixArt-δ, Chen et al. 2024.
struct ControlBranch: Sendable {
  struct Copy: Sendable {
    let block: DiffusionTransformerBlock
    let after: Linear
  }
  /// Projects the embedded condition before the first copy.
  let before: Linear
  let copies: [Copy]

  init(reading weights: WeightReader, sizes: TransformerSizes) throws {
    let count = weights.count(ofBlocks: "#.copied_block.")
    guard count > 0, count < sizes.depth else {
      throw AuditFailure(
        "\(weights.archive.path) has \(count) copied blocks for a base of \(sizes.depth)",
        hint: "a control checkpoint has at least one and fewer than the base's blocks")
    }
    before = try weights.linear("0.before_proj", inputs: sizes.channels, outputs: sizes.channels)
    copies = try (0..<count).map {
      let inside = weights.inside("\($0)")
      return Copy(
        block: try DiffusionTransformerBlock(reading: inside.inside("copied_block"), sizes: sizes),
        after: try inside.linear("after_proj", inputs: sizes.channels, outputs: sizes.channels))
    }
  }

  /// The tokens after all base blocks, with the copies' results added on the way.
  ///
  /// - Parameters:
  ///   - tokens: `[rows, tokens, channels]`, embedded latents.
  ///   - condition: The embedded control latents, of the same shape.
  func run(
    _ blocks: [DiffusionTransformerBlock], tokens: Tensor, condition: Tensor, timestep: Tensor,
    captions: CaptionBatch
  ) -> Tensor {
    var tokens = blocks[0](tokens, timestep: timestep, caption: captions.blocks[0])
    var carried = tokens + before(condition)
    for index in 1..<blocks.count {
      if index <= copies.count {
        let copy = copies[index - 1]
        carried = copy.block(carried, timestep: timestep, caption: captions.copies[index - 1])
        tokens.add(copy.after(carried))
      }
      tokens = blocks[index](tokens, timestep: timestep, caption: captions.blocks[index])
    }
    return tokens
  }
}
