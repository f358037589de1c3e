import Foundation

/// Second-order statistics: how often two levels are neighbours (GLCM), each direction by itself, then averaged.
enum Cooccurrence {
  static let names = [
    "Autocorrelation", "JointAverage", "ClusterProminence", "ClusterShade", "ClusterTendency",
    "Contrast", "Correlation", "DifferenceAverage", "DifferenceEntropy", "DifferenceVariance",
    "JointEnergy", "JointEntropy", "Imc1", "Imc2", "Idm", "Idmn", "Id", "Idn", "InverseVariance",
    "MaximumProbability", "SumEntropy", "SumSquares",
  ]

  static func values(_ levels: GrayLevels) -> [Double] {
    let found = GrayLevels.directions.compactMap { direction in
      Matrix(levels, direction).map { $0.values(levelCount: Double(levels.count)) }
    }
    return names.indices.map { feature in
      found.reduce(0) { $0 + $1[feature] } / Double(max(found.count, 1))
    }
  }

  /// The shares of neighbouring pairs, both orders counted.
  private struct Matrix {
    /// The cells that are not empty.
    private var cells: [(i: Double, j: Double, share: Double)] = []
    /// By level less 1.
    private var marginal: [Double]
    private var sums: [Double]
    private var differences: [Double]

    /// nil where the picture has no neighbours in the direction.
    init?(_ levels: GrayLevels, _ direction: (x: Int, y: Int)) {
      let count = levels.count
      // A list and no table: an outlier makes thousands of levels, of which few are there.
      var pairs: [Int] = []
      pairs.reserveCapacity(levels.values.count)
      for y in 0..<levels.height {
        for x in 0..<levels.width {
          let (otherX, otherY) = (x + direction.x, y + direction.y)
          guard (0..<levels.width).contains(otherX), otherY < levels.height else { continue }
          let one = levels.values[y * levels.width + x] - 1
          let other = levels.values[otherY * levels.width + otherX] - 1
          pairs.append(min(one, other) * count + max(one, other))
        }
      }
      guard !pairs.isEmpty else { return nil }
      pairs.sort()
      marginal = [Double](repeating: 0, count: count)
      sums = [Double](repeating: 0, count: 2 * count - 1)
      differences = [Double](repeating: 0, count: count)
      var start = 0
      while start < pairs.count {
        let pair = pairs[start]
        let end = pairs[start...].firstIndex { $0 != pair } ?? pairs.count
        let (i, j) = (pair / count, pair % count)
        let share = Double(end - start) / Double(pairs.count) / (i == j ? 1 : 2)
        for (one, other) in i == j ? [(i, j)] : [(i, j), (j, i)] {
          cells.append((Double(one + 1), Double(other + 1), share))
          marginal[one] += share
          sums[i + j] += share
          differences[j - i] += share
        }
        start = end
      }
    }

    private func sum(_ term: (Double, Double) -> Double) -> Double {
      cells.reduce(0) { $0 + $1.share * term($1.i, $1.j) }
    }

    /// Of the level differences.
    private func difference(_ term: (Double) -> Double) -> Double {
      differences.indices.reduce(0) { $0 + differences[$1] * term(Double($1)) }
    }

    /// In the order of `names`.
    func values(levelCount: Double) -> [Double] {
      let average = sum { i, _ in i }
      let variance = sum { i, _ in (i - average) * (i - average) }
      func cluster(_ order: Int) -> Double {
        sum { i, j in (1..<order).reduce(i + j - 2 * average) { p, _ in p * (i + j - 2 * average) }
        }
      }
      let autocorrelation = sum { $0 * $1 }
      let differenceAverage = difference { $0 }
      let (first, second) = informationMeasures
      return [
        autocorrelation, average, cluster(4), cluster(3), cluster(2),
        difference { $0 * $0 },
        variance > 0 ? (autocorrelation - average * average) / variance : 1,
        differenceAverage, IntensityStatistics.entropy(differences),
        difference { ($0 - differenceAverage) * ($0 - differenceAverage) },
        cells.reduce(0) { $0 + $1.share * $1.share },
        IntensityStatistics.entropy(cells.lazy.map(\.share)), first, second,
        difference { 1 / (1 + $0 * $0) },
        difference { 1 / (1 + $0 * $0 / (levelCount * levelCount)) },
        difference { 1 / (1 + $0) }, difference { 1 / (1 + $0 / levelCount) },
        difference { $0 > 0 ? 1 / ($0 * $0) : 0 }, cells.map(\.share).max() ?? 0,
        IntensityStatistics.entropy(sums), variance,
      ]
    }

    /// Both measures of what one level tells of its neighbour.
    private var informationMeasures: (Double, Double) {
      let single = IntensityStatistics.entropy(marginal)
      guard single > 0 else { return (0, 0) }
      let joint = IntensityStatistics.entropy(cells.lazy.map(\.share))
      let crossed = cells.reduce(0) { total, cell in
        total - cell.share * log2(marginal[Int(cell.i) - 1] * marginal[Int(cell.j) - 1])
      }
      // −Σ pᵢpⱼ log(pᵢpⱼ) is twice the entropy of the marginal, which is the same on both sides.
      let independent = 2 * single
      return (
        (joint - crossed) / single,
        // Rounding can put the two entropies the wrong way round where levels are independent.
        max(0, 1 - exp(-2 * (independent - joint))).squareRoot()
      )
    }
  }
}
