import CKernels

/// What is done to the outputs of an affine map while they are still in the cache.
package enum Activation: Sendable {
  case identity
  case geluTanh

  var code: Int32 {
    switch self {
    case .identity: Int32(CK_IDENTITY)
    case .geluTanh: Int32(CK_GELU)
    }
  }
}

extension Tensor {
  /// The affine map of every row: `[..., inputs]` to `[..., outputs]`.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`, as PyTorch stores a Linear; further axes of extent 1 are
  ///     allowed, so that a 1×1 convolution's weight serves too.
  ///   - bias: `[outputs]`, or nil.
  package func linear(
    weight: Tensor, bias: Tensor? = nil, activation: Activation = .identity
  ) -> Tensor {
    let inputs = shape.last ?? 1
    let outputs = weight.shape[0]
    precondition(
      weight.count == outputs * inputs, "weight \(weight.shape) does not take \(inputs) inputs")
    precondition(bias.map { $0.count == outputs } ?? true, "bias does not have \(outputs) values")
    if case .oneDNN(let library) = MatrixEngine.current, inputs > 0 {
      return linear(weight: weight, bias: bias, activation: activation, by: library)
    }
    let rows = inputs == 0 ? 0 : count / inputs
    var result = Tensor(uninitialized: shape.dropLast() + [outputs])
    result.withUnsafeMutablePointer { c in
      withUnsafePointer { a in
        weight.withUnsafePointer { b in
          withOptionalPointer(bias) { bias in
            matrixProduct(
              CKMatrixProduct(
                m: Int64(rows), n: Int64(outputs), k: Int64(inputs), a: a, lda: Int64(inputs),
                b: b, ldb: Int64(inputs), transposed: 1, activation: activation.code,
                columnBias: bias, c: c, ldc: Int64(outputs)))
          }
        }
      }
    }
    return result
  }

  /// The product of `[m, k]` and `[k, n]`, or of `[..., m, k]` and `[..., k, n]` batch by batch.
  ///
  /// - Parameter transposed: True when the second operand is stored `[..., n, k]`.
  package func matmul(_ other: Tensor, transposed: Bool = false) -> Tensor {
    precondition(rank >= 2 && other.rank == rank, "matmul needs two matrices, or equal batches")
    let batch = shape.dropLast(2)
    precondition(other.shape.dropLast(2) == batch, "batches differ: \(shape), \(other.shape)")
    let m = shape[rank - 2]
    let k = shape[rank - 1]
    let n = other.shape[transposed ? rank - 2 : rank - 1]
    precondition(
      other.shape[transposed ? rank - 1 : rank - 2] == k, "\(shape) times \(other.shape)")
    var result = Tensor(uninitialized: batch + [m, n])
    result.withUnsafeMutablePointer { c in
      withUnsafePointer { a in
        other.withUnsafePointer { b in
          for i in 0..<batch.reduce(1, *) {
            matrixProduct(
              CKMatrixProduct(
                m: Int64(m), n: Int64(n), k: Int64(k), a: a + i * m * k, lda: Int64(k),
                b: b + i * k * n, ldb: Int64(transposed ? k : n), transposed: transposed ? 1 : 0,
                activation: Activation.identity.code, columnBias: nil, c: c + i * m * n,
                ldc: Int64(n)))
          }
        }
      }
    }
    return result
  }
}

/// The pointer of a tensor that may be absent.
func withOptionalPointer<Result>(
  _ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Result
) -> Result {
  guard let tensor else { return body(nil) }
  return tensor.withUnsafePointer { body($0) }
}

/// A matrix product whose buffers outlive the call, cut into tiles.
private struct SharedProduct: @unchecked Sendable { var product: CKMatrixProduct }

private func matrixProduct(_ product: CKMatrixProduct) {
  guard product.m > 0, product.n > 0 else { return }
  let grid = TileGrid(rows: product.m, columns: product.n)
  let shared = SharedProduct(product: product)
  forEachTile(grid.count, work: Int(2 * product.m * product.n * product.k)) { tile in
    var product = shared.product
    let (m, n) = grid[tile]
    ck_matrix_product(&product, m.lowerBound, m.upperBound, n.lowerBound, n.upperBound)
  }
}

/// A matrix cut into tiles that threads take one by one.
///
/// Tall tiles, because the packing of a weight panel is paid once per tile; but enough of them that
/// no thread waits long for the last.
struct TileGrid: Sendable {
  private let rows: Int64
  private let columns: Int64
  private let tileRows: Int64
  private let tileColumns: Int64 = 128

  init(rows: Int64, columns: Int64) {
    self.rows = rows
    self.columns = columns
    let across = (columns + tileColumns - 1) / tileColumns
    let wanted = max(1, (16 + across - 1) / across)
    // Multiples of every level's register tile.
    let even = (rows + wanted - 1) / wanted
    tileRows = min(480, max(48, (even + 11) / 12 * 12))
  }

  private var across: Int64 { (columns + tileColumns - 1) / tileColumns }
  var count: Int { Int(across * ((rows + tileRows - 1) / tileRows)) }

  subscript(tile: Int) -> (rows: Range<Int64>, columns: Range<Int64>) {
    let m = Int64(tile) / across * tileRows
    let n = Int64(tile) % across * tileColumns
    return (m..<min(m + tileRows, rows), n..<min(n + tileColumns, columns))
  }
}
