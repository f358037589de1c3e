import Randomness

/// How many times as many clusters would answer a question, from what the present ones show.
///
/// Estimates are drawn from the normal distribution of their covariance, which shrinks with the clusters;
/// all pairs are judged, each at the level that the family leaves and with its own tails.
extension GroupInference {
  /// - Parameters:
  ///   - margin: Within which all pairs are to be shown, where no pair differs.
  ///   - alpha: Of this hypothesis among its family.
  /// - Returns: A factor on the clusters present; infinite without an end.
  package func equivalenceFactor(
    margin: Double, alpha: Double, power: Double, seed: UInt64
  ) -> Double {
    guard margin > 0 else { return .infinity }
    let reaches = tests.indices.map { index -> Double in
      let limits = tests[index].limits(alpha: min(1, 2 * alpha))
      return (limits.upper - limits.lower) / 2
    }
    let largest = noise(seed: seed).map { noise in
      noise.indices.reduce(0) { max($0, abs(noise[$1]) + reaches[$1]) }
    }
    // |estimate| and limits both shrink with the root of the clusters.
    let needed = quantile(of: largest.sorted(), power) / margin
    return needed * needed
  }

  /// - Parameter harm: That a pair is to be shown to exceed, where the differences are those estimated.
  package func detectionFactor(
    harm: Double, alpha: Double, power: Double, seed: UInt64
  ) -> Double {
    let level = contrastLevel(alpha)
    let reaches = tests.map { test -> Double in
      let limits = test.limits(alpha: level)
      return (limits.upper - limits.lower) / 2
    }
    guard contrasts.contains(where: { abs($0.difference) > harm }) else { return .infinity }
    let noise = noise(seed: seed)
    func share(_ factor: Double) -> Double {
      let shrink = 1 / factor.squareRoot()
      let hits = noise.count { noise in
        noise.indices.contains { index in
          abs(contrasts[index].difference + noise[index] * shrink) - harm > reaches[index] * shrink
        }
      }
      return Double(hits) / Double(max(1, noise.count))
    }
    var (low, high) = (1e-3, 1.0)
    while share(high) < power {
      low = high
      high *= 2
      if high > 1e9 { return .infinity }
    }
    for _ in 0..<12 {
      let middle = (low * high).squareRoot()
      if share(middle) < power { low = middle } else { high = middle }
    }
    return high
  }

  /// Draws of all differences around 0.
  private func noise(seed: UInt64) -> [[Double]] {
    let (factor, rank) = covariance.semidefiniteFactor()
    let count = groups.count
    var stream = RandomStream(seed: seed, path: ["required clusters"])
    // All pairs of 64 groups are 2,016: fewer draws keep that quick.
    let draws = max(200, min(2000, 40_000 / max(1, contrasts.count)))
    return (0..<draws).map { _ in
      let standard = (0..<rank).map { _ in stream.normal() }
      let values = (0..<count).map { row in
        (0..<rank).reduce(0) { $0 + factor[row * rank + $1] * standard[$1] }
      }
      return contrasts.map { values[$0.first] - values[$0.second] }
    }
  }
}
