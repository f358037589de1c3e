/// Named and numeric character references, as Python's `html` and Beautiful Soup decode them.
enum HTMLEntities {
  /// The character of a name without `;`.
  static func character(named name: String) -> Scalars? { table[name]?.scalars }

  /// Whether the name is known without a closing `;`.
  private static func isKnownBare(_ name: String) -> Bool { table[name]?.isBare == true }

  private struct Entity: Sendable {
    let scalars: Scalars
    let isBare: Bool
  }

  private static let table: [String: Entity] = {
    var table: [String: Entity] = [:]
    for entry in HTMLEntityTable.text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let parts = entry.split(separator: "=")
      guard parts.count == 2 else { continue }
      let isBare = parts[0].hasSuffix("*")
      let scalars = parts[1].split(separator: "+").compactMap {
        UInt32($0, radix: 16).flatMap(Unicode.Scalar.init)
      }
      table[String(isBare ? parts[0].dropLast() : parts[0])] = Entity(
        scalars: scalars, isBare: isBare)
    }
    return table
  }()

  /// A number of any length, saturating beyond Unicode.
  static func number(_ digits: ArraySlice<Unicode.Scalar>, radix: UInt32) -> UInt32 {
    digits.reduce(0) { value, digit in
      min(0x11_0000, value * radix + UInt32(Character(digit).hexDigitValue ?? 0))
    }
  }

  /// A numeric reference as Beautiful Soup resolves it.
  static func parsedReference(_ value: UInt32) -> Unicode.Scalar {
    guard value != 0, let scalar = Unicode.Scalar(value) else { return "\u{fffd}" }
    return windows1252[value] ?? scalar
  }

  /// `html.unescape`: also names without `;`, and the longest known beginning of a name.
  static func unescaped(_ text: Scalars) -> Scalars {
    text.replacingReferences { reference(in: text, at: $0) }
  }

  /// The decoded reference at `&` and where it ends.
  private static func reference(in text: Scalars, at start: Int) -> (Scalars, end: Int)? {
    if text.at(start + 1) == "#" {
      guard let (value, end) = numeric(in: text, at: start) else { return nil }
      return (character(numbered: value), text.at(end) == ";" ? end + 1 : end)
    }
    let limit = min(text.count, start + 33)
    var end = start + 1
    while end < limit, !isNameEnd(text[end]) { end += 1 }
    guard end > start + 1 else { return nil }
    let name = text[(start + 1)..<end]
    if text.at(end) == ";", let scalars = character(named: Scalars(name).text) {
      return (scalars, end + 1)
    }
    // Known beginnings are bare names; the shortest that counts has two letters.
    for length in stride(from: name.count, through: 2, by: -1) {
      let beginning = Scalars(name.prefix(length)).text
      if isKnownBare(beginning), let scalars = character(named: beginning) {
        return (scalars, start + 1 + length)
      }
    }
    return nil
  }

  private static func numeric(in text: Scalars, at start: Int) -> (UInt32, end: Int)? {
    let isHexadecimal = text.at(start + 2) == "x" || text.at(start + 2) == "X"
    let first = start + (isHexadecimal ? 3 : 2)
    let end = text.runEnd(first) {
      $0.isASCII && (isHexadecimal ? Character($0).isHexDigit : $0.isDigit)
    }
    guard end > first else { return nil }
    return (number(text[first..<end], radix: isHexadecimal ? 16 : 10), end)
  }

  private static func isNameEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\u{c}", " ", "<", "&", "#", ";": true
    default: false
    }
  }

  /// A numeric reference as `html.unescape` resolves it; nonsense becomes nothing.
  private static func character(numbered value: UInt32) -> Scalars {
    if value == 0 { return ["\u{fffd}"] }
    if value == 0x0d { return ["\r"] }
    if let scalar = windows1252[value] { return [scalar] }
    guard let scalar = Unicode.Scalar(value) else { return ["\u{fffd}"] }
    switch value {
    case 0x81, 0x8d, 0x8f, 0x90, 0x9d: return [scalar]
    case 0x01...0x08, 0x0b, 0x0e...0x1f, 0x7f...0x9f, 0xfdd0...0xfdef: return []
    default: return value & 0xfffe == 0xfffe ? [] : [scalar]
    }
  }

  /// The bytes 0x80 to 0x9f of Windows-1252, which old pages meant by such numbers.
  static let windows1252: [UInt32: Unicode.Scalar] = {
    let characters = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ".unicodeScalars
    var table: [UInt32: Unicode.Scalar] = [:]
    for (offset, scalar) in characters.enumerated() where scalar != " " {
      table[0x80 + UInt32(offset)] = scalar
    }
    return table
  }()
}
