import AuditModel
import Vocabulary

/// Rows of one base case that differ in one thing only, set by set, base case after base case.
struct MatchedSets: Sendable {
  let groupCount: Int
  /// Rows of set s in group g are `members[start[s · groupCount + g]..<start[s · groupCount + g + 1]]`.
  let start: [Int32]
  let members: [Int32]
  /// By set, ascending.
  let clusters: [Int32]
  let isPositive: [Bool]

  var count: Int { clusters.count }

  /// Calls `body` with the rows of a set in a group, as views that last for the call.
  func withRows(_ body: ((_ set: Int, _ group: Int) -> UnsafeBufferPointer<Int32>) -> Void) {
    members.withUnsafeBufferPointer { members in
      start.withUnsafeBufferPointer { start in
        body { set, group in
          let place = set * groupCount + group
          return UnsafeBufferPointer(rebasing: members[Int(start[place])..<Int(start[place + 1])])
        }
      }
    }
  }

  /// The first row of every group, or nil where one has none.
  func completeRows(_ set: Int) -> [Int]? {
    var rows: [Int] = []
    rows.reserveCapacity(groupCount)
    for group in 0..<groupCount {
      let place = set * groupCount + group
      guard start[place] < start[place + 1] else { return nil }
      rows.append(Int(members[Int(start[place])]))
    }
    return rows
  }

  /// Sets of rows that share base case, seed, label and all attributes but this one.
  init(_ table: EvaluationTable, pairing: Pairing, attribute: AttributeColumn) {
    var stratumNumber: [[String]: Int] = [:]
    let stratumOfArm = pairing.arms.map { arm -> Int in
      let rest = arm.values.filter { $0.key != attribute.name }
      let key = rest.keys.sorted().flatMap { [$0, rest[$0] ?? ""] }
      let number = stratumNumber[key] ?? stratumNumber.count
      stratumNumber[key] = number
      return number
    }
    self.init(
      table, pairing: pairing, membership: attribute.membership,
      groupCount: attribute.groups.count, stratumOfArm: stratumOfArm)
  }

  /// Sets of rows that share base case, seed and label; the groups are the arms.
  init(arms table: EvaluationTable, pairing: Pairing) {
    self.init(
      table, pairing: pairing, membership: pairing.armOfRow, groupCount: pairing.arms.count,
      stratumOfArm: [Int](repeating: 0, count: pairing.arms.count))
  }

  private init(
    _ table: EvaluationTable, pairing: Pairing, membership: [Int32], groupCount: Int,
    stratumOfArm: [Int]
  ) {
    self.groupCount = groupCount
    var seedNumber: [Int32: Int] = [:]
    for seed in pairing.seedOfRow where seedNumber[seed] == nil {
      seedNumber[seed] = seedNumber.count
    }
    let seedCount = max(1, seedNumber.count)
    let seeds = pairing.seedOfRow.map { seedNumber[$0] ?? 0 }
    // Rows of one cluster together; within it a key tells what a set shares, then comes the group.
    var next = [Int](repeating: 0, count: table.clusterCount + 1)
    for (row, cluster) in table.clusters.enumerated() where membership[row] >= 0 {
      next[Int(cluster) + 1] += 1
    }
    for cluster in 0..<table.clusterCount { next[cluster + 1] += next[cluster] }
    let bounds = next
    var keys = [Key](repeating: Key(set: 0, group: 0, row: 0), count: bounds[table.clusterCount])
    for (row, cluster) in table.clusters.enumerated() where membership[row] >= 0 {
      let stratum = stratumOfArm[Int(pairing.armOfRow[row])]
      let seed = seeds.isEmpty ? 0 : seeds[row]
      keys[next[Int(cluster)]] = Key(
        set: (stratum * seedCount + seed) * 2 + (table.labels[row] ? 1 : 0),
        group: membership[row], row: Int32(row))
      next[Int(cluster)] += 1
    }
    var start: [Int32] = []
    var members: [Int32] = []
    members.reserveCapacity(keys.count)
    var clusters: [Int32] = []
    var isPositive: [Bool] = []
    for cluster in 0..<table.clusterCount {
      let range = bounds[cluster]..<bounds[cluster + 1]
      keys.withUnsafeMutableBufferPointer { keys in
        var slice = UnsafeMutableBufferPointer(rebasing: keys[range])
        slice.sort()
      }
      var index = range.lowerBound
      while index < range.upperBound {
        let set = keys[index].set
        clusters.append(Int32(cluster))
        isPositive.append(set % 2 == 1)
        for group in 0..<groupCount {
          start.append(Int32(members.count))
          while index < range.upperBound, keys[index].set == set,
            keys[index].group == Int32(group)
          {
            members.append(keys[index].row)
            index += 1
          }
        }
      }
    }
    start.append(Int32(members.count))
    self.start = start
    self.members = members
    self.clusters = clusters
    self.isPositive = isPositive
  }

  private struct Key: Comparable {
    let set: Int
    let group: Int32
    let row: Int32
    static func < (a: Key, b: Key) -> Bool {
      a.set != b.set ? a.set < b.set : a.group != b.group ? a.group < b.group : a.row < b.row
    }
  }
}
