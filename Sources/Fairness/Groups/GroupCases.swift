import AuditModel
import Statistics

/// The cases of one group, ascending in score, as every metric of the group needs them.
struct GroupCases: Sendable {
  /// Ascending.
  var scores: [Double] = []
  var labels: [Bool] = []
  /// Numbered within the group, in order of first appearance.
  var clusters: [Int32] = []
  var clusterCount = 0

  /// The cases of every group in one pass; rows of no group are left out.
  static func split(
    _ cases: SortedCases, membership: [Int32], groupCount: Int
  ) -> [GroupCases] {
    // Positions of one group after another, so that numbering clusters needs one array, not one per
    // group; ascending positions keep the scores sorted.
    var start = [Int](repeating: 0, count: groupCount + 1)
    for member in membership where member >= 0 { start[Int(member) + 1] += 1 }
    for group in 0..<groupCount { start[group + 1] += start[group] }
    var positions = [Int32](repeating: 0, count: start[groupCount])
    var next = start
    for (position, row) in cases.order.enumerated() {
      let member = Int(membership[Int(row)])
      guard member >= 0 else { continue }
      positions[next[member]] = Int32(position)
      next[member] += 1
    }
    var lastGroup = [Int32](repeating: -1, count: cases.clusterCount)
    var number = [Int32](repeating: 0, count: cases.clusterCount)
    return (0..<groupCount).map { group in
      var result = GroupCases()
      let count = start[group + 1] - start[group]
      result.scores.reserveCapacity(count)
      result.labels.reserveCapacity(count)
      result.clusters.reserveCapacity(count)
      for index in start[group]..<start[group + 1] {
        let position = Int(positions[index])
        let cluster = Int(cases.clusters[position])
        if lastGroup[cluster] != Int32(group) {
          lastGroup[cluster] = Int32(group)
          number[cluster] = Int32(result.clusterCount)
          result.clusterCount += 1
        }
        result.scores.append(cases.scores[position])
        result.labels.append(cases.isPositive[position])
        result.clusters.append(number[cluster])
      }
      return result
    }
  }

  /// Clusters with cases of the class that has fewer of them.
  var scarcerClusters: Int {
    var seen = [[Bool]](repeating: [Bool](repeating: false, count: clusterCount), count: 2)
    for (label, cluster) in zip(labels, clusters) { seen[label ? 1 : 0][Int(cluster)] = true }
    return min(seen[0].count { $0 }, seen[1].count { $0 })
  }

  /// The first position whose score is at or above `threshold`.
  func firstCalled(at threshold: Double) -> Int {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < threshold { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
