/// Cases sorted by score once; every analysis by group is then a linear pass.
///
/// The unit of inference is the cluster: a patient on real images, a base case on synthetic ones.
package struct SortedCases: Sendable {
  /// Row of each position, ascending in score.
  package let order: [Int32]
  /// By position: number of the run of equal scores.
  let block: [Int32]
  /// By position, ascending.
  package let scores: [Double]
  /// By position.
  package let isPositive: [Bool]
  /// By position: number of the case's cluster.
  package let clusters: [Int32]
  package let clusterCount: Int
  /// Positions of cluster c are `positionsByCluster[clusterStart[c]..<clusterStart[c + 1]]`.
  let clusterStart: [Int32]
  let positionsByCluster: [Int32]
  /// Parallel to ``positionsByCluster``: row, and whether it is positive. Rows of a cluster mostly lie
  /// beside each other, positions nowhere near.
  let rowsByCluster: [Int32]
  let isPositiveByCluster: [Bool]

  package var count: Int { order.count }

  /// Cells are numbered in 30 bits beside the class and the tie.
  private static let largestCount = 1 << 30

  /// - Parameter clusters: By row, in `0..<clusterCount`; clusters may be empty.
  /// - Throws: ``Undefined`` when a score is not finite.
  package init(
    scores: [Double], labels: [Bool], clusters: [Int32], clusterCount: Int
  ) throws(Undefined) {
    precondition(
      scores.count == labels.count && scores.count == clusters.count,
      "one label and one cluster per score")
    guard scores.count < Self.largestCount else {
      throw Undefined("more than \(Self.largestCount) cases")
    }
    guard scores.allSatisfy(\.isFinite) else { throw Undefined("a score is not a finite number") }
    guard clusters.allSatisfy({ $0 >= 0 && Int($0) < clusterCount }) else {
      throw Undefined("a cluster number lies outside 0..<\(clusterCount)")
    }
    let order = ascendingOrder(of: scores)
    let sorted = [Double](unsafeUninitializedCapacity: scores.count) { buffer, initialized in
      for (position, row) in order.enumerated() {
        buffer.initializeElement(at: position, to: scores[Int(row)])
      }
      initialized = scores.count
    }
    var block = [Int32](repeating: 0, count: scores.count)
    var current: Int32 = 0
    for position in order.indices.dropFirst() {
      if sorted[position] != sorted[position - 1] { current += 1 }
      block[position] = current
    }
    var start = [Int32](repeating: 0, count: clusterCount + 1)
    for cluster in clusters { start[Int(cluster) + 1] += 1 }
    for cluster in 0..<clusterCount { start[cluster + 1] += start[cluster] }
    var next = start
    var positions = [Int32](repeating: 0, count: scores.count)
    let clusterOfPosition = order.map { clusters[Int($0)] }
    for (position, number) in clusterOfPosition.enumerated() {
      let cluster = Int(number)
      positions[Int(next[cluster])] = Int32(position)
      next[cluster] += 1
    }
    self.order = order
    self.block = block
    self.scores = sorted
    isPositive = order.map { labels[Int($0)] }
    self.clusters = clusterOfPosition
    self.clusterCount = clusterCount
    clusterStart = start
    positionsByCluster = positions
    let rows = positions.map { order[Int($0)] }
    rowsByCluster = rows
    isPositiveByCluster = rows.map { labels[Int($0)] }
  }
}
