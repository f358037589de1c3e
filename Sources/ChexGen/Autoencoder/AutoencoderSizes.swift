import Basics
import Checkpoints
import Tensors

/// What an autoencoder's tensors do not show: the rest is read from their shapes.
package struct AutoencoderSettings: Sendable, Equatable {
  /// Groups of every group norm; diffusers' `norm_num_groups`.
  package var normGroups = 32
  /// Latents are multiplied by this before diffusion; diffusers' `scaling_factor`.
  package var latentScale: Float = 0.18215

  package init() {}

  /// Reads a diffusers `AutoencoderKL` config; keys that are absent keep their defaults.
  ///
  /// - Throws: `AuditFailure` when a value is not a positive number or the activation is not SiLU.
  package init(config: JSONValue, path: String) throws {
    if let groups = config["norm_num_groups"] {
      guard let value = groups.int, value > 0 else {
        throw AuditFailure("\(path): 'norm_num_groups' is not a positive whole number")
      }
      normGroups = value
    }
    if let scale = config["scaling_factor"] {
      guard let value = scale.double, value.isFinite, value > 0 else {
        throw AuditFailure("\(path): 'scaling_factor' is not a positive number")
      }
      latentScale = Float(value)
    }
    if let activation = config["act_fn"]?.string, activation != "silu", activation != "swish" {
      throw AuditFailure("\(path): 'act_fn' is '\(activation)'; only 'silu' is supported")
    }
  }
}

/// A convolution's weight `[outputs, inputs, height, width]` and bias `[outputs]`.
struct ConvolutionWeights: Sendable {
  let weight: Tensor
  let bias: Tensor
  var inputs: Int { weight.shape[1] }
  var outputs: Int { weight.shape[0] }

  init(reading weights: WeightReader, _ key: String, inputs: Int? = nil, kernel: Int) throws {
    let shape = try weights.shape(key + ".weight")
    guard shape.count == 4, shape[2] == kernel, shape[3] == kernel,
      inputs.map({ $0 == shape[1] }) ?? true, shape[0] > 0, shape[1] > 0
    else {
      throw AuditFailure(
        "\(weights.archive.path): tensor '\(weights.prefix)\(key).weight' has shape \(shape), "
          + "not [outputs, \(inputs.map(String.init) ?? "inputs"), \(kernel), \(kernel)]")
    }
    weight = try weights.tensor(key + ".weight", shape)
    bias = try weights.tensor(key + ".bias", [shape[0]])
  }

  /// A convolution that keeps height and width.
  func callAsFunction(_ x: Tensor, upsampled: Bool = false) -> Tensor {
    x.convolved(
      weight: weight, bias: bias, padding: Padding(weight.shape[2] / 2), upsampled: upsampled)
  }
}

/// A group norm with affine parameters per channel; epsilon 1e-6 throughout the autoencoder.
struct GroupNormWeights: Sendable {
  let groups: Int
  let weight: Tensor
  let bias: Tensor

  init(reading weights: WeightReader, _ key: String, channels: Int, groups: Int) throws {
    guard channels % groups == 0 else {
      throw AuditFailure(
        "\(weights.archive.path): \(channels) channels of '\(weights.prefix)\(key)' do not form "
          + "\(groups) groups",
        hint: "write \"norm_num_groups\" into the autoencoder's config.json")
    }
    self.groups = groups
    weight = try weights.tensor(key + ".weight", [channels])
    bias = try weights.tensor(key + ".bias", [channels])
  }

  func callAsFunction(_ x: Tensor, silu: Bool) -> Tensor {
    x.groupNorm(groups: groups, weight: weight, bias: bias, epsilon: 1e-6, silu: silu)
  }
}
