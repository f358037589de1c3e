import Basics

/// Walks the fields of a protocol-buffer message, bounds-checked.
///
/// - SeeAlso: protobuf.dev, "Encoding".
struct WireReader {
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private let path: String

  init(_ bytes: ArraySlice<UInt8>, path: String) {
    self.bytes = bytes
    self.path = path
    position = bytes.startIndex
  }

  /// The next field's number and value, or `nil` at the end of the message.
  ///
  /// - Throws: `AuditFailure` when the message breaks off or is no protocol buffer.
  mutating func next() throws -> (field: Int, value: Value)? {
    guard position < bytes.endIndex else { return nil }
    let key = try varint()
    let field = Int(key >> 3)
    guard field > 0, field < 1 << 29 else { throw broken }
    switch key & 7 {
    case 0: return (field, .varint(try varint()))
    case 1: return (field, .fixed64(try fixed(8)))
    case 2:
      guard let count = Int(exactly: try varint()), count <= bytes.endIndex - position else {
        throw broken
      }
      defer { position += count }
      return (field, .bytes(bytes[position..<position + count]))
    case 5: return (field, .fixed32(UInt32(try fixed(4))))
    default: throw broken
    }
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < bytes.endIndex else { throw broken }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 { return value }
    }
    throw broken
  }

  private mutating func fixed(_ count: Int) throws -> UInt64 {
    guard bytes.endIndex - position >= count else { throw broken }
    defer { position += count }
    return bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private var broken: AuditFailure {
    AuditFailure(
      "\(path): is not a SentencePiece model, or it breaks off at byte \(position)",
      hint: "expected the 'spiece.model' that belongs to the T5 weights")
  }
}
