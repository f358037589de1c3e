import Statistics

/// All products and distances among two sets of embeddings, computed once.
///
/// Replicates of a resampling pick rows of it. Memory grows with the square of the images: callers
/// bound their number.
package struct PooledGeometry: Sendable {
  /// Both sets together, real rows first.
  package let pooled: EmbeddingSet
  package let realCount: Int
  /// `[count, count]`: (x·y / width + 1)³.
  private let kernel: [Double]
  /// `[count, count]`: squared Euclidean distances.
  private let squares: [Double]

  package init(real: EmbeddingSet, synthetic: EmbeddingSet) {
    pooled = real.joined(with: synthetic)
    realCount = real.count
    let set = pooled
    let (count, width) = (set.count, set.width)
    let rows = parallelMap(count: count) { row -> (kernel: [Double], squares: [Double]) in
      set.values.withUnsafeBufferPointer { values in
        var kernel = [Double](repeating: 0, count: count)
        var squares = kernel
        guard let start = values.baseAddress else { return (kernel, squares) }
        for column in 0..<count {
          let product = Products.dot(start + row * width, start + column * width, width)
          let base = product / Double(width) + 1
          kernel[column] = base * base * base
          squares[column] = Products.squaredDistance(
            start + row * width, start + column * width, width)
        }
        return (kernel, squares)
      }
    }
    kernel = rows.flatMap(\.kernel)
    squares = rows.flatMap(\.squares)
  }

  func kernel(_ a: Int, _ b: Int) -> Double { kernel[a * pooled.count + b] }
  func square(_ a: Int, _ b: Int) -> Double { squares[a * pooled.count + b] }

  /// Rows of the two sets as they came.
  package var realRows: [Int] { Array(0..<realCount) }
  package var syntheticRows: [Int] { Array(realCount..<pooled.count) }
}
