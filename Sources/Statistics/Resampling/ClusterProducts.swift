/// Sums of products of what the groups of one cluster contribute, Σ w·u·uᵀ.
///
/// Clusters are laid out in blocks of rows, one column a group, and a block is multiplied by its own transpose
/// four rows and four columns at a time: the scattered sum over pairs of cells costs several times as much.
struct ClusterProducts {
  /// Clusters in a block: small enough for the first-level cache with a dozen groups.
  private static let blockSize = 128

  private let size: Int
  /// Columns in fours.
  private let fours: Int
  /// `[cluster of the block, four]`.
  private var block: [SIMD4<Double>]
  /// The same with every cluster's weight.
  private var weighted: [SIMD4<Double>]
  private var filled = 0
  /// `[row, four]`, the upper triangle of fours.
  private var sums: [SIMD4<Double>]

  init(size: Int) {
    self.size = size
    fours = (size + 3) / 4
    block = [SIMD4<Double>](repeating: .zero, count: Self.blockSize * fours)
    weighted = block
    sums = [SIMD4<Double>](repeating: .zero, count: 4 * fours * fours)
  }

  /// Σ w·u·uᵀ over the clusters of `cells`, whose cells lie in groups of their own.
  /// - Parameters:
  ///   - influence: By cell.
  ///   - weight: By cell, equal within a cluster; empty means one.
  mutating func sum(
    _ cells: ClusterCells, influence: [Double], group: [Int32], weight: [Double],
    into entries: inout [Double]
  ) {
    for index in sums.indices { sums[index] = .zero }
    filled = 0
    cells.clusterStart.withUnsafeBufferPointer { start in
      influence.withUnsafeBufferPointer { influence in
        group.withUnsafeBufferPointer { group in
          weight.withUnsafeBufferPointer { weight in
            fill(start, influence, group, weight)
          }
        }
      }
    }
    for row in 0..<size {
      for column in row..<size {
        let sum = sums[row * fours + column / 4][column % 4]
        entries[row * size + column] = sum
        entries[column * size + row] = sum
      }
    }
  }

  private mutating func fill(
    _ start: UnsafeBufferPointer<Int32>, _ influence: UnsafeBufferPointer<Double>,
    _ group: UnsafeBufferPointer<Int32>, _ weight: UnsafeBufferPointer<Double>
  ) {
    for cluster in 0..<(start.count - 1) {
      let range = Int(start[cluster])..<Int(start[cluster + 1])
      let factor = weight.isEmpty ? 1 : weight[range.lowerBound]
      if factor == 0 { continue }
      let row = filled * fours
      block.withUnsafeMutableBufferPointer { block in
        for four in row..<row + fours { block[four] = .zero }
        let values = UnsafeMutableRawBufferPointer(block).assumingMemoryBound(to: Double.self)
        for cell in range { values[4 * row + Int(group[cell])] += influence[cell] }
      }
      if !weight.isEmpty {
        for four in row..<row + fours { weighted[four] = factor * block[four] }
      }
      filled += 1
      if filled == Self.blockSize {
        multiply(isWeighted: !weight.isEmpty)
        filled = 0
      }
    }
    multiply(isWeighted: !weight.isEmpty)
    filled = 0
  }

  private mutating func multiply(isWeighted: Bool) {
    let (count, fours) = (filled, fours)
    sums.withUnsafeMutableBufferPointer { sums in
      block.withUnsafeBufferPointer { block in
        (isWeighted ? weighted : self.block).withUnsafeBufferPointer { left in
          for upper in 0..<fours {
            for column in upper..<fours {
              var (a, b, c, d) = (
                SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
              )
              for cluster in 0..<count {
                let rows = left[cluster * fours + upper]
                let columns = block[cluster * fours + column]
                a += rows.x * columns
                b += rows.y * columns
                c += rows.z * columns
                d += rows.w * columns
              }
              let place = 4 * upper * fours + column
              sums[place] += a
              sums[place + fours] += b
              sums[place + 2 * fours] += c
              sums[place + 3 * fours] += d
            }
          }
        }
      }
    }
  }
}
