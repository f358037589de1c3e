/// What every cluster contributes to every group's AUC, kept to compare classifiers on the same cases.
///
/// Classifiers that scored the same cohort number their clusters alike; the difference of their
/// influences then carries the covariance between them.
package struct ClusterInfluence: Sendable {
  /// By group; NaN when a class is absent.
  package let auc: [Double]
  /// The smaller number of clusters of the two classes, by group.
  package let smallestClass: [Int]
  private let clusterNumber: [Int32]
  private let clusterStart: [Int32]
  private let cellGroup: [Int32]
  private let influence: [Double]

  package init(_ grouped: GroupedAUC) {
    auc = grouped.auc
    smallestClass = zip(grouped.positiveClusters, grouped.negativeClusters).map(min)
    clusterNumber = grouped.cells.clusterNumber
    clusterStart = grouped.cells.clusterStart
    cellGroup = grouped.cells.cellGroup
    influence = grouped.influence
  }

  /// This classifier's AUCs less the mean of the panel's, by group, with their joint covariance.
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
      for (index, group) in places.enumerated() { difference[index] += weight * model.auc[group] }
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

  /// Variance of a weighted sum of AUCs of several classifiers or drawings of the same clusters.
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

  private func add(
    to sums: inout [Double], isPresent: inout [Bool], groups: [Int], weight: Double
  ) {
    var place = [Int](repeating: -1, count: auc.count)
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
