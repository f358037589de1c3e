/// Shares of successes by group with their joint clustered covariance.
///
/// The influence of cluster c on group g is (x − p n)/N; the covariance is the single-sum form
/// C/(C−1) Σ u u over the clusters with trials, as for AUCs, so arms of one base case are paired.
package struct GroupedRates: Sendable {
  package let rates: [Double]
  package let trials: [Double]
  /// Clusters with trials, by group.
  package let clusters: [Int]
  package let covariance: SymmetricMatrix

  /// - Parameters:
  ///   - isSuccess: By row.
  ///   - membership: Group of each row; −1 leaves the row out.
  /// - Returns: `nil` when a group has no row, or fewer than two clusters have any.
  package init?(
    isSuccess: [Bool], membership: [Int32], groupCount: Int, clusters: [Int32], clusterCount: Int
  ) {
    var hits = [Double](repeating: 0, count: groupCount)
    var trials = hits
    for row in isSuccess.indices where membership[row] >= 0 {
      trials[Int(membership[row])] += 1
      if isSuccess[row] { hits[Int(membership[row])] += 1 }
    }
    guard groupCount > 0, trials.allSatisfy({ $0 > 0 }) else { return nil }
    let rates = zip(hits, trials).map { $0 / $1 }
    // Rows of one cluster together, so that one cluster's influences are all that is kept.
    var start = [Int](repeating: 0, count: clusterCount + 1)
    for row in isSuccess.indices where membership[row] >= 0 { start[Int(clusters[row]) + 1] += 1 }
    for cluster in 0..<clusterCount { start[cluster + 1] += start[cluster] }
    var rows = [Int32](repeating: 0, count: start[clusterCount])
    var next = start
    for row in isSuccess.indices where membership[row] >= 0 {
      rows[next[Int(clusters[row])]] = Int32(row)
      next[Int(clusters[row])] += 1
    }
    var matrix = SymmetricMatrix(size: groupCount)
    var counts = [Int](repeating: 0, count: groupCount)
    var influence = [Double](repeating: 0, count: groupCount)
    var isTouched = [Bool](repeating: false, count: groupCount)
    var touched: [Int] = []
    var present = 0
    for cluster in 0..<clusterCount where start[cluster + 1] > start[cluster] {
      present += 1
      for index in start[cluster]..<start[cluster + 1] {
        let row = Int(rows[index])
        let group = Int(membership[row])
        if !isTouched[group] {
          isTouched[group] = true
          touched.append(group)
        }
        influence[group] += ((isSuccess[row] ? 1 : 0) - rates[group]) / trials[group]
      }
      for a in touched {
        counts[a] += 1
        for b in touched { matrix[a, b] += influence[a] * influence[b] }
      }
      for group in touched {
        influence[group] = 0
        isTouched[group] = false
      }
      touched.removeAll(keepingCapacity: true)
    }
    guard present > 1 else { return nil }
    let factor = Double(present) / Double(present - 1)
    for index in matrix.entries.indices { matrix.entries[index] *= factor }
    self.rates = rates
    self.trials = trials
    self.clusters = counts
    covariance = matrix
  }
}
