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
    let ranks = midranks(of: sizes)
    var positiveSum = 0.0
    for (index, value) in kept.enumerated() where value > 0 { positiveSum += ranks[index] }
    let count = kept.count
    let hasTies = Set(sizes).count < count
    if count <= 50, !hasTies { return exactP(Int(positiveSum), count) }
    let n = Double(count)
    var tieSum = 0.0
    let sorted = sizes.sorted()
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      let t = Double(end - start)
      tieSum += t * t * t - t
      start = end
    }
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
  /// Above 2,000 differences the median of an evenly spaced subset of 2,000 sorted differences is
  /// used, which differs by far less than the standard error.
  package static func hodgesLehmann(_ differences: [Double]) -> Double? {
    var values = differences.filter(\.isFinite).sorted()
    guard !values.isEmpty else { return nil }
    let limit = 2000
    if values.count > limit {
      let step = Double(values.count) / Double(limit)
      values = (0..<limit).map { values[Int((Double($0) + 0.5) * step)] }
    }
    var means: [Double] = []
    means.reserveCapacity(values.count * (values.count + 1) / 2)
    for first in values.indices {
      for second in first..<values.count { means.append((values[first] + values[second]) / 2) }
    }
    means.sort()
    let middle = means.count / 2
    return means.count % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2
  }
}
