/// Scratch for one pass that places every case among the other class of its own group.
///
/// One object per thread: resampling runs the same pass thousands of times over relabelled or
/// reweighted cells.
struct CellPlacements {
  /// Cases of the group's other class that score lower, ties one half, summed over the cell's cases of a class:
  /// by cell where no cell has both classes, else `[cell, class]`. Half the memory is half the waiting.
  private var below: [Double]
  private let isByClass: Bool
  /// `[group, class]`: weight of the cases passed so far.
  private var passed: [Double]
  private var tied: [Double]
  /// By cell: its group in the lower byte and how often it counts in the upper one, where bytes hold them; memory
  /// is what the pass waits for.
  private var packed: [UInt16]

  init(_ cells: ClusterCells) {
    isByClass = !cells.hasOneClassEach
    below = [Double](repeating: 0, count: cells.cellCount * (isByClass ? 2 : 1))
    passed = [Double](repeating: 0, count: 2 * cells.groupCount)
    tied = passed
    packed = [UInt16](repeating: 0, count: cells.cellCount)
  }

  /// What ``place(_:cellGroup:cellWeight:)`` found, cell by cell.
  struct Sums {
    fileprivate let below: UnsafeBufferPointer<Double>
    fileprivate let cases: UnsafeBufferPointer<Double>
    fileprivate let isByClass: Bool

    /// Cases of the other class below the cell's positives and below its negatives.
    @inline(__always)
    subscript(cell: Int) -> (positives: Double, negatives: Double) {
      if isByClass { return (below[2 * cell + 1], below[2 * cell]) }
      return cases[2 * cell + 1] > 0 ? (below[cell], 0) : (0, below[cell])
    }
  }

  /// - Parameter cells: Those that were placed.
  func withSums<Result>(of cells: ClusterCells, _ body: (Sums) -> Result) -> Result {
    below.withUnsafeBufferPointer { below in
      cells.cellCases.withUnsafeBufferPointer { cases in
        body(Sums(below: below, cases: cases, isByClass: isByClass))
      }
    }
  }

  /// - Parameters:
  ///   - cellGroup: The group each cell counts for in this pass.
  ///   - cellWeight: How often each cell counts; empty means once.
  mutating func place(_ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double]) {
    if pack(cells, cellGroup: cellGroup, cellWeight: cellWeight) {
      packed.withUnsafeBufferPointer { packed in
        Self.pass(cells, below: &below, passed: &passed, tied: &tied) { cell in
          (Int(packed[cell] & 0xFF), Double(packed[cell] >> 8))
        }
      }
    } else {
      Self.pass(cells, below: &below, passed: &passed, tied: &tied) { cell in
        (Int(cellGroup[cell]), cellWeight.isEmpty ? 1 : cellWeight[cell])
      }
    }
  }

  /// - Returns: Whether bytes hold every group and weight.
  private mutating func pack(_ cells: ClusterCells, cellGroup: [Int32], cellWeight: [Double])
    -> Bool
  {
    guard cells.groupCount <= 256 else { return false }
    return packed.withUnsafeMutableBufferPointer { packed in
      cellGroup.withUnsafeBufferPointer { cellGroup in
        guard !cellWeight.isEmpty else {
          for cell in 0..<cellGroup.count {
            packed[cell] = 1 << 8 | UInt16(truncatingIfNeeded: cellGroup[cell])
          }
          return true
        }
        return cellWeight.withUnsafeBufferPointer { cellWeight in
          for cell in 0..<cellGroup.count {
            guard let weight = UInt8(exactly: cellWeight[cell]) else { return false }
            packed[cell] = UInt16(weight) << 8 | UInt16(truncatingIfNeeded: cellGroup[cell])
          }
          return true
        }
      }
    }
  }

  @inline(__always)
  private static func pass(
    _ cells: ClusterCells, below: inout [Double], passed: inout [Double], tied: inout [Double],
    lookUp: (Int) -> (group: Int, weight: Double)
  ) {
    below.withUnsafeMutableBufferPointer { below in
      passed.withUnsafeMutableBufferPointer { passed in
        tied.withUnsafeMutableBufferPointer { tied in
          below.update(repeating: 0)
          passed.update(repeating: 0)
          tied.update(repeating: 0)
          let pass = Pass(
            shift: cells.hasOneClassEach ? 0 : 1, below: below, passed: passed, tied: tied)
          cells.rows.withUnsafeBufferPointer { pass.run($0, lookUp: lookUp) }
        }
      }
    }
  }

  private struct Pass {
    /// 1 where `below` has both classes of a cell.
    let shift: Int
    let below: UnsafeMutableBufferPointer<Double>
    let passed: UnsafeMutableBufferPointer<Double>
    let tied: UnsafeMutableBufferPointer<Double>

    /// The class is an index and no branch: in score order it cannot be predicted.
    @inline(__always)
    func run(
      _ rows: UnsafeBufferPointer<UInt32>, lookUp: (Int) -> (group: Int, weight: Double)
    ) {
      var start = 0
      while start < rows.count {
        let row = rows[start]
        let (cell, label) = (ClusterCells.cell(row), ClusterCells.label(row))
        if row & ClusterCells.tiedWithNext == 0 {
          let (group, weight) = lookUp(cell)
          start += 1
          // What was not drawn is asked for by nobody, and touching its memory is what takes time.
          if weight == 0 { continue }
          below[(cell << shift) + (label & shift)] += passed[2 * group + 1 - label]
          passed[2 * group + label] += weight
          continue
        }
        var end = start
        while rows[end] & ClusterCells.tiedWithNext != 0 { end += 1 }
        end += 1
        for row in rows[start..<end] {
          let (group, weight) = lookUp(ClusterCells.cell(row))
          tied[2 * group + ClusterCells.label(row)] += weight
        }
        for row in rows[start..<end] {
          let (cell, label) = (ClusterCells.cell(row), ClusterCells.label(row))
          let other = 2 * lookUp(cell).group + 1 - label
          below[(cell << shift) + (label & shift)] += passed[other] + tied[other] / 2
        }
        for row in rows[start..<end] {
          let group = 2 * lookUp(ClusterCells.cell(row)).group
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
