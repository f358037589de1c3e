import Basics
import Glibc

/// The files beside an ONNX model that hold its weights: what tensors with external data name.
///
/// Reads the protobuf's structure only, skipping the weights themselves, without holding the file in
/// memory.
/// - Parameter path: The model's file.
/// - Returns: Absolute paths, sorted, each once; empty for a model that is one file.
/// - Throws: ``AuditFailure`` for a file that is no protobuf, and for a name that leaves the model's
///   folder.
/// - SeeAlso: onnx.proto3: ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto.
package func externalDataFiles(ofOnnxModel path: String) throws -> [String] {
  let (descriptor, size) = try openRegularFile(path, limit: onnxFileLimit)
  defer { close(descriptor) }
  var walker = OnnxWalker(file: ProtobufFile(descriptor: descriptor, path: path))
  try walker.walk(.model, from: 0, to: size, depth: 0)
  let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/")
  return try walker.locations.sorted().map { location in
    guard ConfinedFolder.isPlain(location) else {
      throw AuditFailure(
        "the ONNX model \(path) keeps weights in '\(visible(location.shortened(to: 200)))', which is "
          + "outside its folder",
        hint: "export it again with its external data beside it")
    }
    return (folder.isEmpty ? (path.hasPrefix("/") ? "" : ".") : folder) + "/" + location
  }
}

/// The messages that lead to tensors, and the fields in which they hold each other.
private enum OnnxMessage {
  case model, graph, node, attribute, tensor, sparseTensor, function, training, entry

  func child(_ field: UInt64) -> OnnxMessage? {
    switch (self, field) {
    case (.model, 7): .graph
    case (.model, 20): .training
    case (.model, 25): .function
    case (.training, 1), (.training, 2): .graph
    case (.graph, 1): .node
    case (.graph, 5): .tensor
    case (.graph, 15): .sparseTensor
    case (.function, 7): .node
    case (.node, 5): .attribute
    case (.attribute, 5), (.attribute, 10): .tensor
    case (.attribute, 6), (.attribute, 11): .graph
    case (.attribute, 22), (.attribute, 23): .sparseTensor
    case (.function, 11): .attribute
    case (.sparseTensor, 1), (.sparseTensor, 2): .tensor
    case (.tensor, 13): .entry
    default: nil
    }
  }
}

private struct OnnxWalker {
  var file: ProtobufFile
  var locations: Set<String> = []
  private var visited = 0

  init(file: ProtobufFile) { self.file = file }

  mutating func walk(_ message: OnnxMessage, from start: Int, to end: Int, depth: Int) throws {
    guard depth < 64 else { throw file.failure("nests too deeply") }
    var place = start
    var key = ""
    var value = ""
    while place < end {
      visited += 1
      guard visited < 50_000_000 else { throw file.failure("has too many fields") }
      let (field, kind) = try file.tag(&place, end)
      switch kind {
      case 0: _ = try file.varint(&place, end)
      case 1: place += 8
      case 5: place += 4
      case 2:
        let length = try file.varint(&place, end)
        guard length <= UInt64(end - place) else { throw file.failure("ends within a field") }
        let next = place + Int(length)
        if message == .entry {
          guard length <= 4096 else { throw file.failure("has a file name of \(length) bytes") }
          let text = try file.text(place, Int(length))
          if field == 1 { key = text } else if field == 2 { value = text }
        } else if let child = message.child(field) {
          try walk(child, from: place, to: next, depth: depth + 1)
        }
        place = next
      default: throw file.failure("has a field of an unknown kind")
      }
      guard place <= end else { throw file.failure("ends within a field") }
    }
    if message == .entry, key == "location" { locations.insert(value) }
  }
}
