import OnnxGraphs
import Tensors

/// The decoder of the autoencoder as a graph: what ``Autoencoder/decode(_:)`` computes.
///
/// Input `latents` `[rows, latentChannels, height, width]`, output `images`; all extents but the channels
/// are open.
struct DecoderGraph {
  let network: Autoencoder

  func builder() throws -> GraphBuilder {
    var graph = GraphBuilder()
    var x = graph.input(
      "latents", ["rows", .size(network.latentChannels), "height", "width"])
    if let first = network.postQuantization { x = graph.convolution(x, first) }
    x = graph.convolution(x, network.decoderIn)
    x = residual(x, network.decoderMiddle.first, in: &graph)
    if let attention = network.decoderMiddle.attention {
      x = try attend(x, attention, in: &graph)
    }
    x = residual(x, network.decoderMiddle.second, in: &graph)
    for level in network.decoderLevels {
      for block in level.residuals { x = residual(x, block, in: &graph) }
      guard let change = level.change else { continue }
      let scales = graph.constant([1, 1, 2, 2], [4])
      x = graph.node(
        "Resize", [x, nil, scales],
        [
          .string("mode", "nearest"), .string("coordinate_transformation_mode", "asymmetric"),
          .string("nearest_mode", "floor"),
        ])
      x = graph.convolution(x, change)
    }
    x = graph.convolution(
      graph.groupNorm(x, network.decoderNorm, silu: true), network.decoderOut)
    graph.output(x, "images", ["rows", .size(network.imageChannels), "imageHeight", "imageWidth"])
    return graph
  }

  private func residual(
    _ x: GraphBuilder.Value, _ block: ResidualBlock, in graph: inout GraphBuilder
  ) -> GraphBuilder.Value {
    let first = graph.convolution(graph.groupNorm(x, block.norm1, silu: true), block.convolution1)
    let second = graph.convolution(
      graph.groupNorm(first, block.norm2, silu: true), block.convolution2)
    return graph.add(second, block.shortcut.map { graph.convolution(x, $0) } ?? x)
  }

  private func attend(
    _ x: GraphBuilder.Value, _ attention: PixelAttention, in graph: inout GraphBuilder
  ) throws -> GraphBuilder.Value {
    let channels = attention.norm.weight.count
    let flat = graph.reshape(
      graph.groupNorm(x, attention.norm, silu: false), [0, channels, -1])
    let pixels = graph.transpose(flat, [0, 2, 1])
    // How many pixels there are is known when the graph runs, so the maps are plain products.
    func map(_ linear: Linear, _ x: GraphBuilder.Value, _ graph: inout GraphBuilder) throws
      -> GraphBuilder.Value
    {
      let (matrix, offset) = try linear.full()
      return graph.add(
        graph.node(
          "FusedMatMul", [x, graph.weight(matrix)], [.integer("transB", 1)],
          domain: GraphBuilder.fused), graph.weight(offset))
    }
    let query = try map(attention.query, pixels, &graph)
    let key = try map(attention.key, pixels, &graph)
    let value = try map(attention.value, pixels, &graph)
    let attended = graph.attention(
      query: query, key: key, value: value, heads: 1, headWidth: channels)
    let mapped = try map(attention.projection, attended, &graph)
    let projected = graph.transpose(mapped, [0, 2, 1])
    return graph.add(graph.node("Reshape", [projected, graph.node("Shape", [x])]), x)
  }
}
