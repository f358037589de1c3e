import COneDNN

/// What computes the affine maps of networks.
package enum MatrixEngine: Sendable {
  /// Our kernels: every output is one fixed chain of multiply-adds, whatever the batch.
  case builtIn
  /// A library whose order of summation may change with the number of rows and its version.
  case oneDNN(OneDNN)

  /// The engine of this task; matrices in bfloat16 keep the one that they were packed for.
  @TaskLocal package static var current = MatrixEngine.builtIn

  /// Runs `body` with this engine behind all affine maps that it computes on this task.
  package func use<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: body)
  }

  /// Name and version for provenance; nil for the built-in engine.
  package var record: String? {
    switch self {
    case .builtIn: nil
    case .oneDNN(let library): "onednn \(library.version)"
    }
  }
}

extension Tensor {
  /// The map of ``linear(weight:bias:activation:)`` by a library.
  func linear(
    weight: Tensor, bias: Tensor?, activation: Activation, by library: OneDNN
  ) -> Tensor {
    let (inputs, outputs) = (shape.last ?? 1, weight.shape[0])
    let product = mapped(inputs: inputs, outputs: outputs, activation: activation) { result in
      withUnsafePointer { x in
        weight.withUnsafePointer { weight in
          withOptionalPointer(bias) { bias in
            library.multiply(
              rows: count / inputs, inputs: inputs, outputs: outputs, x: x, weight: weight,
              bias: bias, result: result, isHalf: false)
          }
        }
      }
    }
    // Ours is as right; a run of hours does not end over one shape that a library lacks.
    return product
      ?? MatrixEngine.builtIn.use { linear(weight: weight, bias: bias, activation: activation) }
  }

  /// A result `[..., outputs]` that `fill` computes, then the activation; nil where it could not.
  func mapped(
    inputs: Int, outputs: Int, activation: Activation,
    _ fill: (UnsafeMutablePointer<Float>) -> Bool
  ) -> Tensor? {
    var result = Tensor(uninitialized: shape.dropLast() + [outputs])
    guard result.count == 0 || result.withUnsafeMutablePointer(fill) else { return nil }
    switch activation {
    case .identity: return result
    case .geluTanh: return result.geluTanh()
    }
  }

  /// All values rounded to bfloat16, in order, two to a `Float` of the result.
  func bfloat16Values() -> Tensor {
    var result = Tensor(uninitialized: [(count + 1) / 2])
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        onednn_round_to_bfloat16(
          x, count, UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt16.self))
      }
    }
    return result
  }
}
