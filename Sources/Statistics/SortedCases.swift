/// Cases sorted by score once; every analysis by group is then a linear pass.
///
/// The unit of inference is the cluster: a patient on real images, a base case on synthetic ones.
package struct SortedCases: Sendable {
  /// Row of each position, ascending in score.
  let order: [Int32]
  /// By position: number of the run of equal scores.
  let block: [Int32]
  /// By position.
  let isPositive: [Bool]
  package let clusterCount: Int
  /// Positions of cluster c are `positionsByCluster[clusterStart[c]..<clusterStart[c + 1]]`.
  let clusterStart: [Int32]
  let positionsByCluster: [Int32]

  package var count: Int { order.count }

  /// - Parameter clusters: By row, in `0..<clusterCount`; clusters may be empty.
  /// - Throws: ``Undefined`` when a score is not finite.
  package init(
    scores: [Double], labels: [Bool], clusters: [Int32], clusterCount: Int
  ) throws(Undefined) {
    precondition(
      scores.count == labels.count && scores.count == clusters.count,
      "one label and one cluster per score")
    guard scores.allSatisfy(\.isFinite) else { throw Undefined("a score is not a finite number") }
    guard clusters.allSatisfy({ $0 >= 0 && Int($0) < clusterCount }) else {
      throw Undefined("a cluster number lies outside 0..<\(clusterCount)")
    }
    let order = ascendingOrder(of: scores)
    var block = [Int32](repeating: 0, count: scores.count)
    var current: Int32 = 0
    for position in order.indices.dropFirst() {
      if scores[Int(order[position])] != scores[Int(order[position - 1])] { current += 1 }
      block[position] = current
    }
    var start = [Int32](repeating: 0, count: clusterCount + 1)
    for cluster in clusters { start[Int(cluster) + 1] += 1 }
    for cluster in 0..<clusterCount { start[cluster + 1] += start[cluster] }
    var next = start
    var positions = [Int32](repeating: 0, count: scores.count)
    for (position, row) in order.enumerated() {
      let cluster = Int(clusters[Int(row)])
      positions[Int(next[cluster])] = Int32(position)
      next[cluster] += 1
    }
    self.order = order
    self.block = block
    isPositive = order.map { labels[Int($0)] }
    self.clusterCount = clusterCount
    clusterStart = start
    positionsByCluster = positions
  }
}

/// The cells of a grouping: one per cluster and group that meet in at least one case.
struct ClusterCells: Sendable {
  let groupCount: Int
  /// By kept position, ascending in score; cases of no group are left out.
  let rowCell: [Int32]
  let rowIsPositive: [Bool]
  /// By kept position, with one more entry that differs from the last.
  let rowBlock: [Int32]
  let cellGroup: [Int32]
  let cellPositives: [Double]
  let cellNegatives: [Double]
  /// Cells of the k-th cluster that has any are `clusterStart[k]..<clusterStart[k + 1]`.
  let clusterStart: [Int32]

  var cellCount: Int { cellGroup.count }
  var clusterCount: Int { clusterStart.count - 1 }

  /// - Parameter membership: By row; −1 is no group.
  init(cases: SortedCases, membership: [Int32], groupCount: Int) {
    precondition(membership.count == cases.count, "one membership per case")
    precondition(membership.allSatisfy { $0 >= -1 && Int($0) < groupCount }, "group out of range")
    self.groupCount = groupCount
    var cellOfPosition = [Int32](repeating: -1, count: cases.count)
    var lastCluster = [Int32](repeating: -1, count: groupCount)
    var lastCell = [Int32](repeating: -1, count: groupCount)
    var group: [Int32] = []
    var positives: [Double] = []
    var negatives: [Double] = []
    var start: [Int32] = [0]
    for cluster in 0..<cases.clusterCount {
      for index in Int(cases.clusterStart[cluster])..<Int(cases.clusterStart[cluster + 1]) {
        let position = Int(cases.positionsByCluster[index])
        let member = Int(membership[Int(cases.order[position])])
        guard member >= 0 else { continue }
        if lastCluster[member] != Int32(cluster) {
          lastCluster[member] = Int32(cluster)
          lastCell[member] = Int32(group.count)
          group.append(Int32(member))
          positives.append(0)
          negatives.append(0)
        }
        let cell = lastCell[member]
        cellOfPosition[position] = cell
        if cases.isPositive[position] {
          positives[Int(cell)] += 1
        } else {
          negatives[Int(cell)] += 1
        }
      }
      if group.count > Int(start[start.count - 1]) { start.append(Int32(group.count)) }
    }
    var rowCell: [Int32] = []
    var rowIsPositive: [Bool] = []
    var rowBlock: [Int32] = []
    rowCell.reserveCapacity(cases.count)
    rowIsPositive.reserveCapacity(cases.count)
    rowBlock.reserveCapacity(cases.count + 1)
    for position in 0..<cases.count where cellOfPosition[position] >= 0 {
      rowCell.append(cellOfPosition[position])
      rowIsPositive.append(cases.isPositive[position])
      rowBlock.append(cases.block[position])
    }
    rowBlock.append(-1)
    self.rowCell = rowCell
    self.rowIsPositive = rowIsPositive
    self.rowBlock = rowBlock
    cellGroup = group
    cellPositives = positives
    cellNegatives = negatives
    clusterStart = start
  }
}
