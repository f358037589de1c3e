import Basics
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
  /// What computes the blocks in this program's place; nil: nothing does.
  var graphs: NetworkGraphs?

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

  /// The features of captions of any length, each `[tokens, channels]`.
  ///
  /// All captions pass a block before the next one is read, so that streamed weights are read once
  /// however many captions there are, as long as their hidden layers fit half a gigabyte.
  /// - Throws: As ``encode(ids:masks:paddedRows:)``.
  package func encode(_ captions: [[Int]]) throws -> [Tensor] {
    // Captions of like length share a group, so that little is padded.
    let order = captions.indices.sorted { (captions[$0].count, $0) < (captions[$1].count, $1) }
    var results = [Tensor?](repeating: nil, count: captions.count)
    var rest = order[...]
    while !rest.isEmpty {
      var groups: [(places: [Int], group: CaptionGroup)] = []
      var held = 0
      while !rest.isEmpty, held < Self.heldValues {
        let places = Array(rest.prefix(Self.groupRows))
        rest = rest.dropFirst(places.count)
        let length = places.map { captions[$0].count }.max() ?? 0
        let ids = places.map {
          captions[$0] + Array(repeating: 0, count: length - captions[$0].count)
        }
        let masks = places.map { place in
          (0..<length).map { $0 < captions[place].count ? 1 : 0 }
        }
        groups.append((places, try group(ids: ids, masks: masks, computed: length)))
        held += places.count * length * configuration.channels
      }
      var hidden = groups.map(\.group)
      let features = try run(&hidden) { _, _ in }
      for (index, group) in groups.enumerated() {
        let width = features[index].shape[1]
        for (row, place) in group.places.enumerated() {
          results[place] = features[index].rows(row..<row + 1)
            .reshaped([width, configuration.channels]).rows(0..<captions[place].count)
        }
      }
    }
    return results.compactMap { $0 }
  }

  /// Rows that pass a block together; bounds the memory of its inner layers.
  private static let groupRows = 32
  /// Values of hidden layers that are held between blocks.
  private static let heldValues = 1 << 27

  /// Captions padded to one length, on their way through the blocks.
  private struct CaptionGroup {
    /// `[rows, tokens, channels]`.
    var hidden: Tensor
    let lengths: [Int]
    /// `[heads, tokens, tokens]`.
    let bias: Tensor
  }

  private func group(ids: [[Int]], masks: [[Int]], computed: Int) throws -> CaptionGroup {
    let lengths = try checkedLengths(ids: ids, masks: masks)
    let hidden = try archive.rows(
      ids.flatMap { $0.prefix(computed) }, of: configuration.embeddingName
    ).reshaped([ids.count, computed, configuration.channels])
    return CaptionGroup(
      hidden: hidden, lengths: lengths, bias: try positionBias(tokens: computed))
  }

  /// As ``encode(ids:masks:paddedRows:)``, showing the embeddings (0) and each block's output (1…).
  func encode(
    ids: [[Int]], masks: [[Int]], paddedRows: Bool, visit: (Int, Tensor) -> Void
  ) throws -> Tensor {
    let lengths = try checkedLengths(ids: ids, masks: masks)
    let tokens = ids.first?.count ?? 0
    guard tokens > 0 else { return Tensor(uninitialized: [ids.count, 0, configuration.channels]) }
    let computed = paddedRows ? tokens : lengths.max() ?? tokens
    var groups = [try group(ids: ids, masks: masks, computed: computed)]
    let features = try run(&groups, visit: visit)[0]
    return computed == tokens ? features : Self.padded(features, to: tokens)
  }

  /// All groups through all blocks, each block's weights read once.
  private func run(
    _ groups: inout [CaptionGroup], visit: (Int, Tensor) -> Void
  ) throws -> [Tensor] {
    for group in groups { visit(0, group.hidden) }
    for block in 0..<configuration.depth {
      if let graphs {
        try transform(block, &groups, by: graphs)
      } else {
        try attend(block, &groups)
        try feedForward(block, &groups)
      }
      if isStreaming { archive.evictMappedPages() }
      for group in groups { visit(block + 1, group.hidden) }
    }
    let norm = try archive.tensor("\(configuration.prefix)final_layer_norm.weight")
    return groups.map {
      $0.hidden.rmsNorm(weight: norm, epsilon: configuration.layerNormEpsilon)
    }
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

  private func transform(
    _ block: Int, _ groups: inout [CaptionGroup], by graphs: NetworkGraphs
  ) throws {
    let (attention, feedForward) = ("block.\(block).layer.0", "block.\(block).layer.1")
    let weights = TextBlockGraph.Weights(
      attentionNorm: try weight("\(attention).layer_norm.weight"),
      query: try weight("\(attention).SelfAttention.q.weight"),
      key: try weight("\(attention).SelfAttention.k.weight"),
      value: try weight("\(attention).SelfAttention.v.weight"),
      attentionOutput: try weight("\(attention).SelfAttention.o.weight"),
      feedForwardNorm: try weight("\(feedForward).layer_norm.weight"),
      gate: try weight("\(feedForward).DenseReluDense.wi_0.weight"),
      inner: try weight("\(feedForward).DenseReluDense.wi_1.weight"),
      output: try weight("\(feedForward).DenseReluDense.wo.weight"))
    for index in groups.indices {
      let group = groups[index]
      groups[index].hidden = try graphs.transform(
        group.hidden, lengths: group.lengths, bias: group.bias, weights, of: configuration)
    }
  }

  private func attend(_ block: Int, _ groups: inout [CaptionGroup]) throws {
    let layer = "block.\(block).layer.0"
    let norm = try weight("\(layer).layer_norm.weight")
    let query = try weight("\(layer).SelfAttention.q.weight")
    let key = try weight("\(layer).SelfAttention.k.weight")
    let value = try weight("\(layer).SelfAttention.v.weight")
    let output = try weight("\(layer).SelfAttention.o.weight")
    for index in groups.indices {
      let group = groups[index]
      let normed = group.hidden.rmsNorm(weight: norm, epsilon: configuration.layerNormEpsilon)
      let (queries, keys, values) = (
        normed.linear(weight: query), normed.linear(weight: key), normed.linear(weight: value)
      )
      let mixed = attention(
        queries: HeadView(queries), keys: HeadView(keys), values: HeadView(values),
        batch: normed.shape[0], queryCount: normed.shape[1], keyCounts: group.lengths,
        heads: configuration.heads, headWidth: configuration.headWidth, scale: 1,
        bias: group.bias)
      groups[index].hidden.add(mixed.linear(weight: output))
    }
  }

  private func feedForward(_ block: Int, _ groups: inout [CaptionGroup]) throws {
    let layer = "block.\(block).layer.1"
    let norm = try weight("\(layer).layer_norm.weight")
    let gate = try weight("\(layer).DenseReluDense.wi_0.weight")
    let inner = try weight("\(layer).DenseReluDense.wi_1.weight")
    let output = try weight("\(layer).DenseReluDense.wo.weight")
    for index in groups.indices {
      let normed = groups[index].hidden.rmsNorm(
        weight: norm, epsilon: configuration.layerNormEpsilon)
      var gated = normed.linear(weight: gate, activation: .geluTanh)
      gated.multiply(by: normed.linear(weight: inner))
      groups[index].hidden.add(gated.linear(weight: output))
    }
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
