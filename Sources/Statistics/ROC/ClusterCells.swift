/// The cells of a grouping: one per cluster and group that meet in at least one case.
struct ClusterCells: Sendable {
  let groupCount: Int
  /// By kept position, ascending in score: cell, class and whether the next score is equal, packed.
  let rows: [UInt32]
  let cellGroup: [Int32]
  /// `[cell, class]`, class 1 the positives: cases of the cell.
  let cellCases: [Double]
  /// Whether no cell has cases of both classes.
  let hasOneClassEach: Bool
  /// Cells of the k-th cluster that has any are `clusterStart[k]..<clusterStart[k + 1]`.
  let clusterStart: [Int32]
  /// The number of the k-th cluster that has any cell.
  let clusterNumber: [Int32]

  var cellCount: Int { cellGroup.count }
  var clusterCount: Int { clusterStart.count - 1 }

  static let tiedWithNext: UInt32 = 1
  @inline(__always)
  static func label(_ row: UInt32) -> Int { Int(row >> 1 & 1) }
  @inline(__always)
  static func cell(_ row: UInt32) -> Int { Int(row >> 2) }

  /// No cells at all.
  init(groupCount: Int) {
    self.groupCount = groupCount
    rows = []
    cellGroup = []
    cellCases = []
    hasOneClassEach = true
    clusterStart = [0]
    clusterNumber = []
  }

  /// - Parameter membership: By row; −1 is no group.
  init(cases: SortedCases, membership: [Int32], groupCount: Int) {
    precondition(membership.count == cases.count, "one membership per case")
    precondition(membership.allSatisfy { $0 >= -1 && Int($0) < groupCount }, "group out of range")
    self.groupCount = groupCount
    var table = CellTable(groupCount: groupCount)
    let cellOfPosition = [Int32](unsafeUninitializedCapacity: cases.count) { cells, initialized in
      cells.initialize(repeating: -1)
      table.fill(from: cases, membership: membership, cellOfPosition: cells)
      initialized = cases.count
    }
    rows = Self.rows(of: cases, cellOfPosition: cellOfPosition)
    cellGroup = table.group
    cellCases = table.counts
    hasOneClassEach = Self.hasOneClassEach(cellCases)
    clusterStart = table.start
    clusterNumber = table.number
  }

  /// Merges the groups of `cells`: every cluster keeps a single cell, so that it moves as a whole.
  ///
  /// - Parameter label: Group of the cluster in the first pass, by position among the clusters.
  init(merging cells: ClusterCells, label: [Int32]) {
    groupCount = cells.groupCount
    var clusterOfCell = [UInt32](repeating: 0, count: cells.cellCount)
    var cases = [Double](repeating: 0, count: 2 * cells.clusterCount)
    for cluster in 0..<cells.clusterCount {
      for cell in Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1]) {
        clusterOfCell[cell] = UInt32(cluster)
        cases[2 * cluster] += cells.cellCases[2 * cell]
        cases[2 * cluster + 1] += cells.cellCases[2 * cell + 1]
      }
    }
    rows = cells.rows.map { clusterOfCell[Self.cell($0)] << 2 | ($0 & 3) }
    cellGroup = label
    cellCases = cases
    hasOneClassEach = Self.hasOneClassEach(cases)
    clusterStart = (0...cells.clusterCount).map { Int32($0) }
    clusterNumber = cells.clusterNumber
  }

  private static func hasOneClassEach(_ cases: [Double]) -> Bool {
    stride(from: 0, to: cases.count, by: 2).allSatisfy { cases[$0] == 0 || cases[$0 + 1] == 0 }
  }

  private static func rows(of cases: SortedCases, cellOfPosition: [Int32]) -> [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(cases.count)
    var lastBlock: Int32 = -1
    for position in 0..<cases.count where cellOfPosition[position] >= 0 {
      // Cases of no group between two equal scores must not hide the tie.
      if cases.block[position] == lastBlock { rows[rows.count - 1] |= Self.tiedWithNext }
      lastBlock = cases.block[position]
      rows.append(
        UInt32(cellOfPosition[position]) << 2 | (cases.isPositive[position] ? 2 : 0))
    }
    return rows
  }
}

/// The cells while they are counted, cluster by cluster.
private struct CellTable {
  var group: [Int32] = []
  var counts: [Double] = []
  var start: [Int32] = [0]
  var number: [Int32] = []
  private var lastCluster: [Int32]
  private var lastCell: [Int32]

  init(groupCount: Int) {
    lastCluster = [Int32](repeating: -1, count: groupCount)
    lastCell = lastCluster
  }

  mutating func fill(
    from cases: SortedCases, membership: [Int32],
    cellOfPosition: UnsafeMutableBufferPointer<Int32>
  ) {
    for cluster in 0..<cases.clusterCount {
      for index in Int(cases.clusterStart[cluster])..<Int(cases.clusterStart[cluster + 1]) {
        let member = Int(membership[Int(cases.rowsByCluster[index])])
        guard member >= 0 else { continue }
        if lastCluster[member] != Int32(cluster) {
          lastCluster[member] = Int32(cluster)
          lastCell[member] = Int32(group.count)
          group.append(Int32(member))
          counts.append(0)
          counts.append(0)
        }
        let cell = lastCell[member]
        cellOfPosition[Int(cases.positionsByCluster[index])] = cell
        counts[2 * Int(cell) + (cases.isPositiveByCluster[index] ? 1 : 0)] += 1
      }
      if group.count > Int(start[start.count - 1]) {
        start.append(Int32(group.count))
        number.append(Int32(cluster))
      }
    }
  }
}
