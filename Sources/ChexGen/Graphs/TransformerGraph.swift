import OnnxGraphs
import Tensors

/// The denoiser as a graph: what ``DiffusionTransformer/predict(latents:timesteps:captions:condition:)``
/// computes, from the same tensors in the same memory.
///
/// Inputs: `latents` and, with control, `condition` `[rows, latentChannels, height, width]`; `sinusoids`
/// `[rows, frequencyChannels]`; `captions` `[rows, longest, channels]`, projected once on the host; `mask`
/// `[rows, longest]`. Rows and the longest caption are open, the grid is fixed.
struct TransformerGraph {
  let network: DiffusionTransformer
  /// Tokens down and across.
  let height: Int
  let width: Int
  let isConditioned: Bool

  private var sizes: TransformerSizes { network.sizes }
  private var tokens: Int { height * width }

  func builder() throws -> GraphBuilder {
    var graph = GraphBuilder()
    let side = sizes.patch
    let picture: [GraphBuilder.Extent] = [
      "rows", .size(sizes.latentChannels), .size(height * side), .size(width * side),
    ]
    let latents = graph.input("latents", picture)
    let sinusoids = graph.input("sinusoids", ["rows", .size(sizes.frequencyChannels)])
    let captions = graph.input("captions", ["rows", "longest", .size(sizes.channels)])
    let floats = graph.input("mask", ["rows", "longest"])
    // 6 is a 32-bit integer, which the attention wants.
    let mask = graph.node("Cast", [floats], [.integer("to", 6)])
    let time = try graph.linear(
      graph.silu(graph.linear(sinusoids, network.timestepIn)), network.timestepOut)
    let shared = graph.reshape(
      try graph.linear(graph.silu(time), network.timestepBlock), [-1, 6, sizes.channels])

    let stored = network.positions.positions(height: height, width: width)
    var x = try embed(latents, positions: stored, in: &graph)
    if isConditioned, let control = network.control {
      let condition = graph.input("condition", picture)
      let embedded = try embed(
        condition, positions: network.positions.computed(height: height, width: width), in: &graph)
      x = try controlled(
        x, condition: embedded, control, shared: shared, captions: captions, mask: mask, in: &graph)
    } else {
      for block in network.blocks {
        x = try run(block, x, shared: shared, captions: captions, mask: mask, in: &graph)
      }
    }
    x = try finish(x, time: time, in: &graph)
    graph.output(
      x, "prediction",
      ["rows", .size(sizes.outputChannels), .size(height * side), .size(width * side)])
    return graph
  }

  /// `[rows, channels, height, width]` to `[rows, tokens, channels]`, positions added.
  private func embed(
    _ latents: GraphBuilder.Value, positions: Tensor, in graph: inout GraphBuilder
  ) throws -> GraphBuilder.Value {
    let (matrix, offset) = try network.patchEmbedder.full()
    let side = sizes.patch
    let patches = graph.node(
      "Conv",
      [
        latents,
        graph.weight(matrix, as: [sizes.channels, sizes.latentChannels, side, side]),
        graph.weight(offset),
      ], [.integers("strides", [side, side])])
    let flat = graph.transpose(graph.reshape(patches, [0, sizes.channels, tokens]), [0, 2, 1])
    return graph.add(flat, graph.weight(positions, as: [1, tokens, sizes.channels]))
  }

  private func controlled(
    _ x: GraphBuilder.Value, condition: GraphBuilder.Value, _ control: ControlBranch,
    shared: GraphBuilder.Value, captions: GraphBuilder.Value, mask: GraphBuilder.Value,
    in graph: inout GraphBuilder
  ) throws -> GraphBuilder.Value {
    func next(
      _ block: DiffusionTransformerBlock, _ x: GraphBuilder.Value, _ graph: inout GraphBuilder
    ) throws -> GraphBuilder.Value {
      try run(block, x, shared: shared, captions: captions, mask: mask, in: &graph)
    }
    var x = try next(network.blocks[0], x, &graph)
    var carried = graph.add(x, try graph.linear(condition, tokens: tokens, control.before))
    for index in 1..<network.blocks.count {
      if index <= control.copies.count {
        let copy = control.copies[index - 1]
        carried = try next(copy.block, carried, &graph)
        x = graph.add(x, try graph.linear(carried, tokens: tokens, copy.after))
      }
      x = try next(network.blocks[index], x, &graph)
    }
    return x
  }

  /// One block; see ``DiffusionTransformerBlock``.
  private func run(
    _ block: DiffusionTransformerBlock, _ x: GraphBuilder.Value, shared: GraphBuilder.Value,
    captions: GraphBuilder.Value, mask: GraphBuilder.Value, in graph: inout GraphBuilder
  ) throws -> GraphBuilder.Value {
    let (channels, heads) = (sizes.channels, block.heads)
    let headWidth = channels / heads
    let table = graph.weight(block.shiftScaleGateTable, as: [1, 6, channels])
    let parts = graph.nodes(
      "Split", [graph.add(shared, table)], outputs: 6,
      [.integer("axis", 1), .integer("num_outputs", 6)])
    var x = x
    let normed = graph.modulatedNorm(x, channels: channels, shift: parts[0], scale: parts[1])
    let projected = graph.nodes(
      "Split", [try graph.linear(normed, tokens: tokens, block.queryKeyValue)], outputs: 3,
      [.integer("axis", 2), .integer("num_outputs", 3)])
    let attended = graph.attention(
      query: projected[0], key: projected[1], value: projected[2], heads: heads,
      headWidth: headWidth)
    x = graph.add(
      x,
      graph.multiply(try graph.linear(attended, tokens: tokens, block.selfProjection), parts[2]))

    let (matrix, offset) = try block.crossKeyValue.full()
    // Captions have no fixed length, so the map is a plain product.
    let keysValues = graph.nodes(
      "Split",
      [
        graph.add(graph.product(captions, graph.weight(matrix)), graph.weight(offset))
      ], outputs: 2, [.integer("axis", 2), .integer("num_outputs", 2)])
    let crossed = graph.attention(
      query: try graph.linear(x, tokens: tokens, block.crossQuery), key: keysValues[0],
      value: keysValues[1], mask: mask, heads: heads, headWidth: headWidth)
    x = graph.add(x, try graph.linear(crossed, tokens: tokens, block.crossProjection))

    let second = graph.modulatedNorm(x, channels: channels, shift: parts[3], scale: parts[4])
    let hidden = graph.node(
      "Gelu", [try graph.linear(second, tokens: tokens, block.mlpIn)],
      [.string("approximate", "tanh")])
    return graph.add(
      x, graph.multiply(try graph.linear(hidden, tokens: tokens, block.mlpOut), parts[5]))
  }

  private func finish(
    _ x: GraphBuilder.Value, time: GraphBuilder.Value, in graph: inout GraphBuilder
  ) throws -> GraphBuilder.Value {
    let (channels, side, outputs) = (sizes.channels, sizes.patch, sizes.outputChannels)
    let table = graph.weight(network.finalTable, as: [1, 2, channels])
    let parts = graph.nodes(
      "Split", [graph.add(graph.reshape(time, [-1, 1, channels]), table)], outputs: 2,
      [.integer("axis", 1), .integer("num_outputs", 2)])
    let normed = graph.modulatedNorm(x, channels: channels, shift: parts[0], scale: parts[1])
    let patches = try graph.linear(normed, tokens: tokens, network.finalLinear)
    // The last axis is (dy, dx, channel).
    let split = graph.reshape(patches, [-1, height, width, side, side, outputs])
    return graph.reshape(
      graph.transpose(split, [0, 5, 1, 3, 2, 4]), [-1, outputs, height * side, width * side])
  }
}
