import OnnxGraphs
import Tensors

/// The blocks that both halves of the autoencoder are made of.
extension GraphBuilder {
  /// The lowest resolution: two residual blocks, attention between them where there is one.
  mutating func middle(_ x: Value, _ block: MiddleBlock) throws -> Value {
    var x = residual(x, block.first)
    if let attention = block.attention { x = try attend(x, attention) }
    return residual(x, block.second)
  }

  mutating func residual(_ x: Value, _ block: ResidualBlock) -> Value {
    let first = convolution(groupNorm(x, block.norm1, silu: true), block.convolution1)
    let second = convolution(groupNorm(first, block.norm2, silu: true), block.convolution2)
    return add(second, block.shortcut.map { convolution(x, $0) } ?? x)
  }

  private mutating func attend(_ x: Value, _ attention: PixelAttention) throws -> Value {
    let channels = attention.norm.weight.count
    let flat = reshape(groupNorm(x, attention.norm, silu: false), [0, channels, -1])
    let pixels = transpose(flat, [0, 2, 1])
    // How many pixels there are is known when the graph runs, so the maps are plain products.
    func map(_ linear: Linear, _ x: Value) throws -> Value {
      let (matrix, offset) = try linear.full()
      return add(product(x, weight(matrix)), weight(offset))
    }
    let attended = self.attention(
      query: try map(attention.query, pixels), key: try map(attention.key, pixels),
      value: try map(attention.value, pixels), heads: 1, headWidth: channels)
    let projected = transpose(try map(attention.projection, attended), [0, 2, 1])
    return add(node("Reshape", [projected, node("Shape", [x])]), x)
  }
}
