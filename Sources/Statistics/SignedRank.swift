/// Wilcoxon's signed rank test and the Hodges–Lehmann estimate that belongs to it.
package enum SignedRank {
  /// Two-sided p of "the differences are symmetric around 0" (Wilcoxon 1945).
  ///
  /// Zeros are dropped, ties get midranks. Exact up to 50 differences without ties, else normal with
  /// tie correction, without continuity correction (as R with `correct = FALSE`).
  ///
  /// - Returns: `nil` when no difference is left; 1 is not claimed for no data.
  package static func pValue(_ differences: [Double]) -> Double? {
    let kept = differences.filter { $0 != 0 && $0.isFinite }
    guard !kept.isEmpty else { return nil }
    let sizes = kept.map(abs)
    let order = ascendingOrder(of: sizes)
    var positiveSum = 0.0
    var tieSum = 0.0
    var start = 0
    while start < order.count {
      let size = sizes[Int(order[start])]
      var end = start
      var positives = 0.0
      while end < order.count, sizes[Int(order[end])] == size {
        if kept[Int(order[end])] > 0 { positives += 1 }
        end += 1
      }
      let tied = Double(end - start)
      // Ranks start+1 ... end share their mean.
      positiveSum += positives * Double(start + 1 + end) / 2
      tieSum += tied * tied * tied - tied
      start = end
    }
    let count = kept.count
    if count <= 50, tieSum == 0 { return exactP(Int(positiveSum), count) }
    let n = Double(count)
    let variance = n * (n + 1) * (2 * n + 1) / 24 - tieSum / 48
    guard variance > 0 else { return nil }
    return Normal.twoSidedP((positiveSum - n * (n + 1) / 4) / variance.squareRoot())
  }

  private static func exactP(_ positiveSum: Int, _ count: Int) -> Double {
    let total = count * (count + 1) / 2
    // Number of sign patterns by rank sum, as probabilities to stay in range.
    var mass = [Double](repeating: 0, count: total + 1)
    mass[0] = 1
    for rank in 1...count {
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
  /// sorted differences. Above 20,000 differences the median of an evenly spaced subset of 20,000
  /// sorted ones is used, which differs by far less than the standard error.
  package static func hodgesLehmann(_ differences: [Double]) -> Double? {
    let finite = differences.filter(\.isFinite)
    guard !finite.isEmpty else { return nil }
    var values = ascendingOrder(of: finite).map { finite[Int($0)] }
    let limit = 20_000
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
