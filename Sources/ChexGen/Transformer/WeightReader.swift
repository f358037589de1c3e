import AuditModel
import Basics
import Checkpoints
import Tensors

/// Reads the tensors of one network out of an archive and checks their shapes against its sizes.
struct WeightReader {
  let archive: any TensorArchive
  /// Put before every key, such as `base_model.`.
  let prefix: String
  /// How the matrices of linear maps are kept.
  let precision: GeneratorSpecification.Precision

  init(
    _ archive: any TensorArchive, prefix: String = "",
    precision: GeneratorSpecification.Precision = .fp32
  ) {
    self.archive = archive
    self.prefix = prefix
    self.precision = precision
  }

  /// The same archive, deeper by `name` and a full stop.
  func inside(_ name: String) -> WeightReader {
    WeightReader(archive, prefix: prefix + name + ".", precision: precision)
  }

  /// The same place, with linear maps kept in another precision.
  func with(_ precision: GeneratorSpecification.Precision) -> WeightReader {
    WeightReader(archive, prefix: prefix, precision: precision)
  }

  func contains(_ key: String) -> Bool { archive.entry(prefix + key) != nil }

  /// The shape of a tensor.
  ///
  /// - Throws: `AuditFailure` that names the file and the key when the tensor is absent.
  func shape(_ key: String) throws -> [Int] {
    guard let entry = archive.entry(prefix + key) else { throw missing(key) }
    return entry.shape
  }

  /// A tensor of exactly this shape.
  func tensor(_ key: String, _ expected: [Int]) throws -> Tensor {
    let found = try shape(key)
    guard found == expected else {
      throw AuditFailure(
        "\(archive.path): tensor '\(prefix + key)' has shape \(found), not \(expected)",
        hint: "the file does not fit the sizes read from its other tensors; is it the right one?")
    }
    return try archive.tensor(prefix + key)
  }

  /// A Linear with bias; its weight may be stored as a 1×1 convolution.
  func linear(_ key: String, inputs: Int, outputs: Int) throws -> Linear {
    let found = try shape(key + ".weight")
    guard found.count >= 2, found[0] == outputs, found[1] == inputs,
      found.dropFirst(2).allSatisfy({ $0 == 1 })
    else {
      throw AuditFailure(
        "\(archive.path): tensor '\(prefix + key).weight' has shape \(found), "
          + "not \([outputs, inputs])",
        hint: "the file does not fit the sizes read from its other tensors; is it the right one?")
    }
    return Linear(
      weight: try archive.tensor(prefix + key + ".weight").reshaped([outputs, inputs]),
      bias: try tensor(key + ".bias", [outputs]), precision: precision)
  }

  /// How many consecutive numbers from 0 appear in place of `#` in keys that begin with `pattern`.
  ///
  /// `count(ofBlocks: "blocks.#.")` is the depth of the network.
  func count(ofBlocks pattern: String) -> Int {
    let parts = pattern.split(separator: "#", omittingEmptySubsequences: false)
    let start = prefix + parts[0]
    let end = parts.count > 1 ? String(parts[1]) : ""
    var found = Set<Int>()
    for name in archive.names where name.hasPrefix(start) {
      let rest = name.dropFirst(start.count)
      let digits = rest.prefix(while: \.isNumber)
      if rest.dropFirst(digits.count).hasPrefix(end), let number = Int(digits) {
        found.insert(number)
      }
    }
    var count = 0
    while found.contains(count) { count += 1 }
    return count
  }

  private func missing(_ key: String) -> AuditFailure {
    let hint =
      if archive.entry("base_model." + key) != nil {
        "this is a control checkpoint; give it as \"control\""
      } else if prefix.hasPrefix("base_model."), archive.entry(key) != nil {
        "this is a plain DiT checkpoint; give it as \"dit\""
      } else {
        "\(archive.names.count) tensors are there, the first is '\(archive.names.first ?? "none")'"
      }
    return AuditFailure("\(archive.path) has no tensor '\(prefix + key)'", hint: hint)
  }
}

/// An affine map with weight `[outputs, inputs]` and bias `[outputs]`.
struct Linear: Sendable {
  private enum Matrix: Sendable {
    case full(Tensor)
    case half(HalfMatrix)
  }
  private let matrix: Matrix
  private let bias: Tensor

  init(weight: Tensor, bias: Tensor, precision: GeneratorSpecification.Precision = .fp32) {
    matrix = precision == .bf16 ? .half(HalfMatrix(weight)) : .full(weight)
    self.bias = bias
  }

  /// Weight and bias in single precision, for an engine that multiplies elsewhere.
  /// - Throws: `AuditFailure` where the weight is kept in half precision.
  func full() throws -> (weight: Tensor, bias: Tensor) {
    guard case .full(let weight) = matrix else {
      throw AuditFailure(
        "half precision is the built-in networks' own", hint: "set \"precision\": \"fp32\"")
    }
    return (weight, bias)
  }

  /// `[..., inputs]` to `[..., outputs]`.
  func callAsFunction(_ x: Tensor, activation: Activation = .identity) -> Tensor {
    switch matrix {
    case .full(let weight): x.linear(weight: weight, bias: bias, activation: activation)
    case .half(let weight): x.linear(weight: weight, bias: bias, activation: activation)
    }
  }
}
