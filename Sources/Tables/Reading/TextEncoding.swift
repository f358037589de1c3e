import Basics

/// Checks UTF-8 as bytes pass by, and remembers where it first was broken and first was needed.
///
/// - SeeAlso: The Unicode Standard, table 3-7: which second bytes follow which first.
struct UTF8Check {
  /// Line of the first bytes that are not UTF-8.
  private(set) var brokenLine: UInt32?
  /// Line of the first character beyond ASCII that is UTF-8.
  private(set) var neededLine: UInt32?
  /// Line of the first byte that Windows-1252 leaves undefined.
  private(set) var undefinedLine: UInt32?
  private var missing = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xbf

  var isPending: Bool { missing > 0 }
  var isASCII: Bool { brokenLine == nil && neededLine == nil }

  mutating func take(_ byte: UInt8, line: UInt32) {
    if undefinedLine == nil, [0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(byte) { undefinedLine = line }
    if missing > 0 {
      guard byte >= lower, byte <= upper else {
        missing = 0
        note(&brokenLine, line)
        if byte >= 0x80 { begin(byte, line) }
        return
      }
      (lower, upper) = (0x80, 0xbf)
      missing -= 1
      if missing == 0 { note(&neededLine, line) }
    } else if byte >= 0x80 {
      begin(byte, line)
    }
  }

  /// A character never reaches over a separator or a line end.
  mutating func endField(line: UInt32) {
    guard missing > 0 else { return }
    missing = 0
    note(&brokenLine, line)
  }

  private mutating func begin(_ byte: UInt8, _ line: UInt32) {
    (lower, upper) = (0x80, 0xbf)
    switch byte {
    case 0xc2...0xdf: missing = 1
    case 0xe0...0xef:
      missing = 2
      if byte == 0xe0 { lower = 0xa0 }
      if byte == 0xed { upper = 0x9f }
    case 0xf0...0xf4:
      missing = 3
      if byte == 0xf0 { lower = 0x90 }
      if byte == 0xf4 { upper = 0x8f }
    default: note(&brokenLine, line)
    }
  }

  private func note(_ place: inout UInt32?, _ line: UInt32) { if place == nil { place = line } }
}

/// Turns UTF-16 that comes in pieces into UTF-8.
struct UTF16Decoder {
  let isBigEndian: Bool
  /// A byte, or a high surrogate, that waits for its other half.
  private var half: UInt8?
  private var high: UInt16?

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  mutating func decode(_ piece: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(piece.count)
    for byte in piece {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      append(
        isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first),
        to: &text)
    }
    return text
  }

  /// What is left when the text ends in the middle of a character.
  mutating func finish() -> [UInt8] {
    defer { (half, high) = (nil, nil) }
    return half != nil || high != nil ? Self.broken : []
  }

  private mutating func append(_ unit: UInt16, to text: inout [UInt8]) {
    if let first = high {
      high = nil
      if (0xdc00...0xdfff).contains(unit) {
        let value = 0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(unit) - 0xdc00
        return append(value, to: &text)
      }
      text += Self.broken
    }
    if (0xd800...0xdbff).contains(unit) {
      high = unit
    } else if (0xdc00...0xdfff).contains(unit) {
      text += Self.broken
    } else {
      append(UInt32(unit), to: &text)
    }
  }

  private func append(_ value: UInt32, to text: inout [UInt8]) {
    if value < 0x80 {
      text.append(UInt8(value))
    } else if let scalar = Unicode.Scalar(value) {
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// A byte that is never part of UTF-8: the check finds it and names the line.
  private static let broken: [UInt8] = [0xff]
}

/// Decodes the bytes of a cell.
func text(of bytes: UnsafeBufferPointer<UInt8>, encoding: TableFormat.Encoding) -> String {
  switch encoding {
  case .utf8, .utf16: return String(decoding: bytes, as: UTF8.self)
  case .latin1, .windows1252:
    guard bytes.contains(where: { $0 >= 0x80 }) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let isWindows = encoding == .windows1252
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value =
        isWindows && (0x80...0x9f).contains(byte) ? windows1252[Int(byte - 0x80)] : UInt32(byte)
      scalars.append(Unicode.Scalar(value) ?? "\u{fffd}")
    }
    return String(scalars)
  }
}

/// Bytes 0x80 to 0x9f of Windows-1252; undefined ones are controls, as the WHATWG has them.
private let windows1252: [UInt32] = [
  0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
  0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc,
  0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
]
