import Tensors

/// What the transformer needs to know of one caption: its keys and values in every block.
///
/// They depend neither on the image nor on the timestep, so they are computed once per caption.
package struct CaptionConditioning: Sendable {
  /// Tokens that are attended to, the end of the text included.
  package let tokenCount: Int
  /// Per block `[tokens, 2 * channels]`: keys, then values, head-major.
  let blocks: [Tensor]
  /// The same for the copied blocks of a control branch; empty without one.
  let copies: [Tensor]
  /// `[tokens, channels]`, projected and no more: what graphs take. nil for the built-in networks.
  var projected: Tensor?

  /// The conditioning cut to its first tokens, as if the rest were padding.
  package func prefix(_ count: Int) -> CaptionConditioning {
    guard count < tokenCount else { return self }
    return CaptionConditioning(
      tokenCount: count, blocks: blocks.map { $0.rows(0..<count) },
      copies: copies.map { $0.rows(0..<count) }, projected: projected?.rows(0..<count))
  }
}

/// One block's keys and values of a batch of captions.
struct CaptionKeysValues: Sendable {
  /// `[rows, longest, 2 * channels]`; rows beyond a caption's count are never read.
  let keysValues: Tensor
  let tokenCounts: [Int]
}

/// The captions of the rows of a batch, stacked once for all steps.
package struct CaptionBatch: Sendable {
  let blocks: [CaptionKeysValues]
  let copies: [CaptionKeysValues]
  package let tokenCounts: [Int]
  /// `[rows, longest, channels]` for graphs; nil for the built-in networks.
  let projected: Tensor?

  /// - Parameter captions: One per row; the same caption may come several times.
  package init(_ captions: [CaptionConditioning]) {
    let counts = captions.map(\.tokenCount)
    tokenCounts = counts
    func stack(_ part: (CaptionConditioning) -> [Tensor]) -> [CaptionKeysValues] {
      guard let first = captions.first else { return [] }
      return part(first).indices.map { index in
        let width = part(first)[index].shape[1]
        let longest = counts.max() ?? 0
        var stacked = Tensor.zeros([captions.count, longest, width])
        stacked.withUnsafeMutablePointer { out in
          for (row, caption) in captions.enumerated() {
            part(caption)[index].withUnsafePointer {
              (out + row * longest * width).update(from: $0, count: counts[row] * width)
            }
          }
        }
        return CaptionKeysValues(keysValues: stacked, tokenCounts: counts)
      }
    }
    blocks = stack(\.blocks)
    copies = stack(\.copies)
    let whole = captions.compactMap(\.projected)
    projected =
      whole.count == captions.count && !whole.isEmpty
      ? stack { $0.projected.map { [$0] } ?? [] }.first?.keysValues : nil
  }
}
