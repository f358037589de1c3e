import OnnxGraphs
import Tensors

/// The layers of the networks as nodes of a graph.
extension GraphBuilder {
  mutating func add(_ a: Value, _ b: Value) -> Value { node("Add", [a, b]) }
  mutating func multiply(_ a: Value, _ b: Value) -> Value { node("Mul", [a, b]) }

  mutating func reshape(_ x: Value, _ shape: [Int]) -> Value {
    node("Reshape", [x, integers(shape)])
  }

  mutating func transpose(_ x: Value, _ axes: [Int]) -> Value {
    node("Transpose", [x], [.integers("perm", axes)])
  }

  mutating func silu(_ x: Value) -> Value { multiply(x, node("Sigmoid", [x])) }

  /// An affine map of the last axis; `x` is `[rows, inputs]`.
  mutating func linear(_ x: Value, _ linear: Linear) throws -> Value {
    let (matrix, offset) = try linear.full()
    return node("Gemm", [x, weight(matrix), weight(offset)], [.integer("transB", 1)])
  }

  /// An affine map of the last axis of `[rows, tokens, inputs]`.
  ///
  /// The matrix lies `[outputs, inputs]` in its file, and only `Gemm` takes it as it is.
  mutating func linear(_ x: Value, tokens: Int, _ map: Linear) throws -> Value {
    let (matrix, _) = try map.full()
    let flat = try linear(reshape(x, [-1, matrix.shape[1]]), map)
    return reshape(flat, [-1, tokens, matrix.shape[0]])
  }

  /// `x · matrixᵀ` over the last axis, where only the graph's run tells how many rows there are.
  mutating func product(_ x: Value, _ matrix: Value) -> Value {
    node("FusedMatMul", [x, matrix], [.integer("transB", 1)], domain: Self.fused)
  }

  /// `x / √(mean(x²) + ε) · weight` over the last axis.
  mutating func rootMeanSquareNorm(_ x: Value, _ weight: Value, epsilon: Float) -> Value {
    let mean = node("ReduceMean", [multiply(x, x), integers([-1])])
    let root = node("Sqrt", [add(mean, constant([epsilon], [1]))])
    return multiply(node("Div", [x, root]), weight)
  }

  /// What is added to scores: 0 where `mask` `[rows, keys]` is 1, and where it is 0 enough that the softmax is 0
  /// in single precision; `[rows, 1, 1, keys]`.
  mutating func maskBias(_ mask: Value) -> Value {
    let bias = multiply(add(mask, constant([-1], [1])), constant([1e9], [1]))
    return node("Unsqueeze", [bias, integers([1, 2])])
  }

  /// Attention with a bias and without a scale, in operators that every provider has.
  ///
  /// - Parameters:
  ///   - projections: Queries, keys and values, `[rows, tokens, heads · headWidth]` each.
  ///   - bias: Broadcast to `[rows, heads, tokens, tokens]`.
  mutating func unscaledAttention(
    _ projections: [Value], bias: Value, heads: Int, headWidth: Int
  ) -> Value {
    let parts = projections.map { reshape($0, [0, 0, heads, headWidth]) }
    let scores = node(
      "MatMul", [transpose(parts[0], [0, 2, 1, 3]), transpose(parts[1], [0, 2, 3, 1])])
    let weights = node("Softmax", [add(scores, bias)], [.integer("axis", -1)])
    let mixed = node("MatMul", [weights, transpose(parts[2], [0, 2, 1, 3])])
    return reshape(transpose(mixed, [0, 2, 1, 3]), [0, 0, heads * headWidth])
  }

  /// Norm over the last axis without parameters, then `· (1 + scale) + shift`.
  mutating func modulatedNorm(_ x: Value, channels: Int, shift: Value, scale: Value) -> Value {
    let ones = constant([Float](repeating: 1, count: channels), [channels])
    let normed = node(
      "LayerNormalization", [x, ones], [.integer("axis", -1), .float("epsilon", 1e-6)])
    let one = constant([1], [1])
    return add(multiply(normed, add(scale, one)), shift)
  }

  /// Attention with heads side by side in the last axis.
  ///
  /// - Parameter mask: `[rows, keys]`, 1 where a key counts; nil counts all.
  mutating func attention(
    query: Value, key: Value, value: Value, mask: Value? = nil, heads: Int, headWidth: Int
  ) -> Value {
    node(
      "MultiHeadAttention", [query, key, value, nil, mask],
      [
        .integer("num_heads", heads), .float("scale", 1 / Float(headWidth).squareRoot()),
        // The softmax of what is masked is then 0 in single precision.
        .float("mask_filter_value", -1e9),
      ], domain: Self.fused)
  }

  mutating func convolution(_ x: Value, _ weights: ConvolutionWeights) -> Value {
    let side = weights.weight.shape[2]
    return node(
      "Conv", [x, weight(weights.weight), weight(weights.bias)],
      [.integers("pads", [Int](repeating: side / 2, count: 4))])
  }

  /// Norm of groups of channels of `[rows, channels, height, width]`, each group one instance.
  mutating func groupNorm(_ x: Value, _ norm: GroupNormWeights, silu isFollowed: Bool) -> Value {
    let channels = norm.weight.count
    let grouped = reshape(x, [0, norm.groups, -1])
    let ones = constant([Float](repeating: 1, count: norm.groups), [norm.groups])
    let zeros = constant([Float](repeating: 0, count: norm.groups), [norm.groups])
    let normed = node("InstanceNormalization", [grouped, ones, zeros], [.float("epsilon", 1e-6)])
    let back = node("Reshape", [normed, node("Shape", [x])])
    let result = add(
      multiply(back, weight(norm.weight, as: [channels, 1, 1])),
      weight(norm.bias, as: [channels, 1, 1]))
    return isFollowed ? silu(result) : result
  }
}
