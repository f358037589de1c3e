/// A small square symmetric matrix, all entries stored, row by row.
package struct SymmetricMatrix: Sendable, Equatable {
  package let size: Int
  package var entries: [Double]

  package init(size: Int) {
    self.size = size
    entries = [Double](repeating: 0, count: size * size)
  }

  package subscript(row: Int, column: Int) -> Double {
    get { entries[row * size + column] }
    set { entries[row * size + column] = newValue }
  }

  /// A lower-triangular-by-pivot factor F with F Fᵀ = self, for positive semi-definite matrices.
  ///
  /// Cholesky with complete pivoting; pivots below `1e-12` of the largest diagonal entry count as
  /// zero, so that exactly dependent arms are no failure. Rows are in the original order.
  ///
  /// - Returns: `[size, rank]` row by row, and the rank.
  package func semidefiniteFactor() -> (entries: [Double], rank: Int) {
    var rest = entries
    var order = Array(0..<size)
    var factor = [Double](repeating: 0, count: size * size)
    let largest = (0..<size).map { self[$0, $0] }.max() ?? 0
    let tolerance = largest * 1e-12
    var rank = 0
    while rank < size {
      guard
        let pivot = (rank..<size).max(by: {
          rest[order[$0] * size + order[$0]] < rest[order[$1] * size + order[$1]]
        })
      else { break }
      let value = rest[order[pivot] * size + order[pivot]]
      guard value > tolerance else { break }
      order.swapAt(rank, pivot)
      let lead = order[rank]
      let root = value.squareRoot()
      for index in rank..<size {
        factor[order[index] * size + rank] = rest[order[index] * size + lead] / root
      }
      for i in (rank + 1)..<max(size, rank + 1) {
        for j in (rank + 1)..<size {
          rest[order[i] * size + order[j]] -=
            factor[order[i] * size + rank] * factor[order[j] * size + rank]
        }
      }
      rank += 1
    }
    var compact: [Double] = []
    for row in 0..<size { compact += factor[(row * size)..<(row * size + rank)] }
    return (compact, rank)
  }

  /// v′ M⁻¹ v by Cholesky's factor; `nil` when the matrix is not positive definite.
  package func inverseQuadraticForm(_ vector: [Double]) -> Double? {
    precondition(vector.count == size, "a vector of the matrix's size")
    let largest = (0..<size).map { self[$0, $0] }.max() ?? 0
    var factor = [Double](repeating: 0, count: size * size)
    var sum = 0.0
    var solved = [Double](repeating: 0, count: size)
    for row in 0..<size {
      for column in 0...row {
        var rest = self[row, column]
        for index in 0..<column {
          rest -= factor[row * size + index] * factor[column * size + index]
        }
        if column < row {
          factor[row * size + column] = rest / factor[column * size + column]
        } else {
          guard rest > largest * 1e-12 else { return nil }
          factor[row * size + row] = rest.squareRoot()
        }
      }
      var value = vector[row]
      for index in 0..<row { value -= factor[row * size + index] * solved[index] }
      solved[row] = value / factor[row * size + row]
      sum += solved[row] * solved[row]
    }
    return sum
  }
}
