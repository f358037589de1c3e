import OnnxGraphs
import Tensors

/// The encoder of the autoencoder as a graph: what ``Encoder/moments(_:)`` computes.
///
/// Input `images` `[rows, 3, height, width]`, output `moments`: means, then log-variances; all extents but the
/// channels are open.
struct EncoderGraph {
  let network: Encoder

  func builder() throws -> GraphBuilder {
    var graph = GraphBuilder()
    var x = graph.input(
      "images", ["rows", .size(network.convolutionIn.inputs), "height", "width"])
    x = graph.convolution(x, network.convolutionIn)
    for level in network.levels {
      for block in level.residuals { x = graph.residual(x, block) }
      guard let change = level.change else { continue }
      // The reference pads right and bottom only: top, left, bottom, right.
      x = graph.node(
        "Conv", [x, graph.weight(change.weight), graph.weight(change.bias)],
        [.integers("strides", [2, 2]), .integers("pads", [0, 0, 1, 1])])
    }
    x = try graph.middle(x, network.middle)
    x = graph.convolution(graph.groupNorm(x, network.norm, silu: true), network.convolutionOut)
    if let quantization = network.quantization { x = graph.convolution(x, quantization) }
    let outputs = network.quantization?.outputs ?? network.convolutionOut.outputs
    graph.output(x, "moments", ["rows", .size(outputs), "latentHeight", "latentWidth"])
    return graph
  }
}
