/// The Fréchet distance of two sets of embeddings, each taken for a normal distribution.
///
/// |μ₁ − μ₂|² + Tr C₁ + Tr C₂ − 2 Tr (C₁C₂)^½ with the sample covariances (divisor n − 1). It is larger
/// the fewer images there are, whatever they show, so a value says nothing without its null or a
/// value at the same number of images.
///
/// With A the centred rows over √(n − 1), C = AᵀA, and the trace of the root is the sum of the singular
/// values of A₁A₂ᵀ: no root of a matrix is taken and none has to be repaired.
/// - SeeAlso: Heusel et al. 2017; agrees with `clean-fid` and `torch-fidelity` (Tests/FidelityTests).
/// - Returns: `nil` with fewer than two images in a set.
package func frechetDistance(_ first: EmbeddingSet, _ second: EmbeddingSet) -> Double? {
  guard let a = FrechetHalf(first), let b = FrechetHalf(second), a.mean.count == b.mean.count
  else { return nil }
  return a.distance(to: b)
}

/// What one set contributes to ``frechetDistance(_:_:)``.
struct FrechetHalf {
  let mean: [Double]
  private let trace: Double
  private let factor: DenseMatrix

  init?(_ set: EmbeddingSet) {
    guard set.count > 1, set.width > 0 else { return nil }
    let (count, width) = (set.count, set.width)
    var mean = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for column in 0..<width { mean[column] += set.values[row * width + column] }
    }
    for column in 0..<width { mean[column] /= Double(count) }
    let scale = 1 / Double(count - 1).squareRoot()
    var centred = set.values
    var trace = 0.0
    for row in 0..<count {
      for column in 0..<width {
        let value = (centred[row * width + column] - mean[column]) * scale
        centred[row * width + column] = value
        trace += value * value
      }
    }
    self.mean = mean
    self.trace = trace
    factor = DenseMatrix(rows: count, columns: width, entries: centred).sameGram()
  }

  func distance(to other: FrechetHalf) -> Double {
    let between = zip(mean, other.mean).reduce(0) { sum, pair in
      sum + (pair.0 - pair.1) * (pair.0 - pair.1)
    }
    let root = factor.timesTransposed(other.factor).nuclearNorm()
    return between + trace + other.trace - 2 * root
  }
}
