import Basics
import Checkpoints

/// The sizes of a T5 v1.1 encoder, read from its weights and, where present, its `config.json`.
package struct T5Configuration: Sendable, Equatable {
  /// Rows of the embedding table, at least the tokenizer's vocabulary.
  package var vocabularyCount: Int
  package var channels: Int
  package var depth: Int
  package var heads: Int
  /// Channels per head; heads × headWidth need not be `channels`.
  package var headWidth: Int
  package var feedForwardWidth: Int
  package var relativeBucketCount: Int
  package var relativeMaximumDistance: Int
  package var layerNormEpsilon: Float

  /// Upstream names of the weights, below this prefix.
  var prefix: String
  var embeddingName: String

  /// Derives every size from the shapes in the archive.
  ///
  /// - Parameter config: The model's `config.json`; it adds the two numbers that shapes do not
  ///   tell (128 and 1e-6 without it), and its sizes must agree with the shapes.
  /// - Throws: `AuditFailure` when the archive is no T5 v1.1 encoder.
  package init(archive: any TensorArchive, config: JSONValue? = nil) throws {
    prefix = archive.contains("encoder.final_layer_norm.weight") ? "encoder." : ""
    let names = ["shared.weight", "\(prefix)embed_tokens.weight"]
    guard let embeddingName = names.first(where: archive.contains),
      let embedding = archive.entry(embeddingName)?.shape, embedding.count == 2
    else {
      throw AuditFailure(
        "\(archive.path): has no tensor 'shared.weight', so it is no T5 encoder",
        hint: "expected the text encoder that belongs to the generator, T5 v1.1")
    }
    self.embeddingName = embeddingName
    vocabularyCount = embedding[0]
    channels = embedding[1]
    var depth = 0
    while archive.contains("\(prefix)block.\(depth).layer.0.layer_norm.weight") { depth += 1 }
    self.depth = depth
    let first = "\(prefix)block.0.layer"
    guard archive.entry("\(first).1.DenseReluDense.wi.weight") == nil else {
      throw AuditFailure(
        "\(archive.path): is a T5 v1.0 encoder; the generator was trained with T5 v1.1",
        hint: "expected weights such as google/t5-v1_1-xxl")
    }
    func shape(_ name: String) throws -> [Int] {
      guard let shape = archive.entry(name)?.shape, shape.count == 2, shape.allSatisfy({ $0 > 0 })
      else { throw AuditFailure("\(archive.path): has no T5 matrix '\(name)'") }
      return shape
    }
    let table = try shape("\(first).0.SelfAttention.relative_attention_bias.weight")
    let queries = try shape("\(first).0.SelfAttention.q.weight")
    relativeBucketCount = table[0]
    heads = table[1]
    guard queries[0] % heads == 0, relativeBucketCount % 4 == 0 else {
      throw AuditFailure(
        "\(archive.path): \(queries[0]) attention channels do not divide by \(heads) heads")
    }
    headWidth = queries[0] / heads
    feedForwardWidth = try shape("\(first).1.DenseReluDense.wi_0.weight")[0]
    relativeMaximumDistance = config?["relative_attention_max_distance"]?.int ?? 128
    layerNormEpsilon = Float(config?["layer_norm_epsilon"]?.double ?? 1e-6)
    guard relativeMaximumDistance > relativeBucketCount / 4, layerNormEpsilon > 0 else {
      throw AuditFailure("\(archive.path): its config has impossible attention distances")
    }
    try agree(with: config, path: archive.path)
    try checkShapes(archive)
  }

  private func agree(with config: JSONValue?, path: String) throws {
    let sizes = [
      ("d_model", channels), ("num_layers", depth), ("num_heads", heads), ("d_kv", headWidth),
      ("d_ff", feedForwardWidth), ("relative_attention_num_buckets", relativeBucketCount),
    ]
    for (name, size) in sizes {
      guard let value = config?[name], value.int != size else { continue }
      let stated = value.int.map { "is \($0)" } ?? "is no whole number"
      throw AuditFailure(
        "\(path): its config says \(name) \(stated), and its weights say \(size)",
        hint: "config.json and weights do not belong together")
    }
  }

  private func checkShapes(_ archive: any TensorArchive) throws {
    let inner = heads * headWidth
    for block in 0..<depth {
      let attention = "\(prefix)block.\(block).layer.0"
      let feedForward = "\(prefix)block.\(block).layer.1"
      let expected = [
        ("\(attention).layer_norm.weight", [channels]),
        ("\(attention).SelfAttention.q.weight", [inner, channels]),
        ("\(attention).SelfAttention.k.weight", [inner, channels]),
        ("\(attention).SelfAttention.v.weight", [inner, channels]),
        ("\(attention).SelfAttention.o.weight", [channels, inner]),
        ("\(feedForward).layer_norm.weight", [channels]),
        ("\(feedForward).DenseReluDense.wi_0.weight", [feedForwardWidth, channels]),
        ("\(feedForward).DenseReluDense.wi_1.weight", [feedForwardWidth, channels]),
        ("\(feedForward).DenseReluDense.wo.weight", [channels, feedForwardWidth]),
      ]
      for (name, shape) in expected { try Self.check(name, shape, archive) }
    }
    try Self.check("\(prefix)final_layer_norm.weight", [channels], archive)
  }

  private static func check(_ name: String, _ shape: [Int], _ archive: any TensorArchive) throws {
    guard let entry = archive.entry(name) else {
      throw AuditFailure(
        "\(archive.path): there is no tensor '\(name)'", hint: "the T5 weights are incomplete")
    }
    guard entry.shape == shape else {
      throw AuditFailure(
        "\(archive.path): tensor '\(name)' has shape \(entry.shape) where \(shape) is needed")
    }
  }
}
