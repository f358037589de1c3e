import Basics
import Checkpoints
import Foundation
import Randomness
import Tensors

/// An archive whose tensors are made when they are read: a layout filled with seeded numbers.
///
/// Matrices are scaled by their inputs and norms are near one, so that activations stay in range
/// and every kernel works on ordinary numbers. The images that such weights draw mean nothing.
package struct RandomArchive: TensorArchive {
  package let names: [String]
  package let metadata: [String: String] = [:]
  package let path: String
  private let shapes: [String: [Int]]
  private let seed: UInt64

  /// - Parameter name: Stands for a path in messages.
  package init(_ layout: ReleasedLayout, name: String, seed: UInt64) {
    names = layout.entries.map(\.name)
    shapes = Dictionary(uniqueKeysWithValues: layout.entries.map { ($0.name, $0.shape) })
    path = name
    self.seed = seed
  }

  package func entry(_ name: String) -> TensorEntry? {
    shapes[name].map { TensorEntry(shape: $0, dtype: .float32) }
  }

  package func tensor(_ name: String) throws -> Tensor {
    let shape = try shape(of: name)
    if name.hasSuffix("pos_embed") { return Self.positions(shape) }
    var result = Tensor(uninitialized: shape)
    let count = result.count
    result.withUnsafeMutablePointer { fill($0, name: name, shape: shape, range: 0..<count) }
    return result
  }

  package func rows(_ indices: [Int], of name: String) throws -> Tensor {
    let shape = try shape(of: name)
    guard let rowCount = shape.first, indices.allSatisfy({ (0..<rowCount).contains($0) }) else {
      throw AuditFailure("\(path): tensor '\(name)' of shape \(shape) has no such row")
    }
    let stride = shape.dropFirst().reduce(1, *)
    var result = Tensor(uninitialized: [indices.count] + shape.dropFirst())
    result.withUnsafeMutablePointer { out in
      for (place, index) in indices.enumerated() {
        let range = index * stride..<(index + 1) * stride
        fill(out + place * stride, name: name, shape: shape, range: range)
      }
    }
    return result
  }

  package func evictMappedPages() {}

  private func shape(of name: String) throws -> [Int] {
    guard let shape = shapes[name] else {
      throw AuditFailure("\(path): there is no tensor '\(name)'")
    }
    return shape
  }

  /// Where a tensor's numbers lie: `centre ± spread`, uniformly.
  private static func range(_ name: String, _ shape: [Int]) -> (centre: Float, spread: Float) {
    if shape.count == 1 { return name.hasSuffix("bias") ? (0, 0.05) : (1, 0.1) }
    if name.hasSuffix("shared.weight") || name.hasSuffix("embed_tokens.weight")
      || name.hasSuffix("y_embedding")
    {
      return (0, 1)
    }
    if name.contains("table") { return (0, 0.1) }
    // Uniform numbers of this spread have the variance 1 / inputs.
    return (0, (3 / Float(shape.dropFirst().reduce(1, *))).squareRoot())
  }

  /// Writes the numbers at `range` of a tensor; each depends on its place alone.
  private func fill(
    _ out: UnsafeMutablePointer<Float>, name: String, shape: [Int], range: Range<Int>
  ) {
    let (centre, spread) = Self.range(name, shape)
    let scale = 2 * spread * 0x1p-24
    var stream = RandomStream(seed: seed, path: ["weights", name])
    let word = stream.next()
    let key = SIMD2(UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
    var index = range.lowerBound
    while index < range.upperBound {
      let block = UInt64(index / 4)
      let words = Philox.block(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), 0, 0),
        key: key)
      for lane in index % 4..<4 where index < range.upperBound {
        out[index - range.lowerBound] = centre - spread + Float(words[lane] >> 8) * scale
        index += 1
      }
    }
  }

  /// The sine-cosine positions that the released files store: 512-pixel models span the range of
  /// 256 pixels.
  private static func positions(_ shape: [Int]) -> Tensor {
    let side = Int(Double(shape[1]).squareRoot().rounded())
    let values = positionEmbedding(
      height: side, width: side, channels: shape[2], base: side, scale: Float(max(1, side / 16)))
    return Tensor(values.map(Float.init), shape: shape)
  }
}
