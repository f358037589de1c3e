import AuditModel
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
  /// `[tokenCount, captionChannels]`.
  let features: Tensor
}

extension RadiographModel {
  /// Cleans, tokenises and encodes prompts; equal cleaned texts are encoded once.
  ///
  /// - Returns: One per prompt, in their order.
  /// - Throws: `AuditFailure` when the text encoder's weights cannot be read.
  package func encode(_ prompts: [String]) throws -> [EncodedPrompt] {
    let length = transformer.sizes.captionTokens
    let cleaner = CaptionCleaner()
    let cleaned = prompts.map { cleaner.clean($0) }
    var places: [String: Int] = [:]
    var distinct: [String] = []
    for text in cleaned where places[text] == nil {
      places[text] = distinct.count
      distinct.append(text)
    }
    var encoded: [(features: Tensor, tokenCount: Int, truncated: Bool)] = []
    // Batches bound the memory of the hidden layer; all share one pass over streamed weights.
    for start in stride(from: 0, to: distinct.count, by: Self.promptBatch) {
      let batch = distinct[start..<min(start + Self.promptBatch, distinct.count)]
      let tokens = batch.map { tokenizer.encode($0, length: length) }
      let features = try textEncoder.encode(
        ids: tokens.map(\.ids), masks: tokens.map(\.mask), paddedRows: false)
      for (row, text) in batch.enumerated() {
        let count = tokens[row].mask.reduce(0, +)
        let all = features.rows(row..<row + 1).reshaped([length, features.shape[2]])
        encoded.append((all.rows(0..<count), count, tokenizer.ids(for: text).count > length))
      }
    }
    return zip(prompts, cleaned).map { prompt, text in
      let result = encoded[places[text] ?? 0]
      return EncodedPrompt(
        prompt: prompt, cleanedText: text, tokenCount: result.tokenCount,
        truncated: result.truncated, features: result.features)
    }
  }

  private static var promptBatch: Int { 64 }
}
