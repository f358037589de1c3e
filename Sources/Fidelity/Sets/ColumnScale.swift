/// Mean and deviation of every number of an embedding, over one set of images.
struct ColumnScale {
  private let means: [Double]
  private let deviations: [Double]
  /// Numbers that vary; what is rounding alone would be all noise once it is scaled.
  private let kept: [Int]

  init(of set: EmbeddingSet) {
    let (count, width) = (Double(max(set.count, 1)), set.width)
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<set.count {
      for column in 0..<width { sums[column] += set.values[row * width + column] }
    }
    let means = sums.map { $0 / count }
    var squares = [Double](repeating: 0, count: width)
    for row in 0..<set.count {
      for column in 0..<width {
        let difference = set.values[row * width + column] - means[column]
        squares[column] += difference * difference
      }
    }
    let deviations = squares.map { ($0 / count).squareRoot() }
    kept = (0..<width).filter { deviations[$0] > 1e-9 * max(abs(means[$0]), 1e-3) }
    self.means = means
    self.deviations = deviations
  }

  /// In deviations from the mean, without the numbers that do not vary.
  func scaled(_ set: EmbeddingSet) -> EmbeddingSet {
    var values: [Double] = []
    values.reserveCapacity(set.count * kept.count)
    for row in 0..<set.count {
      for column in kept {
        values.append((set.values[row * set.width + column] - means[column]) / deviations[column])
      }
    }
    return EmbeddingSet(
      width: kept.count, values: values, clusters: set.clusters.map { String($0) })
  }
}
