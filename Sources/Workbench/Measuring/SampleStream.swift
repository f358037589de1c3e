import Randomness

/// Draws whole clusters at random, always the same for one seed and name.
struct SampleStream {
  private var stream: RandomStream

  init(seed: UInt64, name: String) {
    stream = RandomStream(seed: seed, path: ["measure", "sample", name])
  }

  /// Rows of clusters in random order until `limit` rows are there, ascending.
  ///
  /// The last cluster is cut, so that sets of one limit have one number of rows.
  mutating func rows(clusters: [String], limit: Int) -> [Int] {
    var members: [String: [Int]] = [:]
    var order: [String] = []
    for (row, cluster) in clusters.enumerated() {
      if members[cluster] == nil { order.append(cluster) }
      members[cluster, default: []].append(row)
    }
    var chosen: [Int] = []
    for index in stream.permutation(order.count) where chosen.count < limit {
      chosen += (members[order[index]] ?? []).prefix(limit - chosen.count)
    }
    return chosen.sorted()
  }
}
