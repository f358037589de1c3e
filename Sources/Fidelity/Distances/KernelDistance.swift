/// The squared maximum mean discrepancy of two sets with the kernel (x·y / width + 1)³, unbiased.
///
/// Its mean is 0 for two sets of one distribution, whatever their size, which is why it is read in
/// small groups where the Fréchet distance is not. Pairs within a cluster are left out: a patient's two
/// films are alike for reasons other than the distribution.
/// - SeeAlso: Bińkowski et al. 2018. With one image per cluster it is the KID of `torch-fidelity` and
///   `torchmetrics` on one subset of all images.
struct KernelDistance {
  /// By cluster of a set: its share of the set's sum, its images, and its part of the sum across.
  private struct Part {
    var within = 0.0
    var across = 0.0
    var count = 0.0
  }
  private var real: [Int: Part] = [:]
  private var synthetic: [Int: Part] = [:]
  private var acrossSum = 0.0

  init(_ geometry: PooledGeometry, real realRows: [Int], synthetic syntheticRows: [Int]) {
    let clusters = geometry.pooled.clusters
    func within(_ rows: [Int]) -> [Int: Part] {
      var parts: [Int: Part] = [:]
      for row in rows {
        var sum = 0.0
        for other in rows where clusters[other] != clusters[row] {
          sum += geometry.kernel(row, other)
        }
        parts[clusters[row], default: Part()].within += sum
        parts[clusters[row], default: Part()].count += 1
      }
      return parts
    }
    real = within(realRows)
    synthetic = within(syntheticRows)
    for row in realRows {
      for other in syntheticRows {
        let value = geometry.kernel(row, other)
        real[clusters[row], default: Part()].across += value
        synthetic[clusters[other], default: Part()].across += value
        acrossSum += value
      }
    }
  }

  /// `nil` with fewer than two clusters in a set.
  var estimate: Double? { value(withoutReal: nil, withoutSynthetic: nil) }

  /// The clustered jackknife over both sets.
  ///
  /// Where the two distributions are one the estimate is degenerate, and the jackknife then errs on the
  /// large side: an interval covers 0 rather more often than it says.
  var variance: Double? {
    func part(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return squares * Double(values.count - 1) / Double(values.count)
    }
    // In the order of cluster numbers, so that sums are the same in every run.
    let first = real.keys.sorted().compactMap { value(withoutReal: $0, withoutSynthetic: nil) }
    let second = synthetic.keys.sorted().compactMap {
      value(withoutReal: nil, withoutSynthetic: $0)
    }
    guard first.count == real.count, second.count == synthetic.count, first.count > 1,
      second.count > 1
    else { return nil }
    return part(first) + part(second)
  }

  private func value(withoutReal: Int?, withoutSynthetic: Int?) -> Double? {
    func within(_ parts: [Int: Part], without: Int?) -> (mean: Double, count: Double)? {
      var (sum, count, squares) = (0.0, 0.0, 0.0)
      for key in parts.keys.sorted() {
        guard let part = parts[key] else { continue }
        sum += part.within
        count += part.count
        squares += part.count * part.count
      }
      var pairs = count * count - squares
      if let without, let part = parts[without] {
        sum -= 2 * part.within
        pairs -= 2 * part.count * (count - part.count)
        count -= part.count
      }
      guard pairs > 0 else { return nil }
      return (sum / pairs, count)
    }
    guard let a = within(real, without: withoutReal),
      let b = within(synthetic, without: withoutSynthetic)
    else { return nil }
    var across = acrossSum
    if let withoutReal { across -= real[withoutReal]?.across ?? 0 }
    if let withoutSynthetic { across -= synthetic[withoutSynthetic]?.across ?? 0 }
    return a.mean + b.mean - 2 * across / (a.count * b.count)
  }
}
