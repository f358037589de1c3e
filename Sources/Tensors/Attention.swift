import CKernels

/// A view of queries, keys or values inside a larger tensor, head-major within a row.
///
/// Element `[sample, token, head, channel]` lies at
/// `offset + sample * sampleStride + token * tokenStride + head * headWidth + channel`.
package struct HeadView: Sendable {
  package var tensor: Tensor
  package var offset: Int
  package var sampleStride: Int
  package var tokenStride: Int

  /// A view of `[batch, tokens, columns]` that begins at `column` of every row.
  package init(_ tensor: Tensor, column: Int = 0) {
    self.tensor = tensor
    offset = column
    tokenStride = tensor.shape[tensor.rank - 1]
    sampleStride = tensor.shape[tensor.rank - 2] * tokenStride
  }
}

/// Scaled dot-product attention, `softmax(q kᵀ · scale + bias) v`, head by head.
///
/// The score matrix exists for a few query rows at a time only.
///
/// - Parameters:
///   - queries: `[batch, queryCount, heads * headWidth]` or a view of it; likewise the others.
///   - keyCounts: How many keys each sample attends to; the rest are as if absent.
///   - bias: `[heads, queryCount, biasColumns]`, added to the scaled scores; nil adds nothing.
/// - Returns: `[batch, queryCount, heads * headWidth]`.
package func attention(
  queries: HeadView, keys: HeadView, values: HeadView, batch: Int, queryCount: Int,
  keyCounts: [Int], heads: Int, headWidth: Int, scale: Float, bias: Tensor? = nil
) -> Tensor {
  precondition(keyCounts.count == batch && keyCounts.allSatisfy { $0 > 0 })
  let width = heads * headWidth
  for (view, rows) in [
    (queries, queryCount), (keys, keyCounts.max() ?? 0),
    (values, keyCounts.max() ?? 0),
  ] {
    let last = view.offset + (batch - 1) * view.sampleStride + (rows - 1) * view.tokenStride + width
    precondition(last <= view.tensor.count, "the view reaches beyond \(view.tensor.shape)")
  }
  precondition(
    bias.map { $0.count % max(1, heads * queryCount) == 0 } ?? true, "bias does not fit")
  let biasColumns = bias.map { $0.count / (heads * queryCount) } ?? 0
  precondition(bias == nil || biasColumns >= (keyCounts.max() ?? 0), "bias has too few columns")

  var result = Tensor(uninitialized: [batch, queryCount, width])
  // Long chunks of queries: keys and values are packed once per chunk.
  let chunk = 384
  let chunks = (queryCount + chunk - 1) / chunk
  let work = 4 * queryCount * width * keyCounts.reduce(0, +)
  result.withUnsafeMutablePointer { out in
    queries.tensor.withUnsafePointer { q in
      keys.tensor.withUnsafePointer { k in
        values.tensor.withUnsafePointer { v in
          withOptionalPointer(bias) { bias in
            let out = TilePointer(out)
            let (q, k, v) = (ReadPointer(q), ReadPointer(k), ReadPointer(v))
            let bias = bias.map(ReadPointer.init)
            let (qs, ks, vs) = (queries.placement, keys.placement, values.placement)
            let scratch = ck_attention_scratch(Int64(keyCounts.max() ?? 0), Int64(headWidth))
            forEachTile(batch * heads * chunks, work: work, scratch: Int(scratch)) {
              tile, scratch in
              let sample = tile / (heads * chunks)
              let head = tile / chunks % heads
              let first = tile % chunks * chunk
              var task = CKAttention(
                queries: Int64(queryCount), keys: Int64(keyCounts[sample]),
                width: Int64(headWidth),
                q: q.base + qs.start(sample, head * headWidth),
                k: k.base + ks.start(sample, head * headWidth),
                v: v.base + vs.start(sample, head * headWidth),
                qStride: Int64(qs.tokenStride), kStride: Int64(ks.tokenStride),
                vStride: Int64(vs.tokenStride),
                bias: bias.map { $0.base + head * queryCount * biasColumns },
                biasStride: Int64(biasColumns), scale: scale,
                out: out.base + sample * queryCount * width + head * headWidth,
                outStride: Int64(width))
              ck_attention(
                &task, Int64(first), Int64(min(first + chunk, queryCount)), scratch)
            }
          }
        }
      }
    }
  }
  return result
}

/// The strides of a ``HeadView`` without its tensor, for use inside tiles.
private struct Placement: Sendable {
  var offset: Int
  var sampleStride: Int
  var tokenStride: Int
  func start(_ sample: Int, _ column: Int) -> Int { offset + sample * sampleStride + column }
}

extension HeadView {
  fileprivate var placement: Placement {
    Placement(offset: offset, sampleStride: sampleStride, tokenStride: tokenStride)
  }
}
