import CKernels

extension Tensor {
  /// GELU by the tanh formula, `0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))`.
  ///
  /// Computed as `x / (1 + e^(-2u))`, which is the same without cancellation for negative `x`.
  package func geluTanh() -> Tensor {
    mapped(work: 20) { x, count, out in ck_gelu_tanh(x, Int64(count), out) }
  }

  /// `x / (1 + e^-x)`.
  package func silu() -> Tensor {
    mapped(work: 15) { x, count, out in ck_silu(x, Int64(count), out) }
  }

  /// Softmax over the last axis.
  package func softmax() -> Tensor {
    let width = shape[rank - 1]
    var result = self
    guard width > 0 else { return result }
    let rows = count / width
    let chunk = 32
    result.withUnsafeMutablePointer { x in
      let x = TilePointer(x)
      forEachTile((rows + chunk - 1) / chunk, work: count * 20) { tile in
        let first = tile * chunk
        ck_softmax(
          x.base + first * width, Int64(min(chunk, rows - first)), Int64(width), Int64(width), 1)
      }
    }
    return result
  }

  /// Adds another tensor of equal count, element by element.
  package mutating func add(_ other: Tensor) {
    precondition(count == other.count, "cannot add \(other.shape) to \(shape)")
    combine(other) { x, y, count in ck_add(x, y, Int64(count)) }
  }

  /// Multiplies by another tensor of equal count, element by element.
  package mutating func multiply(by other: Tensor) {
    precondition(count == other.count, "cannot multiply \(shape) by \(other.shape)")
    combine(other) { x, y, count in ck_multiply(x, y, Int64(count)) }
  }

  package static func + (left: Tensor, right: Tensor) -> Tensor {
    var result = left
    result.add(right)
    return result
  }

  /// `self += gate * other`, with `gate` `[batch, channels]` spread over the tokens.
  package mutating func addGated(_ other: Tensor, gate: Tensor) {
    let width = shape[rank - 1]
    let batch = shape[0]
    precondition(count == other.count && gate.count == batch * width)
    let tokens = count / (batch * width)
    let chunk = 32
    let chunks = (tokens + chunk - 1) / chunk
    let work = count * 2
    withUnsafeMutablePointer { x in
      other.withUnsafePointer { y in
        gate.withUnsafePointer { gate in
          let (x, y, gate) = (TilePointer(x), ReadPointer(y), ReadPointer(gate))
          forEachTile(batch * chunks, work: work) { tile in
            let sample = tile / chunks
            let first = tile % chunks * chunk
            let offset = (sample * tokens + first) * width
            ck_gated_add(
              x.base + offset, y.base + offset, gate.base + sample * width,
              Int64(min(chunk, tokens - first)), Int64(width))
          }
        }
      }
    }
  }

  /// Adds `[tokens, channels]` to each sample of `[batch, tokens, channels]`.
  package mutating func addToEachSample(_ other: Tensor) {
    let stride = other.count
    precondition(stride > 0 && count % stride == 0, "\(other.shape) does not repeat in \(shape)")
    let samples = count / stride
    withUnsafeMutablePointer { x in
      other.withUnsafePointer { y in
        for sample in 0..<samples { ck_add(x + sample * stride, y, Int64(stride)) }
      }
    }
  }

  /// Every element times `factor`.
  package func scaled(by factor: Float) -> Tensor {
    var result = self
    let count = count
    result.withUnsafeMutablePointer { x in
      for i in 0..<count { x[i] *= factor }
    }
    return result
  }

  private static var chunk: Int { 16_384 }

  private func mapped(
    work: Int, _ body: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let (count, chunk) = (count, Self.chunk)
    var result = Tensor(uninitialized: shape)
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        let (out, x) = (TilePointer(out), ReadPointer(x))
        forEachTile((count + chunk - 1) / chunk, work: count * work) { tile in
          let first = tile * chunk
          body(x.base + first, min(chunk, count - first), out.base + first)
        }
      }
    }
    return result
  }

  private mutating func combine(
    _ other: Tensor,
    _ body: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
  ) {
    let (count, chunk) = (count, Self.chunk)
    withUnsafeMutablePointer { x in
      other.withUnsafePointer { y in
        let (x, y) = (TilePointer(x), ReadPointer(y))
        forEachTile((count + chunk - 1) / chunk, work: count) { tile in
          let first = tile * chunk
          body(x.base + first, y.base + first, min(chunk, count - first))
        }
      }
    }
  }
}
