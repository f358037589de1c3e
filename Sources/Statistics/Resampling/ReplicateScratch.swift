/// One thread's memory for replicates: a metric's values and their joint covariance of relabelled or
/// reweighted cells.
struct ReplicateScratch {
  var cellGroup: [Int32]
  /// How often each cell counts; empty means once.
  var cellWeight: [Double]
  private var estimator: any CellEstimator
  private var estimates: CellEstimates
  private(set) var covariance: SymmetricMatrix
  private var products: ClusterProducts

  init(cells: ClusterCells, estimator: any CellEstimator, groupCount: Int, isWeighted: Bool) {
    cellGroup = cells.cellGroup
    cellWeight = isWeighted ? [Double](repeating: 1, count: cells.cellCount) : []
    self.estimator = estimator
    estimates = CellEstimates(cellCount: cells.cellCount, groupCount: groupCount)
    covariance = SymmetricMatrix(size: groupCount)
    products = ClusterProducts(size: groupCount)
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
    if cells.cellCount == cells.clusterCount {
      addSquares()
    } else {
      products.sum(
        cells, influence: estimates.influence, group: cellGroup, weight: cellWeight,
        into: &covariance.entries)
    }
    let count = cells.clusterCount
    let factor = Double(count) / Double(max(1, count - 1))
    for index in covariance.entries.indices { covariance.entries[index] *= factor }
  }

  /// Of clusters with one cell each, which add to the diagonal alone.
  private mutating func addSquares() {
    let size = covariance.size
    let isWeighted = !cellWeight.isEmpty
    covariance.entries.withUnsafeMutableBufferPointer { entries in
      entries.update(repeating: 0)
      estimates.influence.withUnsafeBufferPointer { influence in
        cellGroup.withUnsafeBufferPointer { cellGroup in
          for cell in 0..<cellGroup.count {
            let weight = isWeighted ? cellWeight[cell] : 1
            entries[Int(cellGroup[cell]) * (size + 1)] +=
              weight * influence[cell] * influence[cell]
          }
        }
      }
    }
  }
}
