import Randomness

/// Ways to draw clusters anew, as labels or weights of their cells.
struct ClusterResampling: Sendable {
  /// By cluster: the group in which it has most cases.
  let mainGroup: [Int32]
  /// Clusters by the classes they hold and, where they lie in one group, by group.
  private let strata: [[Int32]]

  init(_ cells: ClusterCells) {
    var mainGroup: [Int32] = []
    mainGroup.reserveCapacity(cells.clusterCount)
    var strata: [Int: [Int32]] = [:]
    for cluster in 0..<cells.clusterCount {
      let range = Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1])
      var main = range.lowerBound
      var most = -1.0
      var kind = 0
      for cell in range {
        let (positives, negatives) = (cells.cellCases[2 * cell + 1], cells.cellCases[2 * cell])
        if positives + negatives > most {
          most = positives + negatives
          main = cell
        }
        if positives > 0 { kind |= 1 }
        if negatives > 0 { kind |= 2 }
      }
      mainGroup.append(cells.cellGroup[main])
      // No replicate may lose a class of a group.
      let group = range.count == 1 ? Int(cells.cellGroup[main]) : cells.groupCount
      strata[group * 4 + kind, default: []].append(Int32(cluster))
    }
    self.mainGroup = mainGroup
    self.strata = strata.keys.sorted().compactMap { strata[$0] }
  }

  /// Exchanges the labels of the arms within each base case.
  func relabelWithin(
    _ cellGroup: inout [Int32], cells: ClusterCells, _ stream: inout RandomStream
  ) {
    cellGroup = cells.cellGroup
    cellGroup.withUnsafeMutableBufferPointer { cellGroup in
      for cluster in 0..<cells.clusterCount {
        let first = Int(cells.clusterStart[cluster])
        var last = Int(cells.clusterStart[cluster + 1]) - 1
        while last > first {
          let other = first + stream.smallInteger(below: last - first + 1)
          cellGroup.swapAt(last, other)
          last -= 1
        }
      }
    }
  }

  /// Draws clusters with replacement within their strata.
  func reweigh(
    _ cellWeight: inout [Double], cells: ClusterCells, _ stream: inout RandomStream
  ) {
    cellWeight.withUnsafeMutableBufferPointer { cellWeight in
      cellWeight.update(repeating: 0)
      for stratum in strata {
        for _ in stratum {
          let cluster = Int(stratum[stream.smallInteger(below: stratum.count)])
          for cell in Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1]) {
            cellWeight[cell] += 1
          }
        }
      }
    }
  }
}
