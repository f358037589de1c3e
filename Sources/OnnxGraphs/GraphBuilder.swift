import Tensors

/// Builds an ONNX graph, node after node, with weights that stay in the memory they are in.
///
/// - SeeAlso: onnx.ai/onnx/repo-docs/IR.html; field numbers are those of `onnx.proto`.
package struct GraphBuilder {
  /// What flows from one node to the next.
  package struct Value: Sendable, Equatable {
    let name: String
  }

  /// A named setting of a node.
  package enum Attribute: Sendable {
    case integer(String, Int)
    case integers(String, [Int])
    case float(String, Float)
    case string(String, String)
  }

  /// Operators beyond ONNX's own that ONNX Runtime brings: fused attention.
  package static let fused = "com.microsoft"

  private enum ElementType: Int { case float = 1, integer = 7 }

  private var nodes = ProtobufWriter()
  private var initializers = ProtobufWriter()
  private var ports = ProtobufWriter()
  private var count = 0
  private var known: [ObjectIdentifier: [String: Value]] = [:]
  /// In the order in which they were first used.
  private(set) var weights: [(name: String, tensor: Tensor)] = []

  package init() {}

  private mutating func freshName() -> String {
    count += 1
    return "v\(count)"
  }

  /// An input of 32-bit floats.
  ///
  /// - Parameter shape: Names for extents that are only known when the graph runs, numbers for others.
  package mutating func input(_ name: String, _ shape: [Extent]) -> Value {
    port(11, name, shape)
    return Value(name: name)
  }

  /// Makes a value an output under its name, which ``GraphSession`` asks for.
  package mutating func output(_ value: Value, _ name: String, _ shape: [Extent]) {
    append("Identity", [value], to: [name])
    port(12, name, shape)
  }

  /// An extent of an input: a number, or a name.
  package enum Extent: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case size(Int)
    case named(String)
    package init(integerLiteral value: Int) { self = .size(value) }
    package init(stringLiteral value: String) { self = .named(value) }
  }

  private mutating func port(_ field: Int, _ name: String, _ shape: [Extent]) {
    ports.message(field) { info in
      info.string(1, name)
      info.message(2) { type in
        type.message(1) { tensor in
          tensor.integer(1, ElementType.float.rawValue)
          tensor.message(2) { extents in
            for extent in shape {
              extents.message(1) { dimension in
                switch extent {
                case .size(let size): dimension.integer(1, size)
                case .named(let name): dimension.string(2, name)
                }
              }
            }
          }
        }
      }
    }
  }

  /// A weight as it lies in memory, in another shape where one is given; used twice, it is one value.
  package mutating func weight(_ tensor: Tensor, as shape: [Int]? = nil) -> Value {
    let shape = shape ?? tensor.shape
    precondition(shape.reduce(1, *) == tensor.count)
    let key = "\(shape)"
    if let value = known[ObjectIdentifier(tensor.storage)]?[key] { return value }
    let name = freshName()
    initializers.message(5) { proto in
      for extent in shape { proto.integer(1, extent) }
      proto.integer(2, ElementType.float.rawValue)
      proto.string(8, name)
      // The session is given the memory itself; the place is only a name.
      for (key, value) in [
        ("location", "weights"), ("offset", "0"), ("length", "\(tensor.count * 4)"),
      ] {
        proto.message(13) { entry in
          entry.string(1, key)
          entry.string(2, value)
        }
      }
      proto.integer(14, 1)
    }
    weights.append((name, tensor.reshaped(shape)))
    known[ObjectIdentifier(tensor.storage), default: [:]][key] = Value(name: name)
    return Value(name: name)
  }

  /// Small constants that the graph carries itself.
  package mutating func constant(_ values: [Float], _ shape: [Int]) -> Value {
    precondition(shape.reduce(1, *) == values.count)
    return constant(.float, shape) { proto in
      proto.data(9, values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    }
  }

  /// A list of whole numbers, for shapes and axes.
  package mutating func integers(_ values: [Int]) -> Value {
    constant(.integer, [values.count]) { proto in
      proto.data(9, values.flatMap { withUnsafeBytes(of: Int64($0).littleEndian, Array.init) })
    }
  }

  private mutating func constant(
    _ type: ElementType, _ shape: [Int], _ write: (inout ProtobufWriter) -> Void
  ) -> Value {
    let name = freshName()
    initializers.message(5) { proto in
      for extent in shape { proto.integer(1, extent) }
      proto.integer(2, type.rawValue)
      proto.string(8, name)
      write(&proto)
    }
    return Value(name: name)
  }

  /// A node with one output.
  ///
  /// - Parameter inputs: nil leaves an optional input out.
  package mutating func node(
    _ operation: String, _ inputs: [Value?], _ attributes: [Attribute] = [], domain: String = ""
  ) -> Value {
    let name = freshName()
    append(operation, inputs, to: [name], attributes, domain: domain)
    return Value(name: name)
  }

  /// A node with several outputs.
  package mutating func nodes(
    _ operation: String, _ inputs: [Value?], outputs: Int, _ attributes: [Attribute] = []
  ) -> [Value] {
    let names = (0..<outputs).map { _ in freshName() }
    append(operation, inputs, to: names, attributes)
    return names.map(Value.init)
  }

  private mutating func append(
    _ operation: String, _ inputs: [Value?], to outputs: [String], _ attributes: [Attribute] = [],
    domain: String = ""
  ) {
    nodes.message(1) { node in
      for input in inputs { node.string(1, input?.name ?? "") }
      for output in outputs { node.string(2, output) }
      node.string(4, operation)
      for attribute in attributes { node.message(5) { Self.write(attribute, to: &$0) } }
      if !domain.isEmpty { node.string(7, domain) }
    }
  }

  private static func write(_ attribute: Attribute, to proto: inout ProtobufWriter) {
    switch attribute {
    case .integer(let name, let value):
      proto.string(1, name)
      proto.integer(3, value)
      proto.integer(20, 2)
    case .integers(let name, let values):
      proto.string(1, name)
      for value in values { proto.integer(8, value) }
      proto.integer(20, 7)
    case .float(let name, let value):
      proto.string(1, name)
      proto.float(2, value)
      proto.integer(20, 1)
    case .string(let name, let value):
      proto.string(1, name)
      proto.string(4, value)
      proto.integer(20, 3)
    }
  }

  /// The whole model: opset 20, the first with a Gelu of its own.
  func model() -> [UInt8] {
    var proto = ProtobufWriter()
    proto.integer(1, 9)
    proto.string(2, "chest-radiograph-audit")
    proto.data(7, nodes.bytes + graphName + initializers.bytes + ports.bytes)
    for (domain, version) in [("", 20), (Self.fused, 1)] {
      proto.message(8) { opset in
        opset.string(1, domain)
        opset.integer(2, version)
      }
    }
    return proto.bytes
  }

  private var graphName: [UInt8] {
    var proto = ProtobufWriter()
    proto.string(2, "network")
    return proto.bytes
  }
}
