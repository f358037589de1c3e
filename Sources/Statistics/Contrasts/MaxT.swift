import Randomness

/// Simultaneous inference on all pairs: the distribution of the largest studentised difference.
package struct MaxT: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    /// Multivariate normal with the estimated covariance; enough clusters in every class.
    case normal
    /// Group labels permuted between clusters, or arms within base cases.
    case permutation
    /// Clusters drawn with replacement, differences centred and studentised.
    case bootstrapT
    /// Student's t with Bonferroni's bound over the pairs.
    case student
  }

  package let method: Method
  /// Simultaneous limits are difference ∓ criticalValue · standardError.
  package let criticalValue: Double
  /// Adjusted over all pairs (single step), by contrast; `nil` where the contrast has no z.
  package let pValues: [Double?]
  /// Draws or resamples behind the numbers.
  package let replicates: Int
  /// Resamples in which no pair could be studentised.
  package let failedReplicates: Int

  /// Normal theory (Hothorn, Bretz and Westfall 2008), simulated from a semi-definite factor.
  ///
  /// One pair is exact. Otherwise the p value is the smaller of (1 + hits)/(1 + draws) and the
  /// Bonferroni bound, which is always an upper bound too and reaches below the simulation's floor.
  /// The same seed and path give the same numbers on any number of threads.
  package static func normal(
    _ contrasts: [GroupContrast], covariance: SymmetricMatrix, level: Double, seed: UInt64,
    path: [String], draws: Int = 200_000
  ) -> (maxT: MaxT, rangeNull: RangeNull) {
    let factor = covariance.semidefiniteFactor()
    if covariance.size == 2, let only = contrasts.first {
      return (
        MaxT(
          method: .normal, criticalValue: Normal.quantile((1 + level) / 2),
          pValues: [only.pValue], replicates: 0, failedReplicates: 0),
        RangeNull(
          mean: only.standardError * (2 / Double.pi).squareRoot(),
          percentile95: only.standardError * Normal.quantile(0.975), replicates: 0)
      )
    }
    let simulated = simulate(
      contrasts, factor: factor.entries, rank: factor.rank, groups: covariance.size, seed: seed,
      path: path, draws: draws)
    let maxima = simulated.maxima.sorted()
    let testable = contrasts.count { $0.z != nil }
    let pValues = contrasts.map { contrast in
      contrast.z.map { z in
        let hits = maxima.count - firstIndex(in: maxima, atLeast: abs(z) * (1 - 1e-12))
        let simulated = Double(hits + 1) / Double(maxima.count + 1)
        return min(1, simulated, Double(testable) * Normal.twoSidedP(z))
      }
    }
    let ranges = simulated.ranges.sorted()
    return (
      MaxT(
        method: .normal, criticalValue: quantile(of: maxima, level), pValues: pValues,
        replicates: draws, failedReplicates: 0),
      RangeNull(
        mean: ranges.reduce(0, +) / Double(max(1, ranges.count)),
        percentile95: quantile(of: ranges, 0.95), replicates: draws)
    )
  }

  /// Student's t with Bonferroni's bound over all pairs: no simulation, conservative for many groups.
  package static func student(
    _ contrasts: [GroupContrast], level: Double, degreesOfFreedom: Double
  ) -> MaxT {
    let pairs = Double(contrasts.count)
    return MaxT(
      method: .student,
      criticalValue: SpecialFunctions.studentQuantile(
        1 - (1 - level) / (2 * pairs), degreesOfFreedom: degreesOfFreedom),
      pValues: contrasts.map { contrast in
        contrast.z.map {
          min(
            1, pairs * SpecialFunctions.studentTwoSidedP($0, degreesOfFreedom: degreesOfFreedom))
        }
      }, replicates: 0, failedReplicates: 0)
  }

  /// p values and critical value from resampled maxima, (1 + hits)/(1 + replicates) each
  /// (Phipson and Smyth 2010).
  static func resampled(
    _ contrasts: [GroupContrast], maxima: [Double], level: Double, method: Method
  ) -> MaxT {
    let usable = maxima.filter { !$0.isNaN }.sorted()
    let pValues = contrasts.map { contrast in
      contrast.z.map { z in
        let hits = usable.count - firstIndex(in: usable, atLeast: abs(z) * (1 - 1e-9))
        return Double(hits + 1) / Double(usable.count + 1)
      }
    }
    // The smallest value v with (1 + #{maxima ≥ v})/(1 + replicates) ≤ 1 − level when exceeded.
    let rank = Int((Double(usable.count + 1) * level).rounded(.up))
    let critical = rank <= usable.count && rank > 0 ? usable[rank - 1] : .infinity
    return MaxT(
      method: method, criticalValue: critical, pValues: pValues, replicates: usable.count,
      failedReplicates: maxima.count - usable.count)
  }

  private static func simulate(
    _ contrasts: [GroupContrast], factor: [Double], rank: Int, groups: Int, seed: UInt64,
    path: [String], draws: Int
  ) -> (maxima: [Double], ranges: [Double]) {
    let chunk = 4096
    let pairs = contrasts.filter { $0.standardError > 0 }
    let firsts = pairs.map(\.first)
    let seconds = pairs.map(\.second)
    let precisions = pairs.map { 1 / $0.standardError }
    let blocks = parallelMap(count: (draws + chunk - 1) / chunk) { block in
      var stream = RandomStream(seed: seed, path: path + ["maxT", String(block)])
      let size = min(chunk, draws - block * chunk)
      var maxima = [Double](repeating: 0, count: size)
      var ranges = maxima
      var groupDraws = CorrelatedDraws(factor: factor, rank: rank, groups: groups)
      for draw in 0..<size {
        ranges[draw] = groupDraws.next(&stream)
        var largest = 0.0
        for pair in 0..<precisions.count {
          largest = max(
            largest, groupDraws.distance(firsts[pair], seconds[pair]) * precisions[pair])
        }
        maxima[draw] = largest
      }
      return (maxima, ranges)
    }
    return (blocks.flatMap(\.0), blocks.flatMap(\.1))
  }
}

/// What the raw range (largest minus smallest AUC) looks like when all groups are truly equal.
///
/// The range grows with the number of groups and the smallest cell; alone it says nothing.
package struct RangeNull: Sendable, Equatable {
  package let mean: Double
  package let percentile95: Double
  /// 0 when computed exactly.
  package let replicates: Int
}

/// The smallest of sorted `values` such that a share `level` is at or below it.
package func quantile(of values: [Double], _ level: Double) -> Double {
  guard !values.isEmpty else { return .nan }
  let index = Int((Double(values.count) * level).rounded(.up)) - 1
  return values[min(values.count - 1, max(0, index))]
}

/// Position of the first of sorted `values` that is not below `bound`.
func firstIndex(in values: [Double], atLeast bound: Double) -> Int {
  var low = 0
  var high = values.count
  while low < high {
    let middle = (low + high) / 2
    if values[middle] < bound { low = middle + 1 } else { high = middle }
  }
  return low
}
