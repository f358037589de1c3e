import Foundation
import Randomness

/// All pairs at once by the smallest p value, not by the largest statistic.
///
/// Each contrast has a p value from its own reference distribution; what is shared is only how the
/// contrasts depend on each other. That is simulated from their correlations (Westfall and Young 1993,
/// with the normal copula of Conneely and Boehnke 2007): the chance that the smallest of the pairs' p
/// values falls below a bound when nothing differs. A group with wide tails widens its own intervals and
/// leaves the others'. Where plain draws are too few, ``UnionTail`` counts the tail; Bonferroni's bound
/// holds besides.
package struct MinP: Sendable {
  /// Ascending maxima of |Z| over the contrasts.
  private let maxima: [Double]
  private let tail: UnionTail?
  private let contrastCount: Int
  /// Step-down p values (Romano and Wolf 2005), by contrast.
  package let pValues: [Double]
  /// Of the largest raw range if nothing differed.
  package let rangeNull: RangeNull

  /// - Parameters:
  ///   - contrasts: With the standard errors that `covariance` gives them.
  ///   - pValues: Of the same contrasts, each calibrated by itself.
  ///   - covariance: Of the groups' estimates.
  package init(
    _ contrasts: [GroupContrast], pValues: [Double], covariance: SymmetricMatrix, seed: UInt64,
    path: [String], draws: Int = 20_000
  ) {
    precondition(contrasts.count == pValues.count, "one p value per contrast")
    contrastCount = contrasts.count
    if covariance.size == 2, let only = contrasts.first {
      maxima = []
      tail = nil
      self.pValues = pValues
      rangeNull = RangeNull(
        mean: only.standardError * (2 / Double.pi).squareRoot(),
        percentile95: only.standardError * Normal.quantile(0.975), replicates: 0)
      return
    }
    let tail = UnionTail(contrasts, covariance: covariance, seed: seed, path: path)
    self.tail = tail
    let bounds = pValues.map { $0 < 1 ? -Normal.quantile($0 / 2) : 0 }
    let simulated = MaxT.simulate(
      contrasts, covariance: covariance, bounds: bounds, seed: seed, path: path, draws: draws)
    maxima = simulated.maxima.sorted()
    var adjusted = pValues
    var running = 0.0
    // Few of very many, whose count would take longer than everything else.
    let ranks = max(1, min(32, 4000 / max(1, contrasts.count)))
    for (rank, index) in simulated.order.enumerated() {
      let left = Double(contrasts.count - rank)
      var chance = Double(simulated.hits[rank] + 1) / Double(draws + 1)
      if rank < ranks, simulated.hits[rank] < Self.enough, pValues[index] < 1 {
        chance = tail.probability(
          of: Array(simulated.order[rank...]), beyond: bounds[index])
      }
      running = max(running, min(1, max(pValues[index], chance), left * pValues[index]))
      adjusted[index] = running
    }
    self.pValues = adjusted
    let ranges = simulated.ranges.sorted()
    rangeNull = RangeNull(
      mean: ranges.reduce(0, +) / Double(max(1, ranges.count)),
      percentile95: quantile(of: ranges, 0.95), replicates: draws)
  }

  /// Plain draws beyond a bound that tell its chance to 5 %.
  private static let enough = 400

  /// The chance that the smallest of all p values is `p` or less (single step).
  package func adjusted(_ p: Double) -> Double {
    guard contrastCount > 1, p < 1 else { return p }
    let bound = -Normal.quantile(p / 2) * (1 - 1e-12)
    let hits = maxima.count - firstIndex(in: maxima, atLeast: bound)
    let chance =
      hits < Self.enough
      ? tail?.probability(of: Array(0..<contrastCount), beyond: bound) ?? 1
      : Double(hits + 1) / Double(maxima.count + 1)
    return min(1, Double(contrastCount) * p, max(p, chance))
  }

  /// The level for each contrast at which all limits together have non-coverage `alpha`.
  package func contrastLevel(_ alpha: Double) -> Double {
    guard contrastCount > 1 else { return alpha }
    let bonferroni = alpha / Double(contrastCount)
    if alpha * Double(maxima.count) >= Double(Self.enough) {
      return max(bonferroni, Normal.twoSidedP(quantile(of: maxima, 1 - alpha)))
    }
    // Between Bonferroni's bound and the level itself, on a scale where the chance is nearly straight.
    var (low, high) = (log(bonferroni), log(alpha))
    for _ in 0..<12 {
      let middle = (low + high) / 2
      if adjusted(exp(middle)) <= alpha { low = middle } else { high = middle }
    }
    return exp(low)
  }
}

extension MaxT {
  struct Draws {
    var maxima: [Double] = []
    var ranges: [Double] = []
    /// Contrasts by falling bound.
    var order: [Int] = []
    /// By rank in ``order``: draws whose largest |Z| over this and all later contrasts reaches the bound.
    var hits: [Int] = []
  }

  /// Draws of all contrasts from a normal distribution with `covariance`.
  static func simulate(
    _ contrasts: [GroupContrast], covariance: SymmetricMatrix, bounds: [Double], seed: UInt64,
    path: [String], draws: Int
  ) -> Draws {
    let (factor, rank) = covariance.semidefiniteFactor()
    let groups = covariance.size
    let order = contrasts.indices.sorted {
      bounds[$0] == bounds[$1] ? $0 < $1 : bounds[$0] > bounds[$1]
    }
    let firsts = order.map { contrasts[$0].first }
    let seconds = order.map { contrasts[$0].second }
    let precisions = order.map {
      contrasts[$0].standardError > 0 ? 1 / contrasts[$0].standardError : 0
    }
    let limits = order.map { bounds[$0] * (1 - 1e-12) }
    let chunk = 4096
    let blocks = parallelMap(count: (draws + chunk - 1) / chunk) { block in
      var stream = RandomStream(seed: seed, path: path + ["minP", String(block)])
      let size = min(chunk, draws - block * chunk)
      var result = Draws()
      result.hits = [Int](repeating: 0, count: order.count)
      var groupDraws = CorrelatedDraws(factor: factor, rank: rank, groups: groups)
      for _ in 0..<size {
        result.ranges.append(groupDraws.next(&stream))
        var largest = 0.0
        for place in order.indices.reversed() {
          largest = max(
            largest, groupDraws.distance(firsts[place], seconds[place]) * precisions[place])
          if largest >= limits[place] { result.hits[place] += 1 }
        }
        result.maxima.append(largest)
      }
      return result
    }
    var all = Draws()
    all.order = order
    all.hits = [Int](repeating: 0, count: order.count)
    for block in blocks {
      all.maxima += block.maxima
      all.ranges += block.ranges
      for place in order.indices { all.hits[place] += block.hits[place] }
    }
    return all
  }
}
