/// One thread's memory for replicates: a metric's values and their joint covariance of relabelled or
/// reweighted cells.
struct ReplicateScratch {
  var cellGroup: [Int32]
  /// How often each cell counts; empty means once.
  var cellWeight: [Double]
  private var estimator: any CellEstimator
  private var estimates: CellEstimates
  private(set) var covariance: SymmetricMatrix

  init(cells: ClusterCells, estimator: any CellEstimator, groupCount: Int, isWeighted: Bool) {
    cellGroup = cells.cellGroup
    cellWeight = isWeighted ? [Double](repeating: 1, count: cells.cellCount) : []
    self.estimator = estimator
    estimates = CellEstimates(cellCount: cells.cellCount, groupCount: groupCount)
    covariance = SymmetricMatrix(size: groupCount)
  }

  func value(_ group: Int) -> Double { estimates.values[group] }
  func isEstimable(_ group: Int) -> Bool { estimates.isEstimable[group] }
  /// By cell.
  var influence: [Double] { estimates.influence }

  /// Fills in values, estimability and covariance.
  mutating func evaluate(_ cells: ClusterCells) {
    estimator.estimate(cells, cellGroup: cellGroup, cellWeight: cellWeight, into: &estimates)
    multiply(cells)
  }

  /// C/(C−1) Σ u u over the clusters, whose cells lie in groups of their own.
  private mutating func multiply(_ cells: ClusterCells) {
    let size = covariance.size
    let isWeighted = !cellWeight.isEmpty
    let isOneCellEach = cells.cellCount == cells.clusterCount
    covariance.entries.withUnsafeMutableBufferPointer { entries in
      entries.update(repeating: 0)
      estimates.influence.withUnsafeBufferPointer { influence in
        cellGroup.withUnsafeBufferPointer { cellGroup in
          if isOneCellEach {
            for cell in 0..<cellGroup.count {
              let weight = isWeighted ? cellWeight[cell] : 1
              entries[Int(cellGroup[cell]) * (size + 1)] +=
                weight * influence[cell]
                * influence[cell]
            }
          } else {
            cells.clusterStart.withUnsafeBufferPointer { start in
              for cluster in 0..<(start.count - 1) {
                let range = Int(start[cluster])..<Int(start[cluster + 1])
                let weight = isWeighted ? cellWeight[range.lowerBound] : 1
                if weight == 0 { continue }
                for first in range {
                  let row = Int(cellGroup[first]) * size
                  let scaled = weight * influence[first]
                  // Every pair of cells once; the two halves are added below.
                  entries[row + Int(cellGroup[first])] += scaled * influence[first]
                  for second in (first + 1)..<range.upperBound {
                    entries[row + Int(cellGroup[second])] += scaled * influence[second]
                  }
                }
              }
            }
          }
        }
      }
      for row in 0..<size {
        for column in (row + 1)..<max(size, row + 1) {
          let sum = entries[row * size + column] + entries[column * size + row]
          entries[row * size + column] = sum
          entries[column * size + row] = sum
        }
      }
      let count = cells.clusterCount
      let factor = Double(count) / Double(max(1, count - 1))
      for index in entries.indices { entries[index] *= factor }
    }
  }
}
