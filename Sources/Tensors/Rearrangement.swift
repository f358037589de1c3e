extension Tensor {
  /// `[batch, a, b]` to `[batch, b, a]`.
  package func transposedLastTwo() -> Tensor {
    let (a, b) = (shape[rank - 2], shape[rank - 1])
    let batch = shape.dropLast(2).reduce(1, *)
    var result = Tensor(uninitialized: shape.dropLast(2) + [b, a])
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        for i in 0..<batch {
          let (source, target) = (x + i * a * b, out + i * a * b)
          for row in 0..<a {
            for column in 0..<b { target[column * a + row] = source[row * b + column] }
          }
        }
      }
    }
    return result
  }

  /// Rows `range` of the first axis.
  package func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) of \(shape)")
    let stride = shape[0] == 0 ? 0 : count / shape[0]
    var result = Tensor(uninitialized: [range.count] + shape.dropFirst())
    result.withUnsafeMutablePointer { out in
      withUnsafePointer { x in
        out.update(from: x + range.lowerBound * stride, count: range.count * stride)
      }
    }
    return result
  }

  /// Tensors of equal inner shape joined along the first axis.
  package static func concatenated(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "nothing to join")
    let inner = Array(parts[0].shape.dropFirst())
    precondition(parts.allSatisfy { Array($0.shape.dropFirst()) == inner }, "inner shapes differ")
    var result = Tensor(uninitialized: [parts.reduce(0) { $0 + $1.shape[0] }] + inner)
    result.withUnsafeMutablePointer { out in
      var offset = 0
      for part in parts {
        part.withUnsafePointer { (out + offset).update(from: $0, count: part.count) }
        offset += part.count
      }
    }
    return result
  }
}
