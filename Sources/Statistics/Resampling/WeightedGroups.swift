import Randomness

/// AUCs and decisions of groups under weights of their clusters, for bootstraps of anything made of
/// them.
package struct WeightedGroups: Sendable {
  private let cells: ClusterCells
  /// `[cell, class]`: cases of the cell called positive.
  private let called: [Double]
  private let groupCount: Int
  package let clusterCount: Int

  /// What one set of weights gives, by group; NaN where undefined.
  package struct Values: Sendable {
    package var auc: [Double]
    /// Weighted numbers of cases; decisions are 0 without a threshold.
    package var positives: [Double]
    package var negatives: [Double]
    package var truePositives: [Double]
    package var falsePositives: [Double]
  }

  /// - Parameters:
  ///   - membership: By row; −1 is none.
  ///   - threshold: Scores at or above it are called positive.
  package init(
    _ cases: SortedCases, membership: [Int32], groupCount: Int, threshold: Double?
  ) {
    let cells = ClusterCells(cases: cases, membership: membership, groupCount: groupCount)
    var called = [Double](repeating: 0, count: 2 * cells.cellCount)
    if let threshold {
      var kept = 0
      for position in 0..<cases.count where membership[Int(cases.order[position])] >= 0 {
        let row = cells.rows[kept]
        kept += 1
        if cases.scores[position] >= threshold {
          called[2 * ClusterCells.cell(row) + ClusterCells.label(row)] += 1
        }
      }
    }
    self.cells = cells
    self.called = called
    self.groupCount = groupCount
    clusterCount = cases.clusterCount
  }

  /// As observed: every cluster once.
  package func observed() -> Values {
    var scratch = ReplicateScratch(
      cells: cells, estimator: AreaEstimator(cells), groupCount: groupCount, isWeighted: false)
    return values(&scratch)
  }

  /// Clusters drawn with replacement, one result per replicate.
  ///
  /// The same seed and path draw the same clusters for any grouping of the same clusters, so that
  /// results of several groupings belong together.
  package func bootstrap(replicates: Int, seed: UInt64, path: [String]) -> [Values] {
    let jobs = max(1, min(16, replicates))
    let chunks = parallelMap(count: jobs) { job in
      var scratch = ReplicateScratch(
        cells: cells, estimator: AreaEstimator(cells), groupCount: groupCount, isWeighted: true)
      var weights = [Double](repeating: 0, count: clusterCount)
      return stride(from: job, to: replicates, by: jobs).map { replicate in
        var stream = RandomStream(seed: seed, path: path + ["bootstrap", String(replicate)])
        for index in weights.indices { weights[index] = 0 }
        for _ in 0..<clusterCount { weights[stream.smallInteger(below: clusterCount)] += 1 }
        for cluster in 0..<cells.clusterCount {
          let weight = weights[Int(cells.clusterNumber[cluster])]
          for cell in Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1]) {
            scratch.cellWeight[cell] = weight
          }
        }
        return values(&scratch)
      }
    }
    // Back in the order of the replicates, so that groupings can be joined one by one.
    return (0..<replicates).map { chunks[$0 % jobs][$0 / jobs] }
  }

  private func values(_ scratch: inout ReplicateScratch) -> Values {
    scratch.evaluate(cells)
    let zero = [Double](repeating: 0, count: groupCount)
    var values = Values(
      auc: (0..<groupCount).map { scratch.isEstimable($0) ? scratch.value($0) : .nan },
      positives: zero, negatives: zero, truePositives: zero, falsePositives: zero)
    for cell in 0..<cells.cellCount {
      let group = Int(cells.cellGroup[cell])
      let weight = scratch.cellWeight.isEmpty ? 1 : scratch.cellWeight[cell]
      values.positives[group] += weight * cells.cellCases[2 * cell + 1]
      values.negatives[group] += weight * cells.cellCases[2 * cell]
      values.truePositives[group] += weight * called[2 * cell + 1]
      values.falsePositives[group] += weight * called[2 * cell]
    }
    return values
  }
}
