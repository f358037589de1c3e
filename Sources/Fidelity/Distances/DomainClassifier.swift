import AuditModel
import Randomness
import Statistics

/// How well a linear rule tells synthetic images from real ones: 0.5 is not at all.
///
/// Ridge regression of "synthetic" on standardised embeddings, judged on clusters that it was not
/// fitted to (five folds). The penalty is fixed at the mean eigenvalue of the products, so that nothing
/// is tuned and more numbers than images do no harm.
package struct DomainClassifier: Sendable {
  /// Out-of-fold score of each row, real rows first.
  package let scores: [Double]
  package let isSynthetic: [Bool]
  private let clusters: [Int32]
  private let clusterCount: Int

  package static let folds = 5

  /// - Returns: `nil` with fewer than two clusters per fold in a set.
  package init?(real: EmbeddingSet, synthetic: EmbeddingSet, seed: UInt64) {
    guard min(real.clusterCount, synthetic.clusterCount) >= 2 * Self.folds else { return nil }
    let pooled = real.joined(with: synthetic)
    let fold =
      Self.fold(real, seed: seed, name: "real")
      + Self.fold(synthetic, seed: seed, name: "synthetic")
    let labels = (0..<pooled.count).map { $0 < real.count ? -1.0 : 1.0 }
    let gram = Self.gram(of: pooled)
    var scores = [Double](repeating: 0, count: pooled.count)
    for number in 0..<Self.folds {
      let fitted = (0..<pooled.count).filter { fold[$0] != number }
      guard let weights = Self.fit(gram, labels, rows: fitted) else { return nil }
      let middle = fitted.reduce(0) { $0 + labels[$1] } / Double(fitted.count)
      for row in 0..<pooled.count where fold[row] == number {
        scores[row] = zip(fitted, weights).reduce(middle) { sum, pair in
          sum + gram[row * pooled.count + pair.0] * pair.1
        }
      }
    }
    self.scores = scores
    isSynthetic = labels.map { $0 > 0 }
    clusters = pooled.clusters.map { Int32($0) }
    clusterCount = pooled.clusterCount
  }

  /// With its interval over clusters.
  package func area(level: Double) -> MeasuredValue? {
    areaEstimate(
      scores: scores, labels: isSynthetic, clusters: clusters, clusterCount: clusterCount,
      level: level)
  }

  /// The fold of each image; a cluster is never divided.
  private static func fold(_ set: EmbeddingSet, seed: UInt64, name: String) -> [Int] {
    var stream = RandomStream(seed: seed, path: ["measure", "folds", name])
    let order = stream.permutation(set.clusterCount)
    var place = [Int](repeating: 0, count: set.clusterCount)
    for (index, cluster) in order.enumerated() { place[cluster] = index % folds }
    return set.clusters.map { place[$0] }
  }

  /// Products of standardised embeddings, `[count, count]`.
  private static func gram(of set: EmbeddingSet) -> [Double] {
    let standard = ColumnScale(of: set).scaled(set)
    let matrix = DenseMatrix(
      rows: standard.count, columns: standard.width, entries: standard.values)
    return matrix.timesTransposed(matrix).entries
  }

  /// (K + λ)⁻¹ (y − ȳ) by Cholesky's factor, λ the mean of K's diagonal.
  private static func fit(_ gram: [Double], _ labels: [Double], rows: [Int]) -> [Double]? {
    let count = rows.count
    let all = labels.count
    let penalty = max(
      rows.reduce(0) { $0 + gram[$1 * all + $1] } / Double(count), .leastNormalMagnitude)
    let mean = rows.reduce(0) { $0 + labels[$1] } / Double(count)
    var factor = [Double](repeating: 0, count: count * count)
    var solved = [Double](repeating: 0, count: count)
    let isDefinite = factor.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let f = buffer.baseAddress else { return false }
      for row in 0..<count {
        for column in 0...row {
          let entry =
            gram[rows[row] * all + rows[column]] + (row == column ? penalty : 0)
          let rest = entry - Products.dot(f + row * count, f + column * count, column)
          if row == column {
            guard rest > 0 else { return false }
            f[row * count + row] = rest.squareRoot()
          } else {
            f[row * count + column] = rest / f[column * count + column]
          }
        }
        var value = labels[rows[row]] - mean
        for column in 0..<row { value -= f[row * count + column] * solved[column] }
        solved[row] = value / f[row * count + row]
      }
      for row in (0..<count).reversed() {
        var value = solved[row]
        for below in row + 1..<max(count, row + 1) {
          value -= f[below * count + row] * solved[below]
        }
        solved[row] = value / f[row * count + row]
      }
      return true
    }
    return isDefinite ? solved : nil
  }
}
