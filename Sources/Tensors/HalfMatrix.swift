import CKernels

/// A weight matrix in bfloat16, packed for the kernels: half the memory of single precision.
///
/// A product rounds its rows to bfloat16 too and sums in single precision, by our kernels in one
/// order at every CPU level: a CPU with an instruction for it and one without give the same numbers.
package struct HalfMatrix: Sendable {
  package let outputs: Int
  package let inputs: Int
  /// Pairs of bfloat16, as ck_half_pack lays them out; for a library, plain rows.
  private let packed: Tensor
  /// The engine that the weights are laid out for.
  private let engine: MatrixEngine

  /// Rounds `[outputs, inputs]` to nearest, ties to even, and lays it out for the task's engine.
  package init(_ weight: Tensor) {
    let (outputs, inputs) = (weight.shape[0], weight.count / max(1, weight.shape[0]))
    self.outputs = outputs
    self.inputs = inputs
    engine = MatrixEngine.current
    if case .oneDNN = engine {
      packed = weight.bfloat16Values()
      return
    }
    let panelColumns = Int(CK_HALF_PANEL)
    let panelCount = Int(ck_half_packed_count(Int64(panelColumns), Int64(inputs)))
    let panels = (outputs + panelColumns - 1) / panelColumns
    var packed = Tensor(uninitialized: [panels * panelCount / 2])
    packed.withUnsafeMutablePointer { out in
      weight.withUnsafePointer { weight in
        let (out, weight) = (TilePointer(out), ReadPointer(weight))
        forEachTile(panels, work: 10 * outputs * inputs) { panel in
          let first = panel * panelColumns
          let target = UnsafeMutableRawPointer(out.base) + 2 * panel * panelCount
          ck_half_pack(
            weight.base + first * inputs, Int64(min(panelColumns, outputs - first)),
            Int64(inputs), target.assumingMemoryBound(to: UInt16.self))
        }
      }
    }
    self.packed = packed
  }

  /// The library that takes these weights; nil for our kernels.
  fileprivate var library: OneDNN? {
    if case .oneDNN(let library) = engine { library } else { nil }
  }

  /// The same values laid out for our kernels, from the plain rows that a library takes.
  fileprivate func packedForKernels() -> HalfMatrix {
    let values = withPacked { rows in
      (0..<(outputs * inputs)).map { Float(bitPattern: UInt32(rows[$0]) << 16) }
    }
    return MatrixEngine.builtIn.use { HalfMatrix(Tensor(values, shape: [outputs, inputs])) }
  }

  fileprivate func withPacked<Result>(
    _ body: (UnsafePointer<UInt16>) throws -> Result
  ) rethrows -> Result {
    try packed.withUnsafePointer {
      try body(UnsafeRawPointer($0).assumingMemoryBound(to: UInt16.self))
    }
  }
}

/// A product whose buffers outlive the call.
private struct SharedProduct: @unchecked Sendable { var product: CKHalfMatrixProduct }

extension Tensor {
  /// The affine map of every row in bfloat16, `[..., inputs]` to `[..., outputs]` in single
  /// precision.
  package func linear(
    weight: HalfMatrix, bias: Tensor? = nil, activation: Activation = .identity
  ) -> Tensor {
    let (inputs, outputs) = (weight.inputs, weight.outputs)
    precondition(shape.last == inputs, "\(shape) does not have \(inputs) inputs")
    precondition(bias.map { $0.count == outputs } ?? true, "bias does not have \(outputs) values")
    let rows = inputs == 0 ? 0 : count / inputs
    if let library = weight.library, inputs > 0 {
      let rounded = bfloat16Values()
      let product = mapped(inputs: inputs, outputs: outputs, activation: activation) { result in
        rounded.withUnsafePointer { x in
          weight.withPacked { weight in
            withOptionalPointer(bias) { bias in
              library.multiply(
                rows: rows, inputs: inputs, outputs: outputs, x: x, weight: weight, bias: bias,
                result: result, isHalf: true)
            }
          }
        }
      }
      // As in single precision: a product that the library refuses is ours.
      return product
        ?? linear(weight: weight.packedForKernels(), bias: bias, activation: activation)
    }
    var result = Tensor(uninitialized: shape.dropLast() + [outputs])
    guard rows > 0, outputs > 0 else { return result }
    let rounded = roundedRows(rows: rows, inputs: inputs)
    result.withUnsafeMutablePointer { c in
      rounded.withUnsafePointer { a in
        weight.withPacked { b in
          withOptionalPointer(bias) { bias in
            let shared = SharedProduct(
              product: CKHalfMatrixProduct(
                m: Int64(rows), n: Int64(outputs), k: Int64(inputs), a: a,
                lda: Int64(rounded.shape[1]), b: b, activation: activation.code,
                columnBias: bias, c: c, ldc: Int64(outputs)))
            let grid = TileGrid(rows: Int64(rows), columns: Int64(outputs))
            forEachTile(grid.count, work: 2 * rows * outputs * inputs) { tile in
              var product = shared.product
              let (m, n) = grid[tile]
              ck_half_matrix_product(
                &product, m.lowerBound, m.upperBound, n.lowerBound, n.upperBound)
            }
          }
        }
      }
    }
    return result
  }

  /// The rows as the kernels take them, of even length.
  private func roundedRows(rows: Int, inputs: Int) -> Tensor {
    let stride = (inputs + 1) / 2 * 2
    var result = Tensor(uninitialized: [rows, stride])
    let chunk = 32
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        let (out, x) = (TilePointer(out), ReadPointer(x))
        forEachTile((rows + chunk - 1) / chunk, work: 4 * count) { tile in
          let first = tile * chunk
          ck_half_rows(
            x.base + first * inputs, Int64(min(chunk, rows - first)), Int64(inputs),
            Int64(inputs), out.base + first * stride, Int64(stride))
        }
      }
    }
    return result
  }
}
