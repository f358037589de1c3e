/// Scratch for one pass that places every case among the other class of its own group.
///
/// One object per thread: resampling runs the same pass thousands of times over relabelled or
/// reweighted cells.
struct CellPlacements {
  /// `[cell, class]`, class 1 the positives: cases of the group's other class that score lower, ties
  /// one half, summed over the cell's cases of the class.
  private(set) var below: [Double]
  /// `[group, class]`: weight of the cases passed so far.
  private var passed: [Double]
  private var tied: [Double]

  init(cellCount: Int, groupCount: Int) {
    below = [Double](repeating: 0, count: 2 * cellCount)
    passed = [Double](repeating: 0, count: 2 * groupCount)
    tied = passed
  }

  /// - Parameters:
  ///   - cellGroup: The group each cell counts for in this pass.
  ///   - cellWeight: How often each cell counts; empty means once.
  mutating func place(_ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double]) {
    below.withUnsafeMutableBufferPointer { below in
      passed.withUnsafeMutableBufferPointer { passed in
        tied.withUnsafeMutableBufferPointer { tied in
          below.update(repeating: 0)
          passed.update(repeating: 0)
          tied.update(repeating: 0)
          cells.rows.withUnsafeBufferPointer { rows in
            cellGroup.withUnsafeBufferPointer { cellGroup in
              cellWeight.withUnsafeBufferPointer { cellWeight in
                let sums = Sums(below: below, passed: passed, tied: tied, cellGroup: cellGroup)
                if cellWeight.isEmpty {
                  sums.pass(rows) { _ in 1 }
                } else {
                  sums.pass(rows) { cellWeight[$0] }
                }
              }
            }
          }
        }
      }
    }
  }

  private struct Sums {
    let below: UnsafeMutableBufferPointer<Double>
    let passed: UnsafeMutableBufferPointer<Double>
    let tied: UnsafeMutableBufferPointer<Double>
    let cellGroup: UnsafeBufferPointer<Int32>

    /// The class is an index and no branch: in score order it cannot be predicted.
    @inline(__always)
    func pass(_ rows: UnsafeBufferPointer<UInt32>, weight: (Int) -> Double) {
      var start = 0
      while start < rows.count {
        let row = rows[start]
        let (cell, label) = (ClusterCells.cell(row), ClusterCells.label(row))
        if row & ClusterCells.tiedWithNext == 0 {
          // What was not drawn is asked for by nobody, and touching its memory is what takes time.
          let weight = weight(cell)
          start += 1
          if weight == 0 { continue }
          let group = 2 * Int(cellGroup[cell])
          below[2 * cell + label] += passed[group + 1 - label]
          passed[group + label] += weight
          continue
        }
        var end = start
        while rows[end] & ClusterCells.tiedWithNext != 0 { end += 1 }
        end += 1
        for row in rows[start..<end] {
          let (cell, label) = (ClusterCells.cell(row), ClusterCells.label(row))
          tied[2 * Int(cellGroup[cell]) + label] += weight(cell)
        }
        for row in rows[start..<end] {
          let (cell, label) = (ClusterCells.cell(row), ClusterCells.label(row))
          let other = 2 * Int(cellGroup[cell]) + 1 - label
          below[2 * cell + label] += passed[other] + tied[other] / 2
        }
        for row in rows[start..<end] {
          let group = 2 * Int(cellGroup[ClusterCells.cell(row)])
          passed[group] += tied[group]
          passed[group + 1] += tied[group + 1]
          tied[group] = 0
          tied[group + 1] = 0
        }
        start = end
      }
    }
  }
}
