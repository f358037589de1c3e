import Basics
import Glibc

/// Protobuf itself ends at 2 GB; larger weights lie in files beside a model.
let onnxFileLimit = 1 << 31

/// The bytes of an ONNX model, read at any place through one small window.
struct ProtobufFile {
  let descriptor: Int32
  let path: String
  private var window: [UInt8] = []
  private var windowStart = 0

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  func failure(_ words: String) -> AuditFailure {
    AuditFailure(
      "the ONNX model \(path) \(words); it is no ONNX model",
      hint: "check the file, or export the model again")
  }

  private mutating func byte(_ place: Int) throws -> UInt8 {
    if place < windowStart || place >= windowStart + window.count {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = pread(descriptor, &buffer, buffer.count, off_t(place))
      guard count > 0 else { throw failure("ends within a field") }
      window = Array(buffer.prefix(count))
      windowStart = place
    }
    return window[place - windowStart]
  }

  mutating func varint(_ place: inout Int, _ end: Int) throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard place < end else { throw failure("ends within a number") }
      let next = try byte(place)
      place += 1
      value |= UInt64(next & 0x7F) << UInt64(shift)
      if next < 0x80 { return value }
    }
    throw failure("has a number that is too long")
  }

  /// The number and the kind of the field that begins at `place`.
  mutating func tag(_ place: inout Int, _ end: Int) throws -> (field: UInt64, kind: UInt64) {
    let tag = try varint(&place, end)
    // No field has the number 0, which is what a file of holes consists of.
    guard tag >> 3 > 0 else { throw failure("has a field without a number") }
    return (tag >> 3, tag & 7)
  }

  mutating func text(_ place: Int, _ count: Int) throws -> String {
    var bytes: [UInt8] = []
    for offset in 0..<count { bytes.append(try byte(place + offset)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
