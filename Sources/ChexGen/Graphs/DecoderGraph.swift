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
    x = try graph.middle(x, network.decoderMiddle)
    for level in network.decoderLevels {
      for block in level.residuals { x = graph.residual(x, block) }
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
}
