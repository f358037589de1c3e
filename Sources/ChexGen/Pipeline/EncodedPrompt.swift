import Basics
import Tensors

/// A prompt as the denoiser takes it.
package struct EncodedPrompt: Sendable {
  /// As it was asked for.
  package let prompt: String
  /// After both cleaning passes; prompts with equal cleaned texts give equal images.
  package let cleanedText: String
  /// Tokens that are attended to, the end of the text included.
  package let tokenCount: Int
  /// Whether the text was longer than the model reads, and its end was left out.
  package let truncated: Bool
  /// Of its tokens, the end of the text included.
  let ids: [Int]
  /// `[tokenCount, captionChannels]`.
  let features: Tensor

  /// The features of this caption with those of the anchor's tokens, which end it, taken from the
  /// anchor: what the caption says of the finding is then read without the attributes before it.
  ///
  /// - Throws: `AuditFailure` where this caption does not end with the anchor's tokens.
  func features(freezing anchor: EncodedPrompt) throws -> Tensor {
    let own = tokenCount - anchor.tokenCount
    guard !truncated, own >= 0, ids.suffix(anchor.tokenCount) == anchor.ids[...] else {
      throw AuditFailure(
        "the tokens of '\(anchor.prompt)' are not the last ones of '\(prompt)', so they cannot be "
          + "frozen" + (truncated ? ": the caption is longer than the model reads" : ""),
        hint: "shorten the text, or leave \"frozenFindingTokens\" out")
    }
    return own == 0
      ? anchor.features : Tensor.concatenated([features.rows(0..<own), anchor.features])
  }
}

extension RadiographModel {
  /// Cleans, tokenises and encodes prompts; equal cleaned texts are encoded once.
  ///
  /// - Parameters:
  ///   - cache: Where features of earlier runs are; nil computes all.
  ///   - note: Told when a kept file is not believed or the cache cannot be written.
  /// - Returns: One per prompt, in their order.
  /// - Throws: `AuditFailure` when the text encoder's weights cannot be read.
  package func encode(
    _ prompts: [String], cache: TextFeatureCache? = nil, note: (String) -> Void = { _ in }
  ) throws -> [EncodedPrompt] {
    let length = transformer.sizes.captionTokens
    let cleaner = CaptionCleaner()
    let cleaned = prompts.map { cleaner.clean($0) }
    var places: [String: Int] = [:]
    var distinct: [String] = []
    for text in cleaned where places[text] == nil {
      places[text] = distinct.count
      distinct.append(text)
    }
    let ids = distinct.map { text -> [Int] in
      let tokens = tokenizer.encode(text, length: length)
      return Array(tokens.ids.prefix(tokens.mask.reduce(0, +)))
    }
    let features = try features(of: distinct, ids: ids, cache: cache, note: note)
    return zip(prompts, cleaned).map { prompt, text in
      let place = places[text] ?? 0
      return EncodedPrompt(
        prompt: prompt, cleanedText: text, tokenCount: ids[place].count,
        truncated: tokenizer.ids(for: text).count > length, ids: ids[place],
        features: features[place])
    }
  }

  /// Features `[tokens, channels]` of cleaned texts, from the cache where it has them.
  private func features(
    of texts: [String], ids: [[Int]], cache: TextFeatureCache?, note: (String) -> Void
  ) throws -> [Tensor] {
    let reason = cache?.untrustedReason
    if let cache, let reason {
      note("text features kept in \(cache.folder) are not used, because \(reason)")
    }
    guard let cache, reason == nil, !texts.isEmpty else {
      return try engine.use { try textEncoder.encode(ids) }
    }
    let encoder = try textIdentity(cache)
    let keys = texts.map { TextFeatureCache.key(cleanedText: $0, encoder: encoder) }
    var known = [Tensor?](repeating: nil, count: texts.count)
    for place in texts.indices {
      do {
        known[place] = try cache.features(
          key: keys[place], tokens: ids[place].count, channels: textEncoder.configuration.channels)
      } catch let failure as AuditFailure {
        note("\(failure.message); it is computed again")
      }
    }
    let missing = texts.indices.filter { known[$0] == nil }
    guard !missing.isEmpty else { return known.compactMap { $0 } }
    let computed = try engine.use { try textEncoder.encode(missing.map { ids[$0] }) }
    for (place, features) in zip(missing, computed) {
      known[place] = features
    }
    do {
      for place in missing {
        if let features = known[place] { try cache.store(features, key: keys[place]) }
      }
      cache.trim()
    } catch let failure as AuditFailure {
      // A cache is a convenience; a full disk is met again where it matters.
      note("text features are not kept: \(failure.message)")
    }
    return known.compactMap { $0 }
  }

  /// Names everything that features depend on beside the text.
  private func textIdentity(_ cache: TextFeatureCache) throws -> String {
    let sizes = textEncoder.configuration
    var lines = [
      "weights \(try cache.hash(ofWeights: textFiles.weights))",
      "tokenizer \(try SHA256.hex(ofFile: textFiles.tokenizer))",
      "distance \(sizes.relativeMaximumDistance) epsilon \(sizes.layerNormEpsilon)",
      "tokens \(transformer.sizes.captionTokens) fp32",
    ]
    // Absent for the built-in engine, so that features of earlier versions stay known.
    if let record = engine.record { lines.append("engine \(record)") }
    if let record = engineRecord { lines.append("networks \(record)") }
    return lines.joined(separator: "\n")
  }
}
