import OnnxGraphs
import Tensors

/// One block of the text encoder as a graph: what ``T5Encoder`` computes in a block.
///
/// The weights are inputs, because all blocks are alike but for them: one graph serves every block, and no more
/// than one block's weights is in memory, which for T5-XXL are gigabytes less. Inputs: `hidden`
/// `[rows, tokens, channels]`, `mask` `[rows, tokens]`, `bias` `[1, heads, tokens, tokens]`, and the weights by
/// ``Weights``' names; output `blocked` like `hidden`. Rows and tokens are open.
struct TextBlockGraph {
  /// The weights of one block, `[outputs, inputs]` each but the norms'.
  struct Weights {
    var attentionNorm: Tensor
    var query: Tensor
    var key: Tensor
    var value: Tensor
    var attentionOutput: Tensor
    var feedForwardNorm: Tensor
    var gate: Tensor
    var inner: Tensor
    var output: Tensor

    /// By the graph's names.
    var named: [String: Tensor] {
      [
        "attentionNorm": attentionNorm, "query": query, "key": key, "value": value,
        "attentionOutput": attentionOutput, "feedForwardNorm": feedForwardNorm, "gate": gate,
        "inner": inner, "output": output,
      ]
    }
  }

  let configuration: T5Configuration

  func builder() -> GraphBuilder {
    var graph = GraphBuilder()
    let (channels, heads) = (configuration.channels, configuration.heads)
    let (attended, widened) = (heads * configuration.headWidth, configuration.feedForwardWidth)
    let hidden = graph.input("hidden", ["rows", "tokens", .size(channels)])
    let floats = graph.input("mask", ["rows", "tokens"])
    let bias = graph.input("bias", [1, .size(heads), "tokens", "tokens"])
    let unmasked = graph.maskBias(floats)
    func matrix(_ name: String, _ outputs: Int, _ inputs: Int) -> GraphBuilder.Value {
      graph.input(name, [.size(outputs), .size(inputs)])
    }

    let first = graph.rootMeanSquareNorm(
      hidden, graph.input("attentionNorm", [.size(channels)]),
      epsilon: configuration.layerNormEpsilon)
    let projections = ["query", "key", "value"].map { name in
      graph.product(first, matrix(name, attended, channels))
    }
    let mixed = graph.unscaledAttention(
      projections, bias: graph.add(bias, unmasked), heads: heads,
      headWidth: configuration.headWidth)
    let x = graph.add(hidden, graph.product(mixed, matrix("attentionOutput", channels, attended)))

    let second = graph.rootMeanSquareNorm(
      x, graph.input("feedForwardNorm", [.size(channels)]),
      epsilon: configuration.layerNormEpsilon)
    let gate = graph.node(
      "Gelu", [graph.product(second, matrix("gate", widened, channels))],
      [.string("approximate", "tanh")])
    let gated = graph.multiply(gate, graph.product(second, matrix("inner", widened, channels)))
    graph.output(
      graph.add(x, graph.product(gated, matrix("output", channels, widened))), "blocked",
      ["rows", "tokens", .size(channels)])
    return graph
  }
}
