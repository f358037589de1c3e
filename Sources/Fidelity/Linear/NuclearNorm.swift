import Foundation

/// A matrix of real numbers, row by row.
struct DenseMatrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  var entries: [Double]

  init(rows: Int, columns: Int, entries: [Double]) {
    precondition(entries.count == rows * columns, "entries fill the matrix")
    self.rows = rows
    self.columns = columns
    self.entries = entries
  }

  /// The matrix with rows and columns exchanged.
  var transposed: DenseMatrix {
    var out = [Double](repeating: 0, count: entries.count)
    for row in 0..<rows {
      for column in 0..<columns { out[column * rows + row] = entries[row * columns + column] }
    }
    return DenseMatrix(rows: columns, columns: rows, entries: out)
  }

  /// self · otherᵀ, `[rows, other.rows]`.
  func timesTransposed(_ other: DenseMatrix) -> DenseMatrix {
    precondition(columns == other.columns, "factors of one width")
    var out = [Double](repeating: 0, count: rows * other.rows)
    entries.withUnsafeBufferPointer { left in
      other.entries.withUnsafeBufferPointer { right in
        guard let a = left.baseAddress, let b = right.baseAddress else { return }
        for row in 0..<rows {
          for column in 0..<other.rows {
            out[row * other.rows + column] = Products.dot(
              a + row * columns, b + column * columns, columns)
          }
        }
      }
    }
    return DenseMatrix(rows: rows, columns: other.rows, entries: out)
  }

  /// A matrix with as few rows as can be and the same `selfᵀ · self`.
  ///
  /// The upper factor of Householder's QR decomposition where there are more rows than columns.
  func sameGram() -> DenseMatrix {
    guard rows > columns else { return self }
    var work = entries
    work.withUnsafeMutableBufferPointer { buffer in
      guard let a = buffer.baseAddress else { return }
      var product = [Double](repeating: 0, count: columns)
      for step in 0..<columns {
        Reflection.columns(
          a, rows: rows, columns: columns, row: step, column: step, product: &product)
      }
    }
    var upper = Array(work[0..<columns * columns])
    for row in 1..<max(columns, 1) {
      for column in 0..<row { upper[row * columns + column] = 0 }
    }
    return DenseMatrix(rows: columns, columns: columns, entries: upper)
  }

  /// The sum of the singular values.
  ///
  /// Householder's bidiagonal form, whose singular values are the eigenvalues ±σ of a symmetric
  /// tridiagonal matrix with a zero diagonal: no entry is squared, so small values keep their digits.
  /// - SeeAlso: Golub and Kahan 1965.
  func nuclearNorm() -> Double {
    guard rows >= columns else { return transposed.nuclearNorm() }
    guard columns > 0 else { return 0 }
    let (diagonal, beside) = bidiagonal()
    var offDiagonal: [Double] = []
    for step in 0..<columns {
      offDiagonal.append(diagonal[step])
      if step < columns - 1 { offDiagonal.append(beside[step]) }
    }
    let values = Tridiagonal.eigenvalues(
      diagonal: [Double](repeating: 0, count: 2 * columns), offDiagonal: offDiagonal)
    return values.reduce(0) { $0 + max($1, 0) }
  }

  private func bidiagonal() -> (diagonal: [Double], beside: [Double]) {
    var work = entries
    var diagonal = [Double](repeating: 0, count: columns)
    var beside = [Double](repeating: 0, count: max(columns - 1, 0))
    work.withUnsafeMutableBufferPointer { buffer in
      guard let a = buffer.baseAddress else { return }
      var product = [Double](repeating: 0, count: max(rows, columns))
      for step in 0..<columns {
        diagonal[step] = Reflection.columns(
          a, rows: rows, columns: columns, row: step, column: step, product: &product)
        if step < columns - 1 {
          beside[step] = Reflection.rows(
            a, rows: rows, columns: columns, row: step, column: step + 1, product: &product)
        }
      }
    }
    return (diagonal, beside)
  }
}

/// Householder reflections that clear a part of a column or of a row.
private enum Reflection {
  /// Clears column `column` below `row` and reflects the columns right of it.
  /// - Returns: What stands at `[row, column]` afterwards.
  @discardableResult
  static func columns(
    _ a: UnsafeMutablePointer<Double>, rows: Int, columns: Int, row: Int, column: Int,
    product: inout [Double]
  ) -> Double {
    var square = 0.0
    for index in row..<rows {
      let value = a[index * columns + column]
      square += value * value
    }
    let first = a[row * columns + column]
    guard square > 0 else { return 0 }
    let length = first > 0 ? -square.squareRoot() : square.squareRoot()
    // v = column − length · e; vᵀv / 2 = square − first · length.
    let half = square - first * length
    a[row * columns + column] = first - length
    let width = columns - column - 1
    if half > 0, width > 0 {
      product.withUnsafeMutableBufferPointer { sums in
        guard let w = sums.baseAddress else { return }
        for index in 0..<width { w[index] = 0 }
        for index in row..<rows {
          Products.add(
            a[index * columns + column], times: a + index * columns + column + 1, to: w, width)
        }
        for index in row..<rows {
          Products.add(
            -a[index * columns + column] / half, times: w, to: a + index * columns + column + 1,
            width)
        }
      }
    }
    a[row * columns + column] = length
    return length
  }

  /// Clears row `row` right of `column` and reflects the rows below.
  /// - Returns: What stands at `[row, column]` afterwards.
  static func rows(
    _ a: UnsafeMutablePointer<Double>, rows: Int, columns: Int, row: Int, column: Int,
    product: inout [Double]
  ) -> Double {
    let width = columns - column
    let v = a + row * columns + column
    let square = Products.dot(v, v, width)
    let first = v[0]
    guard square > 0 else { return 0 }
    let length = first > 0 ? -square.squareRoot() : square.squareRoot()
    let half = square - first * length
    v[0] = first - length
    if half > 0 {
      for index in row + 1..<max(rows, row + 1) {
        let target = a + index * columns + column
        Products.add(-Products.dot(target, v, width) / half, times: v, to: target, width)
      }
    }
    v[0] = length
    return length
  }
}

/// Symmetric tridiagonal matrices.
enum Tridiagonal {
  /// Eigenvalues in no order, by the implicit QL method with Wilkinson's shift.
  /// - SeeAlso: Golub and Van Loan, Matrix Computations, section 8.3.
  static func eigenvalues(diagonal: [Double], offDiagonal: [Double]) -> [Double] {
    var d = diagonal
    var e = offDiagonal + [0]
    let count = d.count
    for first in 0..<count {
      // Each value takes two or three sweeps; the bound only keeps broken input from looping.
      for _ in 0..<200 {
        var last = first
        while last < count - 1 {
          let size = abs(d[last]) + abs(d[last + 1])
          // An entry that changes neither neighbour, or is nothing beside the whole matrix, is zero.
          if abs(e[last]) <= .ulpOfOne * size || abs(e[last]) < .leastNormalMagnitude { break }
          last += 1
        }
        if last == first { break }
        sweep(&d, &e, from: first, to: last)
      }
    }
    return d
  }

  private static func sweep(_ d: inout [Double], _ e: inout [Double], from first: Int, to last: Int)
  {
    var shift = (d[first + 1] - d[first]) / (2 * e[first])
    var radius = hypot(shift, 1)
    shift = d[last] - d[first] + e[first] / (shift + (shift >= 0 ? radius : -radius))
    var (sine, cosine, carried) = (1.0, 1.0, 0.0)
    var index = last - 1
    while index >= first {
      let f = sine * e[index]
      let b = cosine * e[index]
      radius = hypot(f, shift)
      e[index + 1] = radius
      if radius == 0 {
        d[index + 1] -= carried
        e[last] = 0
        return
      }
      sine = f / radius
      cosine = shift / radius
      shift = d[index + 1] - carried
      let r = (d[index] - shift) * sine + 2 * cosine * b
      carried = sine * r
      d[index + 1] = shift + carried
      shift = cosine * r - b
      index -= 1
    }
    d[first] -= carried
    e[first] = shift
    e[last] = 0
  }
}
