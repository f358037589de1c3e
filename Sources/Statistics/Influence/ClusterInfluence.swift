/// A metric's value in every group with what every cluster contributes to it.
///
/// The variance of any weighted sum of such values, over groups, classifiers or drawings that number
/// their clusters alike, is C/(C−1) Σ u² with u the weighted sum of a cluster's influences.
package struct ClusterInfluence: Sendable {
  /// By group; NaN where it cannot be estimated.
  package let values: [Double]
  /// By group: the clusters on which its value rests, of the scarcer class where a metric needs both.
  package let support: [Int]
  private let clusterNumber: [Int32]
  private let clusterStart: [Int32]
  private let cellGroup: [Int32]
  private let influence: [Double]

  package init(_ grouped: GroupedAUC) {
    self.init(
      values: grouped.auc,
      support: zip(grouped.positiveClusters, grouped.negativeClusters).map(min),
      cells: grouped.cells, influence: grouped.influence)
  }

  init(values: [Double], support: [Int], cells: ClusterCells, influence: [Double]) {
    self.values = values
    self.support = support
    clusterNumber = cells.clusterNumber
    clusterStart = cells.clusterStart
    cellGroup = cells.cellGroup
    self.influence = influence
  }

  private init(
    values: [Double], support: [Int], clusterNumber: [Int32], clusterStart: [Int32],
    cellGroup: [Int32], influence: [Double]
  ) {
    self.values = values
    self.support = support
    self.clusterNumber = clusterNumber
    self.clusterStart = clusterStart
    self.cellGroup = cellGroup
    self.influence = influence
  }

  /// These groups, and behind them groups of other influences, with which they may share cases.
  ///
  /// - Parameter parts: That number their clusters alike, with the groups to take; without an influence,
  ///   groups that have no value.
  package func appending(
    _ parts: [(influence: ClusterInfluence?, groups: [Int])]
  ) -> ClusterInfluence {
    var (values, support) = (values, support)
    // By source: the new number of each of its groups, −1 for one that is left.
    var sources: [(influence: ClusterInfluence, place: [Int32])] = [
      (self, self.values.indices.map(Int32.init))
    ]
    for (influence, groups) in parts {
      var place = [Int32](repeating: -1, count: influence?.values.count ?? 0)
      for group in groups {
        if influence != nil { place[group] = Int32(values.count) }
        values.append(influence?.values[group] ?? .nan)
        support.append(influence?.support[group] ?? 0)
      }
      if let influence { sources.append((influence, place)) }
    }
    let last = sources.compactMap { $0.influence.clusterNumber.last }.max() ?? -1
    var start = [Int](repeating: 0, count: Int(last) + 2)
    func each(_ body: (_ number: Int, _ group: Int32, _ influence: Double) -> Void) {
      for (source, place) in sources {
        for (cluster, number) in source.clusterNumber.enumerated() {
          for cell in Int(source.clusterStart[cluster])..<Int(source.clusterStart[cluster + 1]) {
            let group = place[Int(source.cellGroup[cell])]
            if group >= 0 { body(Int(number), group, source.influence[cell]) }
          }
        }
      }
    }
    each { number, _, _ in start[number + 1] += 1 }
    for number in 1..<max(1, start.count) { start[number] += start[number - 1] }
    var next = start
    var cellGroup = [Int32](repeating: 0, count: start.last ?? 0)
    var cells = [Double](repeating: 0, count: cellGroup.count)
    each { number, group, influence in
      cellGroup[next[number]] = group
      cells[next[number]] = influence
      next[number] += 1
    }
    let present = (0..<(start.count - 1)).filter { start[$0 + 1] > start[$0] }
    return ClusterInfluence(
      values: values, support: support, clusterNumber: present.map(Int32.init),
      clusterStart: present.map { Int32(start[$0]) } + [Int32(cells.count)],
      cellGroup: cellGroup, influence: cells)
  }

  private var clusterCount: Int { clusterStart.count - 1 }

  /// Covariance of the values of `groups`, in that order, and the number of clusters they have.
  package func jointCovariance(of groups: [Int]) -> (covariance: SymmetricMatrix, clusters: Int) {
    var place = [Int](repeating: -1, count: values.count)
    for (index, group) in groups.enumerated() { place[group] = index }
    var matrix = SymmetricMatrix(size: groups.count)
    var clusters = 0
    for cluster in 0..<clusterCount {
      let range = Int(clusterStart[cluster])..<Int(clusterStart[cluster + 1])
      var counted = false
      for first in range {
        let row = place[Int(cellGroup[first])]
        guard row >= 0 else { continue }
        counted = true
        for second in range {
          let column = place[Int(cellGroup[second])]
          guard column >= 0 else { continue }
          matrix[row, column] += influence[first] * influence[second]
        }
      }
      if counted { clusters += 1 }
    }
    let factor = clusters > 1 ? Double(clusters) / Double(clusters - 1) : .nan
    for index in matrix.entries.indices { matrix.entries[index] *= factor }
    return (matrix, clusters)
  }

  /// Share of the clusters that have cases in two or more of `groups`.
  ///
  /// 0 for disjoint groups, near 1 for arms of the same base cases.
  package func overlap(of groups: [Int]) -> Double {
    var included = [Bool](repeating: false, count: values.count)
    for group in groups { included[group] = true }
    var shared = 0
    var total = 0
    for cluster in 0..<clusterCount {
      let range = Int(clusterStart[cluster])..<Int(clusterStart[cluster + 1])
      let count = range.count { included[Int(cellGroup[$0])] }
      if count > 0 { total += 1 }
      if count > 1 { shared += 1 }
    }
    return total == 0 ? 0 : Double(shared) / Double(total)
  }

  /// This classifier's values less the mean of the panel's, by group, with their joint covariance.
  ///
  /// - Parameters:
  ///   - groups: Of this classifier.
  ///   - panel: Classifiers with, for each of `groups`, the number of the group among their own.
  /// - Returns: `nil` when fewer than two clusters have cases of these groups.
  package func lessMean(
    of panel: [(influence: ClusterInfluence, groups: [Int])], groups: [Int]
  ) -> (difference: [Double], covariance: SymmetricMatrix, clusters: Int)? {
    precondition(!panel.isEmpty, "a panel has at least one classifier")
    let size = groups.count
    let share = -1 / Double(panel.count)
    let all = [(self, groups, 1.0)] + panel.map { ($0.influence, $0.groups, share) }
    let last = all.compactMap { $0.0.clusterNumber.last }.max() ?? -1
    var sums = [Double](repeating: 0, count: size * Int(last + 1))
    var isPresent = [Bool](repeating: false, count: Int(last + 1))
    var difference = [Double](repeating: 0, count: size)
    for (model, places, weight) in all {
      for (index, group) in places.enumerated() {
        difference[index] += weight * model.values[group]
      }
      model.add(to: &sums, isPresent: &isPresent, groups: places, weight: weight)
    }
    let clusters = isPresent.count { $0 }
    guard clusters > 1 else { return nil }
    var covariance = SymmetricMatrix(size: size)
    for cluster in isPresent.indices where isPresent[cluster] {
      for row in 0..<size where sums[cluster * size + row] != 0 {
        for column in 0..<size {
          covariance[row, column] += sums[cluster * size + row] * sums[cluster * size + column]
        }
      }
    }
    let factor = Double(clusters) / Double(clusters - 1)
    for index in covariance.entries.indices { covariance.entries[index] *= factor }
    return (difference, covariance, clusters)
  }

  /// Variance of a weighted sum of values of several classifiers or drawings of the same clusters.
  ///
  /// - Parameter parts: Influences that number their clusters alike; for each, groups and weights.
  /// - Returns: `nil` when fewer than two clusters have cases of these groups.
  package static func variance(
    of parts: [(influence: ClusterInfluence, weights: [(group: Int, weight: Double)])]
  ) -> Double? {
    let last = parts.compactMap { $0.influence.clusterNumber.last }.max() ?? -1
    var sums = [Double](repeating: 0, count: Int(last + 1))
    var isPresent = [Bool](repeating: false, count: Int(last + 1))
    for (influence, weights) in parts {
      for (group, weight) in weights {
        influence.add(to: &sums, isPresent: &isPresent, groups: [group], weight: weight)
      }
    }
    let clusters = isPresent.count { $0 }
    guard clusters > 1 else { return nil }
    let total = sums.reduce(0) { $0 + $1 * $1 }
    return total * Double(clusters) / Double(clusters - 1)
  }

  /// Clusters that count in a weighted sum of values: 2 (Σ r²)²/(Σ r⁴ − (Σ r²)²/K) over its K clusters,
  /// as ``ClassMoments/effectiveClusters(correlation:)``; at most K.
  package func effectiveClusters(of weights: [(group: Int, weight: Double)]) -> Double {
    var weightOf = [Double](repeating: 0, count: values.count)
    for (group, weight) in weights { weightOf[group] += weight }
    var (count, squares, fourths) = (0.0, 0.0, 0.0)
    for cluster in 0..<clusterCount {
      var sum = 0.0
      var isPresent = false
      for cell in Int(clusterStart[cluster])..<Int(clusterStart[cluster + 1]) {
        let weight = weightOf[Int(cellGroup[cell])]
        guard weight != 0 else { continue }
        sum += weight * influence[cell]
        isPresent = true
      }
      guard isPresent else { continue }
      count += 1
      squares += sum * sum
      fourths += sum * sum * sum * sum
    }
    let spread = fourths - squares * squares / max(1, count)
    return spread > 0 ? min(count, 2 * squares * squares / spread) : count
  }

  /// By group, in one pass: the variance of its value and the clusters that count in it, as
  /// ``effectiveClusters(of:)``; NaN variance with fewer than two clusters.
  package func groupVariances() -> [(variance: Double, effectiveClusters: Double)] {
    var count = [Double](repeating: 0, count: values.count)
    var squares = count
    var fourths = count
    // A cell is all of a cluster that belongs to one group.
    for cell in cellGroup.indices {
      let square = influence[cell] * influence[cell]
      count[Int(cellGroup[cell])] += 1
      squares[Int(cellGroup[cell])] += square
      fourths[Int(cellGroup[cell])] += square * square
    }
    return values.indices.map { group in
      let (k, sum) = (count[group], squares[group])
      let spread = fourths[group] - sum * sum / max(1, k)
      return (
        k > 1 ? k / (k - 1) * sum : .nan, spread > 0 ? min(k, 2 * sum * sum / spread) : k
      )
    }
  }

  /// By group: Σ r² and Σ r⁴ over its clusters.
  func powerSums() -> (squares: [Double], fourths: [Double]) {
    var squares = [Double](repeating: 0, count: values.count)
    var fourths = squares
    for cell in cellGroup.indices {
      let square = influence[cell] * influence[cell]
      squares[Int(cellGroup[cell])] += square
      fourths[Int(cellGroup[cell])] += square * square
    }
    return (squares, fourths)
  }

  private func add(
    to sums: inout [Double], isPresent: inout [Bool], groups: [Int], weight: Double
  ) {
    var place = [Int](repeating: -1, count: values.count)
    for (index, group) in groups.enumerated() { place[group] = index }
    for (cluster, number) in clusterNumber.enumerated() {
      for cell in Int(clusterStart[cluster])..<Int(clusterStart[cluster + 1]) {
        let index = place[Int(cellGroup[cell])]
        guard index >= 0 else { continue }
        sums[Int(number) * groups.count + index] += weight * influence[cell]
        isPresent[Int(number)] = true
      }
    }
  }
}
