import Randomness

/// A percentile interval of any statistic, from resampling whole clusters with replacement.
///
/// For statistics without a variance formula at hand. Efron & Tibshirani, *An Introduction to the
/// Bootstrap*, 1993, chapter 13; clusters as units as in Field & Welsh, JRSS B 2007.
///
/// - Parameters:
///   - clusters: By row, in `0..<clusterCount`.
///   - statistic: Gets row numbers, with repetitions; nil where a resample leaves it undefined.
/// - Returns: nil with fewer than two clusters, or when fewer than half of the resamples define it.
package func clusterBootstrapInterval(
  clusters: [Int32], clusterCount: Int, replicates: Int = 500, level: Double, seed: UInt64,
  path: [String], statistic: ([Int]) -> Double?
) -> Interval? {
  var members = [[Int]](repeating: [], count: clusterCount)
  for (row, cluster) in clusters.enumerated() { members[Int(cluster)].append(row) }
  members.removeAll(where: \.isEmpty)
  guard members.count > 1 else { return nil }
  var stream = RandomStream(seed: seed, path: path)
  var values: [Double] = []
  var rows: [Int] = []
  for _ in 0..<replicates {
    rows.removeAll(keepingCapacity: true)
    for _ in members.indices { rows += members[stream.integer(below: members.count)] }
    if let value = statistic(rows), value.isFinite { values.append(value) }
  }
  guard values.count * 2 >= replicates, !values.isEmpty else { return nil }
  values.sort()
  let tail = (1 - level) / 2
  return Interval(
    lower: quantile(of: values, tail), upper: quantile(of: values, 1 - tail),
    method: "percentile bootstrap over clusters")
}
