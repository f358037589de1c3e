/// Reads JSON5, which people write, or the strict JSON that programs write.
///
/// Either way keys that stand twice, unpaired surrogates and deep nesting are refused, which the
/// platform's decoder does not do; specs and the headers of weight files are strangers' texts.
/// - SeeAlso: The JSON5 data interchange format 1.0.0, sections 3 to 8; RFC 8259.
package struct JSON5Reader {
  /// Who wrote the text.
  package enum Dialect: Sendable {
    /// JSON5: comments, trailing commas, bare keys, single quotes; without `NaN` and `Infinity`, which
    /// would hide a mistake in a spec.
    case person
    /// RFC 8259 to the letter, and the `NaN` and `Infinity` that Python writes.
    case program

    /// Bytes of one text, at most: a spec is a few kilobytes, a header of weights some megabytes.
    var maximumByteCount: Int {
      switch self {
      case .person: 16 << 20
      case .program: 256 << 20
      }
    }
  }

  /// Objects and lists inside one another, at most.
  package static let maximumDepth = 64
  /// Bytes of one file that a person wrote, at most.
  package static let maximumByteCount = Dialect.person.maximumByteCount

  let path: String
  let dialect: Dialect
  let bytes: [UInt8]
  var index = 0
  var line = 1
  var lineStart = 0
  private let valueLimit: Int
  private var valueCount = 0

  init(bytes: [UInt8], path: String, dialect: Dialect, valueLimit: Int = jsonValueLimit) {
    self.bytes = bytes
    self.path = path
    self.dialect = dialect
    self.valueLimit = valueLimit
  }

  /// The value tree of `bytes`.
  ///
  /// - Parameters:
  ///   - path: The file's name as the user knows it, for messages `path:line: …`.
  ///   - valueLimit: Texts with more values are refused where they exceed it.
  /// - Throws: ``AuditFailure`` that names the line of the first fault.
  package static func value(
    of bytes: [UInt8], path: String, dialect: Dialect = .person,
    valueLimit: Int = jsonValueLimit
  ) throws -> JSONValue {
    guard bytes.count <= dialect.maximumByteCount else {
      throw AuditFailure(
        "\(path): the file has \(bytes.count) bytes; at most \(dialect.maximumByteCount) are read")
    }
    var reader = JSON5Reader(
      bytes: bytes, path: path, dialect: dialect, valueLimit: valueLimit)
    try reader.checkEncoding()
    if dialect == .person, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
    try reader.skipSpace()
    guard reader.index < bytes.count else {
      throw AuditFailure("\(path): the file is empty; an object {…} is needed")
    }
    let value = try reader.readValue(depth: 0)
    try reader.skipSpace()
    guard reader.index == bytes.count else {
      throw reader.fault("found \(reader.foundInWords()) after the end of the value; remove it")
    }
    return value
  }

  /// The value tree of a file that a program wrote.
  package static func value(ofFile path: String) throws -> JSONValue {
    try value(
      of: readBytes(of: path, limit: Dialect.program.maximumByteCount), path: path,
      dialect: .program)
  }

  var isStrict: Bool { dialect == .program }

  var position: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }

  func fault(_ sentence: String, at place: SourcePosition? = nil) -> AuditFailure {
    let place = place ?? position
    return AuditFailure("\(path):\(place.line): \(sentence) (column \(place.column))")
  }

  var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  func byte(ahead offset: Int) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  /// The text at the current place for a sentence `found …`.
  func foundInWords() -> String {
    guard index < bytes.count else { return "the end of the file" }
    var end = index
    while end < bytes.count, end - index < 24, bytes[end] >= 0x20 { end += 1 }
    // A cut in the middle of a character would decode to a replacement mark.
    while end < bytes.count, end > index, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    if end == index { return "the byte \(bytes[index])" }
    let text = String(decoding: bytes[index..<end], as: UTF8.self)
    return "'\(text.shortened(to: 16))'"
  }

  private func checkEncoding() throws {
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    var line = 1
    var rest = bytes[...]
    // One line at a time: a hundred megabytes may be as many lines.
    while let end = rest.firstIndex(of: 0x0A),
      String(validating: rest[..<end], as: UTF8.self) != nil
    {
      line += 1
      rest = rest[(end + 1)...]
    }
    throw AuditFailure("\(path):\(line): the text is not UTF-8; save the file as UTF-8")
  }

  /// Steps over a line end at the current place: LF, CR, CRLF, U+2028 or U+2029.
  mutating func skipLineEnd() -> Bool {
    guard let first = byte else { return false }
    switch first {
    case 0x0A: index += 1
    case 0x0D: index += byte(ahead: 1) == 0x0A ? 2 : 1
    case 0xE2
    where !isStrict && byte(ahead: 1) == 0x80 && (byte(ahead: 2) == 0xA8 || byte(ahead: 2) == 0xA9):
      index += 3
    default: return false
    }
    line += 1
    lineStart = index
    return true
  }

  /// Steps over white space and comments.
  mutating func skipSpace() throws {
    while let current = byte {
      if skipLineEnd() { continue }
      switch current {
      case 0x20, 0x09: index += 1
      case _ where isStrict: return
      case 0x0B, 0x0C: index += 1
      case 0xC2 where byte(ahead: 1) == 0xA0: index += 2  // no-break space
      case 0xEF where byte(ahead: 1) == 0xBB && byte(ahead: 2) == 0xBF: index += 3
      case 0x2F where byte(ahead: 1) == 0x2F:
        while let next = byte, next != 0x0A, next != 0x0D { index += 1 }
      case 0x2F where byte(ahead: 1) == 0x2A: try skipBlockComment()
      default: return
      }
    }
  }

  private mutating func skipBlockComment() throws {
    let start = position
    index += 2
    while index < bytes.count {
      if byte == 0x2A, byte(ahead: 1) == 0x2F {
        index += 2
        return
      }
      if !skipLineEnd() { index += 1 }
    }
    throw fault("this comment /* is not closed; add */", at: start)
  }

  mutating func readValue(depth: Int) throws -> JSONValue {
    guard depth < Self.maximumDepth else {
      throw fault("values are nested more than \(Self.maximumDepth) deep")
    }
    valueCount += 1
    guard valueCount <= valueLimit else {
      throw fault("there are more than \(valueLimit) values, and no more are read")
    }
    let start = position
    guard let first = byte else { throw fault("a value is missing here; the file ends") }
    switch first {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return JSONValue(.string(try readString()), at: start)
    case UInt8(ascii: "-") where isStrict && take("-Infinity"):
      return JSONValue(.number("-Infinity"), at: start)
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      return JSONValue(.number(try readNumber()), at: start)
    default:
      let word = readWord()
      switch word {
      case "true": return JSONValue(.boolean(true), at: start)
      case "false": return JSONValue(.boolean(false), at: start)
      case "null": return JSONValue(.null, at: start)
      case "NaN", "Infinity":
        guard !isStrict else { return JSONValue(.number(word), at: start) }
        throw fault("'\(word)' is not a number here", at: start)
      case "": throw fault("a value is missing here; found \(foundInWords())", at: start)
      default:
        throw fault(
          "'\(word.shortened(to: 40))' is not a value; put text in quotes", at: start)
      }
    }
  }

  private mutating func readArray(depth: Int) throws -> JSONValue {
    let start = position
    index += 1
    var elements: [JSONValue] = []
    while true {
      try skipSpace()
      if byte == UInt8(ascii: "]"), elements.isEmpty || !isStrict { break }
      elements.append(try readValue(depth: depth + 1))
      try skipSpace()
      if byte == UInt8(ascii: ",") {
        index += 1
      } else if byte == UInt8(ascii: "]") {
        break
      } else {
        throw unfinished("list that began in line \(start.line)", closing: "]")
      }
    }
    index += 1
    return JSONValue(.array(elements), at: start)
  }

  private mutating func readObject(depth: Int) throws -> JSONValue {
    let start = position
    index += 1
    var members: [JSONMember] = []
    var lines: [String: Int] = [:]
    while true {
      try skipSpace()
      if byte == UInt8(ascii: "}"), members.isEmpty || !isStrict { break }
      let namePosition = position
      let name = try readName(objectLine: start.line)
      if let first = lines.updateValue(namePosition.line, forKey: name) {
        throw fault(
          "the key '\(name.shortened(to: 40))' stands twice in this object, first in line \(first);"
            + " remove one", at: namePosition)
      }
      try skipSpace()
      guard byte == UInt8(ascii: ":") else {
        throw fault("':' is missing after the key '\(name.shortened(to: 40))'")
      }
      index += 1
      try skipSpace()
      let value = try readValue(depth: depth + 1)
      members.append(JSONMember(name: name, position: namePosition, value: value))
      try skipSpace()
      if byte == UInt8(ascii: ",") {
        index += 1
      } else if byte == UInt8(ascii: "}") {
        break
      } else {
        throw unfinished("object that began in line \(start.line)", closing: "}")
      }
    }
    index += 1
    return JSONValue(.object(members), at: start)
  }

  private func unfinished(_ what: String, closing: String) -> AuditFailure {
    index == bytes.count
      ? fault("the file ends inside the \(what); '\(closing)' is missing")
      : fault("',' or '\(closing)' is missing before \(foundInWords()) in the \(what)")
  }

  private mutating func readName(objectLine: Int) throws -> String {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return try readString()
    case .some where isStrict: throw fault("a key in quotes is missing; found \(foundInWords())")
    case nil: throw unfinished("object that began in line \(objectLine)", closing: "}")
    default:
      let found = foundInWords()
      let word = readWord()
      guard let first = word.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
      else { throw fault("a key is missing here; found \(found)") }
      return word
    }
  }

  /// Steps over `word` where it stands here.
  private mutating func take(_ word: String) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    index += word.utf8.count
    return true
  }

  /// The longest run of identifier bytes, possibly empty.
  private mutating func readWord() -> String {
    let start = index
    while let current = byte {
      switch current {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
        index += 1
        continue
      default: break
      }
      break
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }
}
