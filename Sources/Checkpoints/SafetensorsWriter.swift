import AuditModel
import Foundation
import Tensors

/// Writes `.safetensors` files whole or not at all.
package enum SafetensorsWriter {
  /// The element types it writes.
  package enum Precision: Sendable {
    case float32
    case float16
    case bfloat16

    var type: ElementType {
      switch self {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      }
    }
  }

  /// Writes named tensors in the given order under a temporary name, then renames.
  ///
  /// - Throws: `AuditFailure` for repeated names and for anything the disk refuses; the file that
  ///   was there before is then untouched.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], precision: Precision = .float32,
    metadata: [String: String] = [:], to path: String
  ) throws {
    guard Set(tensors.map(\.name)).count == tensors.count else {
      throw AuditFailure("\(path): two tensors of one name cannot be written")
    }
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw refused(temporary, "created") }
    do {
      defer { close(descriptor) }
      let header = header(tensors, type: precision.type, metadata: metadata)
      try append(header, to: descriptor, temporary)
      for (_, tensor) in tensors {
        try append(tensor, as: precision, to: descriptor, temporary)
      }
      guard fsync(descriptor) == 0 else { throw refused(temporary, "flushed to disk") }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let failure = refused(path, "replaced")
      unlink(temporary)
      throw failure
    }
  }

  private static func header(
    _ tensors: [(name: String, tensor: Tensor)], type: ElementType, metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + tensor.count * type.byteWidth
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    // Spaces after the header keep the numbers aligned for readers that map the file.
    while (text.count + 8) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func append(
    _ tensor: Tensor, as precision: Precision, to descriptor: Int32, _ path: String
  ) throws {
    let count = tensor.count
    try tensor.withUnsafePointer { values in
      if precision == .float32 {
        return try append(UnsafeRawBufferPointer(start: values, count: count * 4), descriptor, path)
      }
      let pieceLength = 1 << 16
      for start in stride(from: 0, to: count, by: pieceLength) {
        let piece = UnsafeBufferPointer(
          start: values + start, count: min(pieceLength, count - start))
        let stored = piece.map { value in
          (precision == .float16 ? ElementType.half(value) : ElementType.bfloat16(value))
            .littleEndian
        }
        try stored.withUnsafeBytes { try append($0, descriptor, path) }
      }
    }
  }

  private static func append(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
    try bytes.withUnsafeBytes { try append($0, descriptor, path) }
  }

  private static func append(
    _ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, _ path: String
  ) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw refused(path, "written")
      }
      rest = rest.dropFirst(written)
    }
  }

  private static func refused(_ path: String, _ what: String) -> AuditFailure {
    AuditFailure("\(path): cannot be \(what) (\(String(cString: strerror(errno))))")
  }
}
