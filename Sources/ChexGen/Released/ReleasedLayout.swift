/// The tensors of a released model, as its files name and shape them, in their order.
///
/// The released weights are credentialed; with these lists, files of their size and layout can be
/// written and measured without them.
package struct ReleasedLayout: Sendable {
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let shape: [Int]
  }

  package private(set) var entries: [Entry] = []

  private mutating func add(_ name: String, _ shape: [Int]) {
    entries.append(Entry(name: name, shape: shape))
  }

  private mutating func addAffine(_ name: String, _ shape: [Int]) {
    add(name + ".weight", shape)
    add(name + ".bias", [shape[0]])
  }
}

// MARK: Diffusion transformer

extension ReleasedLayout {
  /// DiT-XL/2: 1152 channels, patches of 2, 120 caption tokens of 4096 channels.
  ///
  /// - Parameters:
  ///   - resolution: Pixels per side; 8 times 2 of them are one token.
  ///   - depth: 28 blocks in the released model.
  package static func diffusionTransformer(resolution: Int, depth: Int = 28) -> ReleasedLayout {
    var layout = ReleasedLayout()
    layout.addTransformer(prefix: "", side: resolution / 16, depth: depth)
    return layout
  }

  /// The control checkpoint: a DiT-XL/2 of 512 pixels and copies of its first blocks.
  package static func control(depth: Int = 28, copies: Int = 13) -> ReleasedLayout {
    var layout = ReleasedLayout()
    layout.addTransformer(prefix: "base_model.", side: 32, depth: depth)
    for copy in 0..<copies {
      layout.addBlock("controlnet.\(copy).copied_block.")
      if copy == 0 { layout.addAffine("controlnet.0.before_proj", [width, width]) }
      layout.addAffine("controlnet.\(copy).after_proj", [width, width])
    }
    return layout
  }

  private static var width: Int { 1152 }

  private mutating func addTransformer(prefix: String, side: Int, depth: Int) {
    let width = Self.width
    add(prefix + "pos_embed", [1, side * side, width])
    addAffine(prefix + "x_embedder.proj", [width, 4, 2, 2])
    addAffine(prefix + "t_embedder.mlp.0", [width, 256])
    addAffine(prefix + "t_embedder.mlp.2", [width, width])
    add(prefix + "y_embedder.y_embedding", [120, 4096])
    addAffine(prefix + "y_embedder.y_proj.fc1", [width, 4096])
    addAffine(prefix + "y_embedder.y_proj.fc2", [width, width])
    for block in 0..<depth { addBlock(prefix + "blocks.\(block).") }
    add(prefix + "final_layer.shift_scale_table", [2, width])
    addAffine(prefix + "final_layer.linear", [32, width])
    addAffine(prefix + "t_block.1", [6 * width, width])
  }

  private mutating func addBlock(_ prefix: String) {
    let width = Self.width
    add(prefix + "shift_scale_gate_table", [6, width])
    addAffine(prefix + "attn.qkv", [3 * width, width])
    addAffine(prefix + "attn.proj", [width, width])
    addAffine(prefix + "cross_attn.q_linear", [width, width])
    addAffine(prefix + "cross_attn.kv_linear", [2 * width, width])
    addAffine(prefix + "cross_attn.proj", [width, width])
    addAffine(prefix + "mlp.fc1", [4 * width, width])
    addAffine(prefix + "mlp.fc2", [width, 4 * width])
  }
}

// MARK: Text encoder and autoencoder

extension ReleasedLayout {
  /// The encoder of T5 v1.1 XXL: 4096 channels, 64 heads; 24 blocks in the released model.
  package static func textEncoder(depth: Int = 24) -> ReleasedLayout {
    var layout = ReleasedLayout()
    layout.add("shared.weight", [32_128, 4096])
    layout.add("encoder.embed_tokens.weight", [32_128, 4096])
    for block in 0..<depth {
      let attention = "encoder.block.\(block).layer.0."
      for name in ["q", "k", "v", "o"] {
        layout.add(attention + "SelfAttention.\(name).weight", [4096, 4096])
      }
      if block == 0 {
        layout.add(attention + "SelfAttention.relative_attention_bias.weight", [32, 64])
      }
      layout.add(attention + "layer_norm.weight", [4096])
      let feed = "encoder.block.\(block).layer.1."
      layout.add(feed + "DenseReluDense.wi_0.weight", [10_240, 4096])
      layout.add(feed + "DenseReluDense.wi_1.weight", [10_240, 4096])
      layout.add(feed + "DenseReluDense.wo.weight", [4096, 10_240])
      layout.add(feed + "layer_norm.weight", [4096])
    }
    layout.add("encoder.final_layer_norm.weight", [4096])
    return layout
  }

  /// sd-vae-ft-ema and sd-vae-ft-mse, under diffusers' names.
  package static var autoencoder: ReleasedLayout {
    var layout = ReleasedLayout()
    let widths = [128, 256, 512, 512]
    layout.addAffine("encoder.conv_in", [128, 3, 3, 3])
    var channels = 128
    for (level, width) in widths.enumerated() {
      for index in 0..<2 {
        layout.addResidual("encoder.down_blocks.\(level).resnets.\(index)", channels, width)
        channels = width
      }
      if level < 3 {
        layout.addAffine(
          "encoder.down_blocks.\(level).downsamplers.0.conv", [width, width, 3, 3])
      }
    }
    layout.addMiddle("encoder.mid_block")
    layout.addAffine("encoder.conv_norm_out", [512])
    layout.addAffine("encoder.conv_out", [8, 512, 3, 3])
    layout.addAffine("decoder.conv_in", [512, 4, 3, 3])
    for (level, width) in widths.reversed().enumerated() {
      for index in 0..<3 {
        layout.addResidual("decoder.up_blocks.\(level).resnets.\(index)", channels, width)
        channels = width
      }
      if level < 3 {
        layout.addAffine("decoder.up_blocks.\(level).upsamplers.0.conv", [width, width, 3, 3])
      }
    }
    layout.addMiddle("decoder.mid_block")
    layout.addAffine("decoder.conv_norm_out", [128])
    layout.addAffine("decoder.conv_out", [3, 128, 3, 3])
    layout.addAffine("quant_conv", [8, 8, 1, 1])
    layout.addAffine("post_quant_conv", [4, 4, 1, 1])
    return layout
  }

  private mutating func addResidual(_ name: String, _ inputs: Int, _ outputs: Int) {
    addAffine(name + ".norm1", [inputs])
    addAffine(name + ".conv1", [outputs, inputs, 3, 3])
    addAffine(name + ".norm2", [outputs])
    addAffine(name + ".conv2", [outputs, outputs, 3, 3])
    if inputs != outputs { addAffine(name + ".conv_shortcut", [outputs, inputs, 1, 1]) }
  }

  private mutating func addMiddle(_ name: String) {
    addAffine(name + ".attentions.0.group_norm", [512])
    for part in ["to_q", "to_k", "to_v", "to_out.0"] {
      addAffine(name + ".attentions.0." + part, [512, 512])
    }
    for index in 0..<2 { addResidual(name + ".resnets.\(index)", 512, 512) }
  }
}
