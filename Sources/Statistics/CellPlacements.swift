/// Scratch for one pass that places every case among the other class of its own group.
///
/// One object per thread: resampling runs the same pass thousands of times over relabelled or
/// reweighted cells.
struct CellPlacements {
  /// Summed over a cell's positives: negatives of the group that score lower, ties one half.
  private(set) var belowPositives: [Double]
  /// Summed over a cell's negatives: positives of the group that score lower, ties one half.
  private(set) var belowNegatives: [Double]
  private var positivesBelow: [Double]
  private var negativesBelow: [Double]
  private var positivesTied: [Double]
  private var negativesTied: [Double]

  init(cellCount: Int, groupCount: Int) {
    belowPositives = [Double](repeating: 0, count: cellCount)
    belowNegatives = [Double](repeating: 0, count: cellCount)
    positivesBelow = [Double](repeating: 0, count: groupCount)
    negativesBelow = positivesBelow
    positivesTied = positivesBelow
    negativesTied = positivesBelow
  }

  /// - Parameters:
  ///   - cellGroup: The group each cell counts for in this pass.
  ///   - cellWeight: How often each cell counts; empty means once.
  mutating func place(_ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double]) {
    for group in positivesBelow.indices {
      positivesBelow[group] = 0
      negativesBelow[group] = 0
    }
    for cell in belowPositives.indices {
      belowPositives[cell] = 0
      belowNegatives[cell] = 0
    }
    belowPositives.withUnsafeMutableBufferPointer { belowPositives in
      belowNegatives.withUnsafeMutableBufferPointer { belowNegatives in
        positivesBelow.withUnsafeMutableBufferPointer { positivesBelow in
          negativesBelow.withUnsafeMutableBufferPointer { negativesBelow in
            positivesTied.withUnsafeMutableBufferPointer { positivesTied in
              negativesTied.withUnsafeMutableBufferPointer { negativesTied in
                let sums = Sums(
                  belowPositives: belowPositives, belowNegatives: belowNegatives,
                  positivesBelow: positivesBelow, negativesBelow: negativesBelow,
                  positivesTied: positivesTied, negativesTied: negativesTied)
                sums.pass(cells, cellGroup: cellGroup, cellWeight: cellWeight)
              }
            }
          }
        }
      }
    }
  }

  private struct Sums {
    let belowPositives: UnsafeMutableBufferPointer<Double>
    let belowNegatives: UnsafeMutableBufferPointer<Double>
    let positivesBelow: UnsafeMutableBufferPointer<Double>
    let negativesBelow: UnsafeMutableBufferPointer<Double>
    let positivesTied: UnsafeMutableBufferPointer<Double>
    let negativesTied: UnsafeMutableBufferPointer<Double>

    func pass(_ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double]) {
      let weighted = !cellWeight.isEmpty
      cells.rowCell.withUnsafeBufferPointer { rowCell in
        cells.rowIsPositive.withUnsafeBufferPointer { rowIsPositive in
          cells.rowBlock.withUnsafeBufferPointer { rowBlock in
            cellGroup.withUnsafeBufferPointer { cellGroup in
              cellWeight.withUnsafeBufferPointer { cellWeight in
                var start = 0
                let count = rowCell.count
                while start < count {
                  if rowBlock[start] != rowBlock[start + 1] {
                    let cell = Int(rowCell[start])
                    let group = Int(cellGroup[cell])
                    let weight = weighted ? cellWeight[cell] : 1
                    if rowIsPositive[start] {
                      belowPositives[cell] += negativesBelow[group]
                      positivesBelow[group] += weight
                    } else {
                      belowNegatives[cell] += positivesBelow[group]
                      negativesBelow[group] += weight
                    }
                    start += 1
                    continue
                  }
                  var end = start + 1
                  while rowBlock[end] == rowBlock[start] { end += 1 }
                  for row in start..<end {
                    let cell = Int(rowCell[row])
                    let weight = weighted ? cellWeight[cell] : 1
                    if rowIsPositive[row] {
                      positivesTied[Int(cellGroup[cell])] += weight
                    } else {
                      negativesTied[Int(cellGroup[cell])] += weight
                    }
                  }
                  for row in start..<end {
                    let cell = Int(rowCell[row])
                    let group = Int(cellGroup[cell])
                    if rowIsPositive[row] {
                      belowPositives[cell] += negativesBelow[group] + negativesTied[group] / 2
                    } else {
                      belowNegatives[cell] += positivesBelow[group] + positivesTied[group] / 2
                    }
                  }
                  for row in start..<end {
                    let group = Int(cellGroup[Int(rowCell[row])])
                    positivesBelow[group] += positivesTied[group]
                    negativesBelow[group] += negativesTied[group]
                    positivesTied[group] = 0
                    negativesTied[group] = 0
                  }
                  start = end
                }
              }
            }
          }
        }
      }
    }
  }
}
