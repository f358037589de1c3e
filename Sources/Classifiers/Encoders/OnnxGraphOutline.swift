import Basics
import Glibc

/// The nodes of an ONNX graph by name, without its weights.
///
/// - SeeAlso: onnx.proto3: ModelProto, GraphProto, NodeProto, ValueInfoProto.
struct OnnxGraphOutline {
  struct Node {
    var kind = ""
    var inputs: [String] = []
    var outputs: [String] = []
  }

  private(set) var nodes: [Node] = []
  /// Names that the model declares, first one first.
  private(set) var outputs: [String] = []

  /// More nodes than any published network has.
  private static let nodeLimit = 1_000_000
  private static let nameLimit = 4096

  /// - Throws: ``AuditFailure`` for a file that is no protobuf.
  init(ofModel path: String) throws {
    let (descriptor, size) = try openRegularFile(path)
    defer { close(descriptor) }
    var file = ProtobufFile(descriptor: descriptor, path: path)
    var graph: [Range<Int>] = []
    try Self.fields(&file, 0..<size) { field, range, _ in if field == 7 { graph.append(range) } }
    for range in graph {
      var members: [(field: UInt64, range: Range<Int>)] = []
      try Self.fields(&file, range) { field, range, file in
        guard field == 1 || field == 12 else { return }
        members.append((field, range))
        guard members.count <= Self.nodeLimit else { throw file.failure("has too many nodes") }
      }
      for member in members {
        if member.field == 1 {
          nodes.append(try Self.node(&file, member.range))
        } else {
          var name = ""
          try Self.fields(&file, member.range) { field, range, file in
            if field == 1 { name = try Self.name(&file, range) }
          }
          outputs.append(name)
        }
      }
    }
  }

  /// Every tensor that a node makes.
  var tensors: [String] { nodes.flatMap(\.outputs) }

  /// What the last linear layer before the first output reads: a network's features.
  ///
  /// Only operations that cannot mix features lie between: activations, shapes, sums.
  var features: String? {
    guard var wanted = outputs.first else { return nil }
    for _ in 0..<64 {
      guard let node = nodes.first(where: { $0.outputs.contains(wanted) }),
        let input = node.inputs.first
      else { return nil }
      if ["Gemm", "MatMul"].contains(node.kind) { return input }
      let passes = [
        "Sigmoid", "Softmax", "LogSoftmax", "Add", "Sub", "Mul", "Div", "Identity", "Reshape",
        "Flatten", "Squeeze", "Unsqueeze", "Cast", "Clip",
      ]
      guard passes.contains(node.kind) else { return nil }
      wanted = input
    }
    return nil
  }

  private static func node(_ file: inout ProtobufFile, _ range: Range<Int>) throws -> Node {
    var node = Node()
    try fields(&file, range) { field, range, file in
      switch field {
      case 1: node.inputs.append(try name(&file, range))
      case 2: node.outputs.append(try name(&file, range))
      case 4: node.kind = try name(&file, range)
      default: break
      }
    }
    return node
  }

  private static func name(_ file: inout ProtobufFile, _ range: Range<Int>) throws -> String {
    guard range.count <= nameLimit else { throw file.failure("has a name of \(range.count) bytes") }
    return try file.text(range.lowerBound, range.count)
  }

  /// Calls `take` with every field that holds bytes.
  private static func fields(
    _ file: inout ProtobufFile, _ range: Range<Int>,
    take: (UInt64, Range<Int>, inout ProtobufFile) throws -> Void
  ) throws {
    var place = range.lowerBound
    while place < range.upperBound {
      let tag = try file.varint(&place, range.upperBound)
      switch tag & 7 {
      case 0: _ = try file.varint(&place, range.upperBound)
      case 1: place += 8
      case 5: place += 4
      case 2:
        let length = try file.varint(&place, range.upperBound)
        guard length <= UInt64(range.upperBound - place) else {
          throw file.failure("ends within a field")
        }
        let next = place + Int(length)
        try take(tag >> 3, place..<next, &file)
        place = next
      default: throw file.failure("has a field of an unknown kind")
      }
      guard place <= range.upperBound else { throw file.failure("ends within a field") }
    }
  }
}
