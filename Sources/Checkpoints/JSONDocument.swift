import Basics
import Foundation

/// A JSON document as written: members keep their order, and a repeated name is an error.
///
/// Weight headers are untrusted, and the platform's decoder neither reports repeated names nor
/// bounds nesting. Besides JSON it reads `NaN` and `Infinity`, which Python writes.
package enum JSONDocument: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONDocument])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package let name: String
    package let value: JSONDocument

    package init(name: String, value: JSONDocument) {
      self.name = name
      self.value = value
    }
  }

  /// Parses a whole document.
  ///
  /// - Parameter path: What to call the document in errors.
  /// - Throws: `AuditFailure` with the byte at which the text stops being JSON.
  package init(parsing bytes: some Sequence<UInt8>, path: String) throws {
    var scanner = JSONScanner(bytes: Array(bytes), path: path)
    self = try scanner.document()
  }

  /// Parses a file of at most 256 MiB.
  package init(contentsOf path: String) throws {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= 1 << 28 else {
      throw AuditFailure("\(path): is too large for a JSON file")
    }
    try self.init(parsing: file.bytes, path: path)
  }

  package subscript(name: String) -> JSONDocument? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package subscript(index: Int) -> JSONDocument? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  package var elements: [JSONDocument]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// An integer, also when written as `3.0`.
  package var int: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// All elements as integers, or `nil` when one is something else.
  package var ints: [Int]? {
    guard let elements else { return nil }
    let values = elements.compactMap(\.int)
    return values.count == elements.count ? values : nil
  }
}

/// Reads JSON from bytes without recursion deeper than ``depthLimit``.
private struct JSONScanner {
  let bytes: [UInt8]
  let path: String
  var position = 0

  /// Deeper documents than any header or sidecar are refused before they exhaust the stack.
  static let depthLimit = 64

  mutating func document() throws -> JSONDocument {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("has text after the end of the JSON") }
    return value
  }

  private mutating func value(depth: Int) throws -> JSONDocument {
    guard depth < Self.depthLimit else {
      throw failure("nests deeper than \(Self.depthLimit) levels")
    }
    skipSpace()
    guard let byte = peek else { throw failure("ends inside the JSON") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in Self.words where take(word) { return value }
      throw failure("is not JSON")
    }
  }

  private static let words: [(StaticString, JSONDocument)] = [
    ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    ("NaN", .number(.nan)), ("Infinity", .number(.infinity)),
  ]

  private mutating func object(depth: Int) throws -> JSONDocument {
    position += 1
    var members: [JSONDocument.Member] = []
    var seen: Set<String> = []
    skipSpace()
    if takeByte("}") { return .object(members) }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw failure("lacks a name in an object") }
      let name = try string()
      guard seen.insert(name).inserted else { throw failure("repeats the name '\(name)'") }
      skipSpace()
      guard takeByte(":") else { throw failure("lacks ':' after '\(name)'") }
      members.append(.init(name: name, value: try value(depth: depth + 1)))
      skipSpace()
      if takeByte("}") { return .object(members) }
      guard takeByte(",") else { throw failure("lacks ',' or '}' in an object") }
    }
  }

  private mutating func array(depth: Int) throws -> JSONDocument {
    position += 1
    var elements: [JSONDocument] = []
    skipSpace()
    if takeByte("]") { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if takeByte("]") { return .array(elements) }
      guard takeByte(",") else { throw failure("lacks ',' or ']' in an array") }
    }
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure("holds a text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: Array(String(try escape()).utf8))
      case 0..<0x20: throw failure("holds a bare control character in a text")
      default: text.append(byte)
      }
    }
    throw failure("ends inside a text")
  }

  private mutating func escape() throws -> Unicode.Scalar {
    guard let byte = peek else { throw failure("ends inside a text") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xd800..<0xdc00).contains(code) {
        guard take("\\u") else { throw failure("holds half a surrogate pair") }
        let low = try codeUnit()
        guard (0xdc00..<0xe000).contains(low) else {
          throw failure("holds half a surrogate pair")
        }
        code = 0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("holds half a surrogate pair")
      }
      return scalar
    default: throw failure("holds an unknown escape in a text")
    }
  }

  private mutating func codeUnit() throws -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("holds a broken \\u escape")
      }
      code = code * 16 + UInt32(digit)
      position += 1
    }
    return code
  }

  private mutating func number() throws -> JSONDocument {
    let start = position
    if take("-Infinity") { return .number(-.infinity) }
    _ = takeByte("-")
    let whole = try digits()
    if whole > 1, bytes[position - whole] == UInt8(ascii: "0") {
      throw failure("writes a number with a leading zero")
    }
    var isInteger = true
    if takeByte(".") {
      isInteger = false
      _ = try digits()
    }
    if takeByte("e") || takeByte("E") {
      isInteger = false
      _ = takeByte("+") || takeByte("-")
      _ = try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw failure("holds an unreadable number") }
    return .number(value)
  }

  private mutating func digits() throws -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw failure("lacks a digit in a number") }
    return position - start
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      position += 1
    }
  }

  private mutating func takeByte(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes.count - position >= expected.count,
      bytes[position..<position + expected.count].elementsEqual(expected)
    else { return false }
    position += expected.count
    return true
  }

  private func failure(_ what: String) -> AuditFailure {
    AuditFailure("\(path): \(what), at byte \(position)")
  }
}
