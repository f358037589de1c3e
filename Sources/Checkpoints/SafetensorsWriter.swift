import Basics
import Foundation
import Tensors

/// The element types that weight files are written with.
package enum StoredPrecision: String, Sendable, CaseIterable {
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

/// Writes `.safetensors` files whole or not at all.
package enum SafetensorsWriter {
  package typealias Precision = StoredPrecision

  /// Writes named tensors in the given order under a temporary name, then renames.
  ///
  /// - Throws: `AuditFailure` for repeated names and for anything the disk refuses; the file that
  ///   was there before is then untouched.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], precision: Precision = .float32,
    metadata: [String: String] = [:], to path: String
  ) throws {
    try write(
      tensors.map { ($0.name, $0.tensor.shape) }, precision: precision, metadata: metadata,
      to: path
    ) { tensors[$0].tensor }
  }

  /// As above, asking for one tensor after another, so that they need not be in memory together.
  ///
  /// - Parameter tensor: The tensor at an index of `shapes`, with the shape given there.
  package static func write(
    _ shapes: [(name: String, shape: [Int])], precision: Precision,
    metadata: [String: String] = [:], to path: String, tensor: (Int) throws -> Tensor
  ) throws {
    guard Set(shapes.map(\.name)).count == shapes.count else {
      throw AuditFailure("\(path): two tensors of one name cannot be written")
    }
    var file = try WeightFile(path: path)
    try file.append(header(shapes, type: precision.type, metadata: metadata))
    for index in shapes.indices {
      let tensor = try tensor(index)
      precondition(tensor.shape == shapes[index].shape, "\(shapes[index].name) changed its shape")
      try tensor.forEachPiece(as: precision) { try file.append($0) }
    }
    try file.finish()
  }

  private static func header(
    _ tensors: [(name: String, shape: [Int])], type: ElementType, metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, shape) in tensors {
      let end = offset + shape.reduce(1, *) * type.byteWidth
      let extents = shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(extents)],"
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
}

extension Tensor {
  /// The numbers as they are stored, little-endian, in pieces of bounded size.
  func forEachPiece(
    as precision: StoredPrecision, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let count = count
    try withUnsafePointer { values in
      if precision == .float32 {
        return try body(UnsafeRawBufferPointer(start: values, count: count * 4))
      }
      let pieceLength = 1 << 16
      for start in stride(from: 0, to: count, by: pieceLength) {
        let piece = UnsafeBufferPointer(
          start: values + start, count: min(pieceLength, count - start))
        let stored = piece.map { value in
          (precision == .float16 ? ElementType.half(value) : ElementType.bfloat16(value))
            .littleEndian
        }
        try stored.withUnsafeBytes(body)
      }
    }
  }
}
