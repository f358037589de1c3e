import Basics

/// Turns the bytes of a table into rows: recognises how it is written, then parses as it comes.
struct TableTextReader {
  private let path: String
  private let named: TableFormat
  private let limits: TableLimits
  private let keeping: Set<String>?
  /// Held back until the format is known.
  private var head: [UInt8] = []
  private var utf16: UTF16Decoder?
  private var hasMark = false
  private(set) var parser: CSVParser?
  private var separator = TableFormat.Separator.comma

  private static let headLength = 1 << 16

  init(path: String, format: TableFormat, keeping: Set<String>?, limits: TableLimits) {
    self.path = path
    named = format
    self.keeping = keeping
    self.limits = limits
  }

  mutating func take(_ piece: UnsafeBufferPointer<UInt8>) throws {
    guard parser != nil else {
      head.append(contentsOf: piece)
      if head.count >= Self.headLength { try begin(isWhole: false) }
      return
    }
    try parse(piece)
  }

  /// - Returns: How the table turned out to be written.
  mutating func finish() throws -> TableFormat {
    if parser == nil { try begin(isWhole: true) }
    if var decoder = utf16 {
      try decoder.finish().withUnsafeBufferPointer { try parser?.parse($0) }
    }
    try parser?.finish()
    return TableFormat(
      separator: separator, decimal: named.decimal, encoding: try foundEncoding())
  }

  private mutating func begin(isWhole: Bool) throws {
    let recognised = FormatRecognition(head: head, encoding: named.encoding)
    if let wide = recognised.wide {
      if let encoding = named.encoding, encoding != .utf16 {
        throw AuditFailure(
          "\(path) is in UTF-16, but its \"format\" names \"\(encoding.rawValue)\"",
          hint: "remove \"encoding\", which is recognised")
      }
      // Commas and line ends of UTF-16 have a zero byte each.
      if !wide.isCertain, head.count >= 2, !head.contains(0) {
        let isUTF8 = String(validating: Self.wholeCharacters(head, isWhole: isWhole), as: UTF8.self)
        throw AuditFailure(
          "\(path) is not in UTF-16, which its \"format\" names"
            + (isUTF8 != nil ? "; it is UTF-8" : ""),
          hint: "remove \"encoding\", which is recognised")
      }
      utf16 = UTF16Decoder(isBigEndian: wide.isBigEndian)
    }
    hasMark = recognised.markLength == 3
    var text = head[recognised.markLength...]
    head = []
    if var decoder = utf16 {
      text = text.withUnsafeBufferPointer { decoder.decode($0) }[...]
      utf16 = decoder
    }
    var firstLine: UInt32 = 1
    var separator = named.separator
    if let line = FormatRecognition.separatorLine(text) {
      guard let found = line.separator else {
        throw AuditFailure(
          "\(path), line 1: 'sep=' names a separator other than ',', ';', tab and '|'")
      }
      separator = separator ?? found
      text = text.dropFirst(line.length)
      firstLine = 2
    }
    self.separator =
      try separator ?? FormatRecognition.agreedSeparator(of: text, isWhole: isWhole, path: path)
    let keeping = keeping
    let encoding = headerEncoding
    parser = CSVParser(
      path: path, limits: limits, separator: self.separator.byte, firstLine: firstLine,
      mustBeUTF8: hasMark || named.encoding == .utf8 || utf16 != nil
    ) { bytes in keeping?.contains(Self.name(bytes, encoding)) ?? true }
    try text.withUnsafeBufferPointer { try parser?.parse($0) }
  }

  /// The bytes without a character that the head's end may cut.
  private static func wholeCharacters(_ bytes: [UInt8], isWhole: Bool) -> ArraySlice<UInt8> {
    guard !isWhole else { return bytes[...] }
    let cut = bytes.suffix(3).lastIndex { $0 >= 0xc0 } ?? bytes.endIndex
    return bytes[..<cut]
  }

  private mutating func parse(_ piece: UnsafeBufferPointer<UInt8>) throws {
    if var decoder = utf16 {
      let text = decoder.decode(piece)
      utf16 = decoder
      return try text.withUnsafeBufferPointer { try parser?.parse($0) }
    }
    try parser?.parse(piece)
  }

  private var headerEncoding: TableFormat.Encoding? { utf16 == nil ? named.encoding : .utf16 }

  /// A column's name without surrounding blanks; UTF-8 where it is, else Windows-1252.
  private static func name(_ bytes: [UInt8], _ encoding: TableFormat.Encoding?) -> String {
    let isUTF8 = String(validating: bytes, as: UTF8.self) != nil
    return bytes.withUnsafeBufferPointer {
      trimmed(text(of: $0, encoding: encoding ?? (isUTF8 ? .utf8 : .windows1252)))
    }
  }

  func columnNames() -> [String] {
    (parser?.header ?? []).map { Self.name($0, headerEncoding) }
  }

  /// The encoding named, or what the bytes allow.
  private func foundEncoding() throws -> TableFormat.Encoding {
    if utf16 != nil { return .utf16 }
    if let named = named.encoding { return named }
    guard let parser, let broken = parser.check.brokenLine else { return .utf8 }
    let hint = "name it beside the table: \"format\": { \"encoding\": \"windows-1252\" }"
    if let needed = parser.check.neededLine {
      throw AuditFailure(
        "\(path): line \(needed) is UTF-8, but line \(broken) is not",
        hint: "save the file in one encoding, or " + hint)
    }
    if let undefined = parser.check.undefinedLine {
      throw AuditFailure(
        "\(path), line \(undefined): the text is neither UTF-8 nor Windows-1252",
        hint: "save the file as UTF-8")
    }
    return .windows1252
  }
}

func trimmed(_ name: String) -> String {
  var name = name[...]
  while name.first?.isWhitespace == true { name.removeFirst() }
  while name.last?.isWhitespace == true { name.removeLast() }
  return String(name)
}
