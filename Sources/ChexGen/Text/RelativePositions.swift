import Foundation
import Tensors

/// T5's attention bias by distance: near distances one by one, far ones in logarithmic buckets.
///
/// - SeeAlso: Raffel et al. 2020, section 2.1; both directions have half of the buckets.
struct RelativePositions {
  let bucketCount: Int
  let maximumDistance: Int

  /// The row of the bias table for `key - query`.
  func bucket(_ distance: Int) -> Int {
    let half = bucketCount / 2
    let exact = half / 2
    let side = distance > 0 ? half : 0
    let length = abs(distance)
    guard length >= exact else { return side + length }
    // Single precision as upstream, where some distances lie on the edge between buckets.
    let scale = Float(log(Double(maximumDistance) / Double(exact)))
    let place = log(Float(length) / Float(exact)) / scale * Float(half - exact)
    return side + min(half - 1, exact + Int(place))
  }

  /// The bias of every head, query and key, `[heads, tokens, tokens]`.
  ///
  /// - Parameter table: `relative_attention_bias` of block 0, `[buckets, heads]`.
  func bias(table: Tensor, tokens: Int) -> Tensor {
    let heads = table.shape[1]
    let values = table.values
    let buckets = (-(tokens - 1)...max(0, tokens - 1)).map(bucket)
    var bias = Tensor(uninitialized: [heads, tokens, tokens])
    bias.withUnsafeMutablePointer { target in
      for head in 0..<heads {
        for query in 0..<tokens {
          let row = target + (head * tokens + query) * tokens
          for key in 0..<tokens {
            row[key] = values[buckets[key - query + tokens - 1] * heads + head]
          }
        }
      }
    }
    return bias
  }
}
