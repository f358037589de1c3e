import Basics

/// The sizes of a diffusion transformer, read from its checkpoint.
package struct TransformerSizes: Sendable, Equatable {
  /// Number of blocks.
  package var depth: Int
  /// Width of a token.
  package var channels: Int
  package var heads: Int
  /// Width of the hidden layer of a block's MLP.
  package var hiddenChannels: Int
  /// Side of a square patch, in latent pixels.
  package var patch: Int
  package var latentChannels: Int
  /// 2 × `latentChannels` where the variance is learned.
  package var outputChannels: Int
  /// Width of the text features.
  package var captionChannels: Int
  /// Longest caption, in tokens.
  package var captionTokens: Int
  /// Side of the square token grid that `pos_embed` was stored for.
  package var gridSide: Int
  /// Width of the timestep sinusoid.
  package var frequencyChannels: Int

  package var headWidth: Int { channels / heads }
  /// Side of the square latent that the stored position embedding fits.
  package var latentSide: Int { gridSide * patch }

  /// The released widths and their head counts, the only size that no tensor's shape shows.
  static let headsByWidth = [1152: 16, 1024: 16, 768: 12, 384: 6]

  /// - Parameter heads: The number of attention heads; nil takes it from the archive's metadata
  ///   (`heads`), then from the released widths.
  /// - Throws: `AuditFailure` when a tensor is missing, sizes disagree, or the heads are unknown.
  init(reading weights: WeightReader, heads explicitHeads: Int? = nil) throws {
    let path = weights.archive.path
    let embedder = try weights.shape("x_embedder.proj.weight")
    guard embedder.count == 4, embedder[2] == embedder[3], embedder.allSatisfy({ $0 > 0 }) else {
      throw AuditFailure(
        "\(path): tensor '\(weights.prefix)x_embedder.proj.weight' has shape \(embedder), "
          + "not [channels, latent channels, patch, patch]")
    }
    channels = embedder[0]
    latentChannels = embedder[1]
    patch = embedder[2]
    guard channels % 4 == 0 else {
      throw AuditFailure("\(path): the token width \(channels) is not a multiple of 4")
    }

    depth = weights.count(ofBlocks: "blocks.#.")
    guard depth > 0 else {
      throw AuditFailure("\(path) has no tensor '\(weights.prefix)blocks.0…'")
    }
    hiddenChannels = try Self.extent(weights, "blocks.0.mlp.fc1.weight", 0, rank: 2)
    captionChannels = try Self.extent(weights, "y_embedder.y_proj.fc1.weight", 1, rank: 2)
    captionTokens = try Self.extent(weights, "y_embedder.y_embedding", 0, rank: 2)
    frequencyChannels = try Self.extent(weights, "t_embedder.mlp.0.weight", 1, rank: 2)
    let outputs = try Self.extent(weights, "final_layer.linear.weight", 0, rank: 2)
    guard outputs % (patch * patch) == 0, outputs / (patch * patch) >= latentChannels else {
      throw AuditFailure(
        "\(path): 'final_layer.linear.weight' has \(outputs) outputs, which are not "
          + "patches of \(patch)×\(patch)")
    }
    outputChannels = outputs / (patch * patch)
    guard frequencyChannels % 2 == 0 else {
      throw AuditFailure("\(path): the timestep sinusoid's width \(frequencyChannels) is odd")
    }

    let tokens = try Self.extent(weights, "pos_embed", 1, rank: 3)
    gridSide = Int(Double(tokens).squareRoot().rounded())
    guard gridSide * gridSide == tokens else {
      throw AuditFailure("\(path): 'pos_embed' has \(tokens) tokens, which form no square")
    }

    heads = try Self.heads(weights, explicit: explicitHeads, channels: channels)
  }

  /// What stands in the metadata has to fit even where another source decides.
  private static func heads(_ weights: WeightReader, explicit: Int?, channels: Int) throws -> Int {
    let path = weights.archive.path
    let stated = try weights.archive.metadata["heads"].map { text in
      guard let count = Int(text), count > 0, explicit == nil || explicit == count else {
        throw AuditFailure(
          "\(path): its metadata say 'heads' is '\(text)'"
            + (explicit.map { ", and model.json says \($0)" } ?? ", which is no number of heads"))
      }
      return count
    }
    guard let heads = explicit ?? stated ?? headsByWidth[channels] else {
      throw AuditFailure(
        "\(path): the number of attention heads cannot be read from a DiT of width \(channels)",
        hint: "write it as \"dit\": {\"heads\": …} into model.json beside the weights, or as "
          + "'heads' into the safetensors metadata")
    }
    guard heads > 0, channels % heads == 0 else {
      throw AuditFailure("\(path): \(heads) heads do not divide the width \(channels)")
    }
    return heads
  }

  private static func extent(
    _ weights: WeightReader, _ key: String, _ axis: Int, rank: Int
  ) throws -> Int {
    let shape = try weights.shape(key)
    guard shape.count == rank, shape.allSatisfy({ $0 > 0 }) else {
      throw AuditFailure(
        "\(weights.archive.path): tensor '\(weights.prefix)\(key)' has shape \(shape), "
          + "not \(rank) extents above zero")
    }
    return shape[axis]
  }
}
