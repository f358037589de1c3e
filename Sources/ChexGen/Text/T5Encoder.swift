import AuditModel
import Checkpoints
import Tensors

/// The encoder of T5 v1.1: token ids to caption features, in single precision.
///
/// No bias in any linear map, no scaling of attention scores or embeddings, root-mean-square
/// norms before each half of a block and at the end, a gated GELU between. The upstream model runs
/// in bfloat16; differences of about 1 % of the features to it are its rounding.
package struct T5Encoder: Sendable {
  /// Where the weights are between calls.
  package enum Residency: Sendable {
    /// All in memory, as `Float`.
    case resident
    /// In the file; each matrix is read when it is needed and let go. For T5-XXL.
    case streaming
    /// Resident up to 64 million weights, else streaming.
    case automatic
  }

  package let configuration: T5Configuration
  private let archive: any TensorArchive
  private let resident: [String: Tensor]
  private let isStreaming: Bool

  private static let residentLimit = 64_000_000

  /// - Throws: `AuditFailure` when the weights cannot be read.
  package init(
    archive: any TensorArchive, configuration: T5Configuration, residency: Residency = .automatic
  ) throws {
    self.archive = archive
    self.configuration = configuration
    let count = archive.names.reduce(0) { sum, name in
      sum + (archive.entry(name)?.shape.reduce(1, *) ?? 0)
    }
    isStreaming = residency == .streaming || residency == .automatic && count > Self.residentLimit
    var resident: [String: Tensor] = [:]
    if !isStreaming {
      for name in archive.names where name.hasPrefix("\(configuration.prefix)block.") {
        resident[name] = try archive.tensor(name)
      }
    }
    self.resident = resident
  }

  /// The features of padded token sequences, `[batch, tokens, channels]`.
  ///
  /// - Parameters:
  ///   - ids: Rows of equal length.
  ///   - masks: 1 for tokens, then 0 for padding; padding is on the right.
  ///   - paddedRows: Whether to compute the features at padding too; no consumer reads them, and
  ///     without them they are zero.
  /// - Throws: `AuditFailure` for an id outside the vocabulary, a mask with a gap, or weights that
  ///   cannot be read.
  package func encode(
    ids: [[Int]], masks: [[Int]], paddedRows: Bool = true
  ) throws -> Tensor {
    try encode(ids: ids, masks: masks, paddedRows: paddedRows) { _, _ in }
  }

  /// As ``encode(ids:masks:paddedRows:)``, showing the embeddings (0) and each block's output (1…).
  func encode(
    ids: [[Int]], masks: [[Int]], paddedRows: Bool, visit: (Int, Tensor) -> Void
  ) throws -> Tensor {
    let lengths = try checkedLengths(ids: ids, masks: masks)
    let tokens = ids.first?.count ?? 0
    guard tokens > 0 else { return Tensor(uninitialized: [ids.count, 0, configuration.channels]) }
    let computed = paddedRows ? tokens : lengths.max() ?? tokens
    let batch = ids.count
    var hidden = try archive.rows(
      ids.flatMap { $0.prefix(computed) }, of: configuration.embeddingName
    ).reshaped([batch, computed, configuration.channels])
    visit(0, hidden)
    let bias = try positionBias(tokens: computed)
    for block in 0..<configuration.depth {
      try attend(block, &hidden, lengths: lengths, bias: bias)
      try feedForward(block, &hidden)
      if isStreaming { archive.evictMappedPages() }
      visit(block + 1, hidden)
    }
    let norm = try archive.tensor("\(configuration.prefix)final_layer_norm.weight")
    let features = hidden.rmsNorm(weight: norm, epsilon: configuration.layerNormEpsilon)
    return computed == tokens ? features : Self.padded(features, to: tokens)
  }

  /// The attention bias shared by all blocks, `[heads, tokens, tokens]`.
  func positionBias(tokens: Int) throws -> Tensor {
    let table = try weight("block.0.layer.0.SelfAttention.relative_attention_bias.weight")
    return relativePositions.bias(table: table, tokens: tokens)
  }

  var relativePositions: RelativePositions {
    RelativePositions(
      bucketCount: configuration.relativeBucketCount,
      maximumDistance: configuration.relativeMaximumDistance)
  }

  private func attend(
    _ block: Int, _ hidden: inout Tensor, lengths: [Int], bias: Tensor
  ) throws {
    let layer = "block.\(block).layer.0"
    let normed = hidden.rmsNorm(
      weight: try weight("\(layer).layer_norm.weight"), epsilon: configuration.layerNormEpsilon)
    let queries = normed.linear(weight: try weight("\(layer).SelfAttention.q.weight"))
    let keys = normed.linear(weight: try weight("\(layer).SelfAttention.k.weight"))
    let values = normed.linear(weight: try weight("\(layer).SelfAttention.v.weight"))
    let mixed = attention(
      queries: HeadView(queries), keys: HeadView(keys), values: HeadView(values),
      batch: hidden.shape[0], queryCount: hidden.shape[1], keyCounts: lengths,
      heads: configuration.heads, headWidth: configuration.headWidth, scale: 1, bias: bias)
    hidden.add(mixed.linear(weight: try weight("\(layer).SelfAttention.o.weight")))
  }

  private func feedForward(_ block: Int, _ hidden: inout Tensor) throws {
    let layer = "block.\(block).layer.1"
    let normed = hidden.rmsNorm(
      weight: try weight("\(layer).layer_norm.weight"), epsilon: configuration.layerNormEpsilon)
    var gated = normed.linear(
      weight: try weight("\(layer).DenseReluDense.wi_0.weight"), activation: .geluTanh)
    gated.multiply(by: normed.linear(weight: try weight("\(layer).DenseReluDense.wi_1.weight")))
    hidden.add(gated.linear(weight: try weight("\(layer).DenseReluDense.wo.weight")))
  }

  private func weight(_ name: String) throws -> Tensor {
    let name = configuration.prefix + name
    return try resident[name] ?? archive.tensor(name)
  }

  private func checkedLengths(ids: [[Int]], masks: [[Int]]) throws -> [Int] {
    precondition(ids.count == masks.count, "every sequence has its mask")
    return try zip(ids, masks).map { ids, mask in
      precondition(ids.count == mask.count, "a mask is as long as its sequence")
      let length = mask.prefix { $0 != 0 }.count
      guard length > 0 || ids.isEmpty, mask[length...].allSatisfy({ $0 == 0 }) else {
        throw AuditFailure("a caption's mask must be ones and then zeros, padding on the right")
      }
      guard let outside = ids.first(where: { !(0..<configuration.vocabularyCount).contains($0) })
      else { return length }
      throw AuditFailure(
        "\(archive.path): there is no token \(outside) among its \(configuration.vocabularyCount)",
        hint: "the tokenizer and the text encoder do not belong together")
    }
  }

  /// Zero rows at the end of each sample.
  private static func padded(_ features: Tensor, to tokens: Int) -> Tensor {
    let (batch, computed, channels) = (features.shape[0], features.shape[1], features.shape[2])
    var result = Tensor.zeros([batch, tokens, channels])
    result.withUnsafeMutablePointer { target in
      features.withUnsafePointer { source in
        for sample in 0..<batch {
          (target + sample * tokens * channels).update(
            from: source + sample * computed * channels, count: computed * channels)
        }
      }
    }
    return result
  }
}
