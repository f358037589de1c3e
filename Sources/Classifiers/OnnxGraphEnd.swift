import Basics
import Glibc

/// The operators that a model's outputs come out of, by the outputs' names.
///
/// Operators that only move numbers about (a reshape, a cast) are looked through. Reads the protobuf's
/// structure only, as ``externalDataFiles(ofOnnxModel:)`` does.
/// - Returns: Outputs whose operators cannot be told are left out.
/// - Throws: ``AuditFailure`` for a file that is no protobuf.
package func lastOperators(ofOnnxModel path: String) throws -> [String: Set<String>] {
  let (descriptor, size) = try openRegularFile(path, limit: onnxFileLimit)
  defer { close(descriptor) }
  var reader = OnnxGraphReader(file: ProtobufFile(descriptor: descriptor, path: path))
  try reader.read(size)
  var found: [String: Set<String>] = [:]
  for output in reader.outputs {
    let operators = reader.operators(of: output)
    if !operators.isEmpty { found[output] = operators }
  }
  return found
}

/// Nodes and outputs of a model's main graph.
///
/// - SeeAlso: onnx.proto3: ModelProto 7, GraphProto 1 and 12, NodeProto 1, 2 and 4, ValueInfoProto 1.
private struct OnnxGraphReader {
  struct Node {
    var kind = ""
    var inputs: [String] = []
    var outputs: [String] = []
  }

  private static let maximumNodes = 1_000_000
  /// Of one node; more tell nothing about how a model ends.
  private static let maximumNames = 256
  private static let transparent: Set<String> = [
    "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Slice",
    "Gather",
    "Split", "Concat",
  ]
  /// Whose inputs are all data; of the others the first is.
  private static let joining: Set<String> = ["Concat"]

  var file: ProtobufFile
  private(set) var outputs: [String] = []
  private var producers: [String: Node] = [:]

  init(file: ProtobufFile) { self.file = file }

  mutating func read(_ size: Int) throws {
    try fields(from: 0, to: size) { reader, field, start, end in
      guard field == 7 else { return }
      try reader.fields(from: start, to: end) { reader, field, start, end in
        switch field {
        case 1: try reader.readNode(start, end)
        case 12:
          try reader.fields(from: start, to: end) { reader, field, start, end in
            guard field == 1, reader.outputs.count < Self.maximumNames else { return }
            reader.outputs.append(try reader.name(start, end))
          }
        default: return
        }
      }
    }
  }

  private mutating func readNode(_ start: Int, _ end: Int) throws {
    var node = Node()
    try fields(from: start, to: end) { reader, field, start, end in
      switch field {
      case 1 where node.inputs.count < Self.maximumNames:
        node.inputs.append(try reader.name(start, end))
      case 2 where node.outputs.count < Self.maximumNames:
        node.outputs.append(try reader.name(start, end))
      case 4: node.kind = try reader.name(start, end)
      default: return
      }
    }
    guard producers.count < Self.maximumNodes else { throw file.failure("has too many nodes") }
    for output in node.outputs where !output.isEmpty { producers[output] = node }
  }

  private mutating func name(_ start: Int, _ end: Int) throws -> String {
    guard end - start <= 4096 else {
      throw file.failure("has a name of \(end - start) bytes")
    }
    return try file.text(start, end - start)
  }

  /// Calls `body` for every field that has a length, with its number and place.
  private mutating func fields(
    from start: Int, to end: Int, _ body: (inout Self, UInt64, Int, Int) throws -> Void
  ) throws {
    var place = start
    while place < end {
      let (field, kind) = try file.tag(&place, end)
      switch kind {
      case 0: _ = try file.varint(&place, end)
      case 1: place += 8
      case 5: place += 4
      case 2:
        let length = try file.varint(&place, end)
        guard length <= UInt64(end - place) else { throw file.failure("ends within a field") }
        try body(&self, field, place, place + Int(length))
        place += Int(length)
      default: throw file.failure("has a field of an unknown kind")
      }
      guard place <= end else { throw file.failure("ends within a field") }
    }
  }

  /// The operators behind one output; empty where some of it cannot be told.
  func operators(of output: String) -> Set<String> {
    var open = [output]
    var seen: Set<String> = []
    var found: Set<String> = []
    while let name = open.popLast() {
      guard seen.insert(name).inserted else { continue }
      guard seen.count < 4096, let node = producers[name] else { return [] }
      if Self.transparent.contains(node.kind) {
        open += Self.joining.contains(node.kind) ? node.inputs[...] : node.inputs.prefix(1)
      } else {
        found.insert(node.kind)
      }
    }
    return found
  }
}
