import Foundation
import Tensors

/// Slow definitions in Double that the fast operations are compared with.
enum Naive {
  /// Repeatable values in about -1...1 from a linear congruential generator.
  static func tensor(_ shape: [Int], seed: UInt64) -> Tensor {
    var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    let values = (0..<shape.reduce(1, *)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
    return Tensor(values, shape: shape)
  }

  static func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) -> [Double] {
    let (n, k) = (weight.shape[0], weight.shape[1])
    let (a, b, c) = (x.values, weight.values, bias?.values)
    return (0..<a.count / k * n).map { index in
      let (row, column) = (index / n, index % n)
      return (0..<k).reduce(Double(c?[column] ?? 0)) {
        $0 + Double(a[row * k + $1]) * Double(b[column * k + $1])
      }
    }
  }

  static func convolution(
    _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int, padding: Padding, upsampled: Bool
  ) -> [Double] {
    let f = upsampled ? 2 : 1
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    let (outputs, kh, kw) = (weight.shape[0], weight.shape[2], weight.shape[3])
    let oh = (height * f + padding.top + padding.bottom - kh) / stride + 1
    let ow = (width * f + padding.left + padding.right - kw) / stride + 1
    let (a, w, b) = (x.values, weight.values, bias.values)
    var result: [Double] = []
    for n in 0..<x.shape[0] {
      for o in 0..<outputs {
        for y in 0..<oh {
          for x in 0..<ow {
            var sum = Double(b[o])
            for c in 0..<channels {
              for dy in 0..<kh {
                for dx in 0..<kw {
                  let sy = y * stride + dy - padding.top
                  let sx = x * stride + dx - padding.left
                  guard sy >= 0, sx >= 0, sy < height * f, sx < width * f else { continue }
                  let pixel = ((n * channels + c) * height + sy / f) * width + sx / f
                  sum +=
                    Double(a[pixel]) * Double(w[((o * channels + c) * kh + dy) * kw + dx])
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }

  /// ‖a − b‖ / ‖b‖.
  static func relativeError(_ a: Tensor, _ b: [Double]) -> Double {
    precondition(a.count == b.count, "\(a.count) values against \(b.count)")
    var (difference, size) = (0.0, 0.0)
    for (x, y) in zip(a.values, b) {
      difference += (Double(x) - y) * (Double(x) - y)
      size += y * y
    }
    return (difference / max(size, 1e-300)).squareRoot()
  }
}

extension Tensor {
  /// Layer norm over the last axis: the product's modulated one with neither scale nor shift.
  func normalized() -> Tensor {
    let none = Tensor(
      [Float](repeating: 0, count: shape[0] * shape[rank - 1]),
      shape: [shape[0], shape[rank - 1]])
    return modulatedLayerNorm(shift: none, scale: none)
  }
}
