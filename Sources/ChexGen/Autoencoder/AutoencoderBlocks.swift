import Basics
import Tensors

/// Norm, SiLU, convolution, twice, beside a shortcut: `[batch, channels, height, width]`.
struct ResidualBlock: Sendable {
  let norm1: GroupNormWeights
  let convolution1: ConvolutionWeights
  let norm2: GroupNormWeights
  let convolution2: ConvolutionWeights
  /// A 1×1 convolution where the channel count changes.
  let shortcut: ConvolutionWeights?

  var outputs: Int { convolution2.outputs }

  init(reading weights: WeightReader, inputs: Int, groups: Int) throws {
    norm1 = try GroupNormWeights(reading: weights, "norm1", channels: inputs, groups: groups)
    convolution1 = try ConvolutionWeights(reading: weights, "conv1", inputs: inputs, kernel: 3)
    let outputs = convolution1.outputs
    norm2 = try GroupNormWeights(reading: weights, "norm2", channels: outputs, groups: groups)
    convolution2 = try ConvolutionWeights(reading: weights, "conv2", inputs: outputs, kernel: 3)
    shortcut =
      weights.contains("conv_shortcut.weight")
      ? try ConvolutionWeights(reading: weights, "conv_shortcut", inputs: inputs, kernel: 1) : nil
    guard convolution2.outputs == (shortcut?.outputs ?? inputs) else {
      throw AuditFailure(
        "\(weights.archive.path): the shortcut of '\(weights.prefix)' does not fit its "
          + "\(convolution2.outputs) outputs")
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    var result = convolution2(norm2(convolution1(norm1(x, silu: true)), silu: true))
    result.add(shortcut?(x) ?? x)
    return result
  }
}

/// Single-head attention among all pixels, with group norm before and a residual around it.
struct PixelAttention: Sendable {
  let norm: GroupNormWeights
  let query: Linear
  let key: Linear
  let value: Linear
  let projection: Linear

  /// Reads diffusers' new names (`to_q` …) or the old ones (`query` …), 2-D or as 1×1 convolutions.
  init(reading weights: WeightReader, channels: Int, groups: Int) throws {
    norm = try GroupNormWeights(reading: weights, "group_norm", channels: channels, groups: groups)
    let names =
      weights.contains("query.weight")
      ? ["query", "key", "value", "proj_attn"] : ["to_q", "to_k", "to_v", "to_out.0"]
    let linears = try names.map {
      try weights.linear($0, inputs: channels, outputs: channels)
    }
    (query, key, value, projection) = (linears[0], linears[1], linears[2], linears[3])
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let (batch, channels) = (x.shape[0], x.shape[1])
    let area = x.shape[2] * x.shape[3]
    let pixels = norm(x, silu: false).reshaped([batch, channels, area]).transposedLastTwo()
    let attended = attention(
      queries: HeadView(query(pixels)), keys: HeadView(key(pixels)),
      values: HeadView(value(pixels)), batch: batch, queryCount: area,
      keyCounts: Array(repeating: area, count: batch), heads: 1, headWidth: channels,
      scale: 1 / Float(channels).squareRoot())
    var result = projection(attended).transposedLastTwo().reshaped(x.shape)
    result.add(x)
    return result
  }
}

/// Residual block, attention where there is one, residual block.
struct MiddleBlock: Sendable {
  let first: ResidualBlock
  let attention: PixelAttention?
  let second: ResidualBlock

  init(reading weights: WeightReader, channels: Int, groups: Int) throws {
    first = try ResidualBlock(
      reading: weights.inside("resnets.0"), inputs: channels, groups: groups)
    attention =
      weights.contains("attentions.0.group_norm.weight")
      ? try PixelAttention(
        reading: weights.inside("attentions.0"), channels: channels, groups: groups) : nil
    second = try ResidualBlock(
      reading: weights.inside("resnets.1"), inputs: channels, groups: groups)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let x = first(x)
    return second(attention?(x) ?? x)
  }
}

/// The residual blocks of one resolution, then a change of resolution where there is one.
struct ResolutionLevel: Sendable {
  enum Change: Sendable { case enlarge, halve }
  let residuals: [ResidualBlock]
  let change: ConvolutionWeights?
  let kind: Change

  init(reading weights: WeightReader, inputs: Int, groups: Int, kind: Change) throws {
    var channels = inputs
    residuals = try (0..<weights.count(ofBlocks: "resnets.#.")).map {
      let block = try ResidualBlock(
        reading: weights.inside("resnets.\($0)"), inputs: channels, groups: groups)
      channels = block.outputs
      return block
    }
    let key = kind == .enlarge ? "upsamplers.0.conv" : "downsamplers.0.conv"
    change =
      weights.contains(key + ".weight")
      ? try ConvolutionWeights(reading: weights, key, inputs: channels, kernel: 3) : nil
    self.kind = kind
  }

  func outputs(inputs: Int) -> Int { change?.outputs ?? residuals.last?.outputs ?? inputs }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let x = residuals.reduce(x) { $1($0) }
    guard let change else { return x }
    switch kind {
    case .enlarge: return change(x, upsampled: true)
    case .halve:
      // The reference pads right and bottom only.
      return x.convolved(
        weight: change.weight, bias: change.bias, stride: 2,
        padding: Padding(top: 0, bottom: 1, left: 0, right: 1))
    }
  }
}
