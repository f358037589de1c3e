import Tensors

/// One block: gated self-attention, cross-attention to the caption, gated MLP.
///
/// ```
/// tokens += gate₁ · selfAttention(norm(tokens) · (1 + scale₁) + shift₁)
/// tokens += crossAttention(tokens, caption)          no norm before it, no gate
/// tokens += gate₂ · mlp(norm(tokens) · (1 + scale₂) + shift₂)
/// ```
/// The six rows come from one projection of the timestep shared by all blocks, plus this block's
/// own table (adaLN-single; PixArt-α, Chen et al. 2023).
struct DiffusionTransformerBlock: Sendable {
  /// `[6, channels]`: shift, scale and gate of self-attention, then of the MLP.
  let shiftScaleGateTable: Tensor
  let queryKeyValue: Linear
  let selfProjection: Linear
  let crossQuery: Linear
  let crossKeyValue: Linear
  let crossProjection: Linear
  let mlpIn: Linear
  let mlpOut: Linear
  let heads: Int

  init(reading weights: WeightReader, sizes: TransformerSizes) throws {
    let (width, hidden) = (sizes.channels, sizes.hiddenChannels)
    shiftScaleGateTable = try weights.tensor("shift_scale_gate_table", [6, width])
    queryKeyValue = try weights.linear("attn.qkv", inputs: width, outputs: 3 * width)
    selfProjection = try weights.linear("attn.proj", inputs: width, outputs: width)
    crossQuery = try weights.linear("cross_attn.q_linear", inputs: width, outputs: width)
    crossKeyValue = try weights.linear("cross_attn.kv_linear", inputs: width, outputs: 2 * width)
    crossProjection = try weights.linear("cross_attn.proj", inputs: width, outputs: width)
    mlpIn = try weights.linear("mlp.fc1", inputs: width, outputs: hidden)
    mlpOut = try weights.linear("mlp.fc2", inputs: hidden, outputs: width)
    heads = sizes.heads
  }

  /// The tokens after this block.
  ///
  /// - Parameters:
  ///   - tokens: `[rows, tokens, channels]`.
  ///   - timestep: `[rows, 6 * channels]`, the shared projection of the timestep.
  ///   - caption: This block's keys and values of the captions.
  func callAsFunction(_ tokens: Tensor, timestep: Tensor, caption: CaptionKeysValues) -> Tensor {
    let modulation = Modulation(table: shiftScaleGateTable, timestep: timestep)
    var tokens = tokens
    let attended = selfAttention(
      tokens.modulatedLayerNorm(shift: modulation[0], scale: modulation[1]))
    tokens.addGated(attended, gate: modulation[2])
    tokens.add(crossAttention(tokens, caption: caption))
    let hidden = mlp(tokens.modulatedLayerNorm(shift: modulation[3], scale: modulation[4]))
    tokens.addGated(hidden, gate: modulation[5])
    return tokens
  }

  /// Attention among the tokens of each row, `[rows, tokens, channels]`.
  func selfAttention(_ x: Tensor) -> Tensor {
    let (rows, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
    let projected = queryKeyValue(x)
    let attended = attention(
      queries: HeadView(projected), keys: HeadView(projected, column: width),
      values: HeadView(projected, column: 2 * width), batch: rows, queryCount: tokens,
      keyCounts: Array(repeating: tokens, count: rows), heads: heads, headWidth: width / heads,
      scale: 1 / Float(width / heads).squareRoot())
    return selfProjection(attended)
  }

  /// Attention of the tokens to the caption of their row, `[rows, tokens, channels]`.
  func crossAttention(_ x: Tensor, caption: CaptionKeysValues) -> Tensor {
    let (rows, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
    let attended = attention(
      queries: HeadView(crossQuery(x)), keys: HeadView(caption.keysValues),
      values: HeadView(caption.keysValues, column: width), batch: rows, queryCount: tokens,
      keyCounts: caption.tokenCounts, heads: heads, headWidth: width / heads,
      scale: 1 / Float(width / heads).squareRoot())
    return crossProjection(attended)
  }

  func mlp(_ x: Tensor) -> Tensor { mlpOut(mlpIn(x, activation: .geluTanh)) }
}

/// Rows of an adaptive-norm table added to a projection of the timestep.
struct Modulation {
  private let parts: [Tensor]

  /// - Parameters:
  ///   - table: `[parts, channels]`.
  ///   - timestep: `[rows, parts * channels]`, or `[rows, channels]` to add to every part.
  init(table: Tensor, timestep: Tensor) {
    let (partCount, width) = (table.shape[0], table.shape[1])
    let rows = timestep.shape[0]
    let perPart = timestep.shape[1] == partCount * width
    parts = (0..<partCount).map { part in
      var result = Tensor(uninitialized: [rows, width])
      result.withUnsafeMutablePointer { out in
        table.withUnsafePointer { table in
          timestep.withUnsafePointer { timestep in
            for row in 0..<rows {
              let source = timestep + (perPart ? (row * partCount + part) * width : row * width)
              for i in 0..<width { out[row * width + i] = table[part * width + i] + source[i] }
            }
          }
        }
      }
      return result
    }
  }

  /// `[rows, channels]`.
  subscript(part: Int) -> Tensor { parts[part] }
}
