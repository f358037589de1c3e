extension JSON5Reader {
  /// A number in decimal or hexadecimal notation, returned as decimal digits Swift can read.
  mutating func readNumber() throws -> String {
    let start = position
    var text = ""
    if byte == UInt8(ascii: "-") || (byte == UInt8(ascii: "+") && !isStrict) {
      if byte == UInt8(ascii: "-") { text = "-" }
      index += 1
    }
    if !isStrict, byte == UInt8(ascii: "0"),
      byte(ahead: 1) == UInt8(ascii: "x") || byte(ahead: 1) == 0x58
    {
      index += 2
      let digits = takeDigits(hexadecimal: true)
      guard let value = UInt64(digits, radix: 16) else {
        throw fault("'0x\(digits.shortened(to: 24))' is not a number of 64 bits", at: start)
      }
      text += String(value)
    } else {
      text += try readDecimal(start: start)
    }
    if let next = byte,
      next == UInt8(ascii: ".") || next == UInt8(ascii: "_") || isLetterOrDigit(next)
    {
      throw fault("\(foundInWords()) follows a number directly; a number is 12, -0.5 or 1e-3")
    }
    return text
  }

  private mutating func readDecimal(start: SourcePosition) throws -> String {
    let whole = takeDigits()
    if whole.count > 1, whole.hasPrefix("0") {
      throw fault("the number '\(whole.shortened(to: 24))' begins with 0; remove the 0", at: start)
    }
    var text = whole.isEmpty ? "0" : whole
    var fraction = ""
    if byte == UInt8(ascii: ".") {
      index += 1
      fraction = takeDigits()
      if !fraction.isEmpty { text += "." + fraction }
      if isStrict, whole.isEmpty || fraction.isEmpty {
        throw fault("a number needs digits on both sides of its point", at: start)
      }
    }
    guard !whole.isEmpty || !fraction.isEmpty else {
      throw fault("a number needs digits; found \(foundInWords())", at: start)
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      index += 1
      text += "e"
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
        if byte == UInt8(ascii: "-") { text += "-" }
        index += 1
      }
      let exponent = takeDigits()
      guard !exponent.isEmpty else { throw fault("digits are missing after 'e'", at: start) }
      text += exponent
    }
    return text
  }

  private mutating func takeDigits(hexadecimal: Bool = false) -> String {
    let start = index
    while let current = byte {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current)
      guard isDigit || (hexadecimal && hexadecimalValue(current) != nil) else { break }
      index += 1
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    hexadecimalValue(byte) != nil || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private func hexadecimalValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// A text in single or double quotes, escapes resolved.
  mutating func readString() throws -> String {
    let start = position
    guard let quote = byte else { throw fault("a text is missing here") }
    if isStrict, quote != UInt8(ascii: "\"") {
      throw fault("a text stands in single quotes; strict JSON has double ones")
    }
    index += 1
    var text: [UInt8] = []
    while let current = byte {
      switch current {
      case quote:
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try readEscape(into: &text)
      case 0x0A, 0x0D:
        throw fault("the text that begins here is not closed in its line", at: start)
      case 0..<0x20 where current != 0x09 || isStrict, 0x7F where !isStrict:
        throw fault("a control character (\(current)) stands in a text; write it as \\u00…")
      default:
        text.append(current)
        index += 1
      }
    }
    throw fault("the text that begins here is not closed; a quote is missing", at: start)
  }

  private mutating func readEscape(into text: inout [UInt8]) throws {
    let start = position
    index += 1
    if !isStrict, skipLineEnd() { return }
    guard let letter = byte else { throw fault("the file ends inside a text", at: start) }
    index += 1
    if isStrict, !Array("bfnrtu\"\\/".utf8).contains(letter) {
      throw fault("'\\\(Character(UnicodeScalar(letter)))' is not an escape", at: start)
    }
    switch letter {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "v"): text.append(0x0B)
    case UInt8(ascii: "0"): text.append(0)
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      throw fault("'\\\(Character(UnicodeScalar(letter)))' is not an escape", at: start)
    case UInt8(ascii: "x"):
      try append(try readHexadecimal(digitCount: 2, start: start), to: &text, start: start)
    case UInt8(ascii: "u"):
      var code = try readHexadecimal(digitCount: 4, start: start)
      if (0xD800..<0xDC00).contains(code), byte == UInt8(ascii: "\\"),
        byte(ahead: 1) == UInt8(ascii: "u")
      {
        index += 2
        let low = try readHexadecimal(digitCount: 4, start: start)
        guard (0xDC00..<0xE000).contains(low) else {
          throw fault("half of a surrogate pair stands alone in a text", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      try append(code, to: &text, start: start)
    default: text.append(letter)
    }
  }

  private mutating func readHexadecimal(digitCount: Int, start: SourcePosition) throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digitCount {
      guard let current = byte, let digit = hexadecimalValue(current) else {
        throw fault("an escape needs \(digitCount) hexadecimal digits", at: start)
      }
      value = value << 4 | digit
      index += 1
    }
    return value
  }

  private func append(_ code: UInt32, to text: inout [UInt8], start: SourcePosition) throws {
    guard let scalar = UnicodeScalar(code) else {
      throw fault("half of a surrogate pair stands alone in a text", at: start)
    }
    text.append(contentsOf: Array(String(Character(scalar)).utf8))
  }
}
