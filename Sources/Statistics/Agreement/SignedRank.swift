/// Wilcoxon's signed rank test and the Hodges–Lehmann estimate that belongs to it.
package enum SignedRank {
  /// ``pValue(_:)`` and ``hodgesLehmann(_:)`` from one sort.
  package static func summary(_ differences: [Double]) -> (pValue: Double?, estimate: Double?) {
    let finite = differences.filter(\.isFinite)
    let sorted = ascendingOrder(of: finite).map { finite[Int($0)] }
    return (pValue(sorted: sorted), hodgesLehmann(sorted: sorted))
  }

  /// Two-sided p of "the differences are symmetric around 0" (Wilcoxon 1945).
  ///
  /// Zeros are dropped, ties get midranks. Exact up to 50 differences, by all sign patterns of the ranks
  /// that there are (Streitberg and Röhmel, Statistical Software Newsletter 12, 1986), else normal with
  /// tie correction, without continuity correction (as R with `correct = FALSE`).
  ///
  /// - Returns: `nil` when no difference is left; 1 is not claimed for no data.
  package static func pValue(_ differences: [Double]) -> Double? { summary(differences).pValue }

  /// Sizes ascend from 0 to both sides of sorted differences, so two pointers rank them.
  private static func pValue(sorted: [Double]) -> Double? {
    var negative = sorted.partitioningIndex { $0 >= 0 } - 1
    var positive = sorted.partitioningIndex { $0 > 0 }
    let count = negative + 1 + sorted.count - positive
    guard count > 0 else { return nil }
    // Midranks are halves; twice a rank is a whole number.
    var positiveSum = 0
    var ranks: [Int] = []
    var tieSum = 0.0
    var rank = 0
    while rank < count {
      let left = negative >= 0 ? -sorted[negative] : .infinity
      let right = positive < sorted.count ? sorted[positive] : .infinity
      let size = min(left, right)
      let start = rank
      while negative >= 0, -sorted[negative] == size {
        negative -= 1
        rank += 1
      }
      let positives = rank
      while positive < sorted.count, sorted[positive] == size {
        positive += 1
        rank += 1
      }
      let tied = Double(rank - start)
      // Ranks start+1 ... rank share their mean.
      positiveSum += (rank - positives) * (start + 1 + rank)
      if count <= exactLimit {
        ranks += [Int](repeating: start + 1 + rank, count: rank - start)
      }
      tieSum += tied * tied * tied - tied
    }
    if count <= exactLimit {
      return tieSum == 0
        ? exactP(positiveSum / 2, ranks.map { $0 / 2 }) : exactP(positiveSum, ranks)
    }
    let n = Double(count)
    let variance = n * (n + 1) * (2 * n + 1) / 24 - tieSum / 48
    guard variance > 0 else { return nil }
    return Normal.twoSidedP(
      (Double(positiveSum) / 2 - n * (n + 1) / 4) / variance.squareRoot())
  }

  private static let exactLimit = 50

  private static func exactP(_ positiveSum: Int, _ ranks: [Int]) -> Double {
    let total = ranks.reduce(0, +)
    // Number of sign patterns by rank sum, as probabilities to stay in range.
    var mass = [Double](repeating: 0, count: total + 1)
    mass[0] = 1
    for rank in ranks {
      for sum in stride(from: total, through: 0, by: -1) {
        mass[sum] = mass[sum] / 2 + (sum >= rank ? mass[sum - rank] / 2 : 0)
      }
    }
    let smaller = min(positiveSum, total - positiveSum)
    return min(1, 2 * mass[0...smaller].reduce(0, +))
  }

  /// Median of the means of all pairs of differences, each with itself included.
  ///
  /// Found by bisection: the pairs with a mean at or below a value are counted in one pass over the
  /// sorted differences. Above 5,000 differences the median of an evenly spaced subset of 5,000
  /// sorted ones is used, which differs by far less than the standard error.
  package static func hodgesLehmann(_ differences: [Double]) -> Double? {
    summary(differences).estimate
  }

  private static func hodgesLehmann(sorted: [Double]) -> Double? {
    guard !sorted.isEmpty else { return nil }
    var values = sorted
    let limit = 5000
    if values.count > limit {
      let step = Double(values.count) / Double(limit)
      values = (0..<limit).map { values[Int((Double($0) + 0.5) * step)] }
    }
    let pairs = values.count * (values.count + 1) / 2
    let lower = pairSum(values, rank: (pairs - 1) / 2)
    let upper = pairs % 2 == 1 ? lower : pairSum(values, rank: pairs / 2)
    let median = (lower + upper) / 4
    return median.isFinite ? median : nil
  }

  /// The sum x + y of rank `rank` (from 0) among all pairs of sorted `values`.
  private static func pairSum(_ values: [Double], rank: Int) -> Double {
    values.withUnsafeBufferPointer { values in
      /// Pairs with a sum of at most `bound`, and the largest such sum.
      func pairs(upTo bound: Double) -> (count: Int, largest: Double) {
        var count = 0
        var largest = -Double.infinity
        var second = values.count - 1
        for first in 0..<values.count {
          while second >= first, values[first] + values[second] > bound { second -= 1 }
          if second < first { break }
          count += second - first + 1
          largest = max(largest, values[first] + values[second])
        }
        return (count, largest)
      }
      var low = 2 * values[0]
      var high = 2 * values[values.count - 1]
      while true {
        let middle = low / 2 + high / 2
        guard middle > low, middle < high else { break }
        let found = pairs(upTo: middle)
        // Snapping to sums that occur ends the search as soon as none lies between.
        if found.count > rank { high = found.largest } else { low = middle }
      }
      return pairs(upTo: low).count > rank ? low : high
    }
  }
}

extension [Double] {
  /// The first place of a sorted array where `belongs` holds, as it does from there on.
  fileprivate func partitioningIndex(_ belongs: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
