/// Finds the ends of tags, comments and references as Python's HTML parser does.
///
/// Searches that fail are answered from what is known about the whole text, so that many
/// unfinished tags do not make the scan quadratic.
struct HTMLTagScanner {
  private let text: Scalars
  private let last: [Unicode.Scalar: Int]
  private let lastComment: Int?
  private let lastSectionClose: [Int?]
  /// For every place the next that ends a tag's name.
  private let nameEnds: [Int]

  init(_ text: Scalars) {
    self.text = text
    var last: [Unicode.Scalar: Int] = [:]
    for scalar in "<>;'\"]".unicodeScalars { last[scalar] = text.lastIndex(of: scalar) }
    self.last = last
    var nameEnds = [Int](repeating: text.count, count: text.count + 1)
    for index in text.indices.reversed() {
      nameEnds[index] = Self.isInName(text[index]) ? nameEnds[index + 1] : index
    }
    self.nameEnds = nameEnds
    lastComment = text.indices.last { Self.commentClose(text, $0) != nil }
    lastSectionClose = [false, true].map { isDouble in
      text.indices.last { Self.sectionClose(text, $0, isDouble: isDouble) != nil }
    }
  }

  /// The next occurrence of one of `< > ; ' "`.
  func next(_ scalar: Unicode.Scalar, from start: Int) -> Int? {
    guard let last = last[scalar], start <= last else { return nil }
    return text[Swift.max(0, start)...].firstIndex(of: scalar)
  }

  /// The end of the `-->` that ends a comment; spaces may precede its `>`.
  func commentEnd(from start: Int) -> Int? {
    guard let lastComment, start <= lastComment else { return nil }
    var index = start
    while index <= lastComment {
      if let end = Self.commentClose(text, index) { return end }
      index += 1
    }
    return nil
  }

  private static func commentClose(_ text: Scalars, _ index: Int) -> Int? {
    guard text[index] == "-", text.at(index + 1) == "-" else { return nil }
    let close = text.runEnd(index + 2) { $0.isSpace }
    return text.at(close) == ">" ? close + 1 : nil
  }

  /// `]>`, or `]]>`, with spaces allowed before each character but the first.
  func sectionClose(from start: Int, isDouble: Bool) -> Range<Int>? {
    guard let last = lastSectionClose[isDouble ? 1 : 0], start <= last else { return nil }
    var index = start
    while index <= last {
      if let end = Self.sectionClose(text, index, isDouble: isDouble) { return index..<end }
      index += 1
    }
    return nil
  }

  private static func sectionClose(_ text: Scalars, _ index: Int, isDouble: Bool) -> Int? {
    guard text[index] == "]" else { return nil }
    var close = text.runEnd(index + 1) { $0.isSpace }
    if isDouble {
      guard text.at(close) == "]" else { return nil }
      close = text.runEnd(close + 1) { $0.isSpace }
    }
    return text.at(close) == ">" ? close + 1 : nil
  }

  /// The keyword of `<![keyword`, with the spaces after it.
  func sectionName(at start: Int) -> (text: String, end: Int) {
    guard text[start].isASCIILetter else { return ("", start) }
    let end = text.runEnd(start) {
      $0.isASCIILetter || $0.isASCII && $0.isDigit || $0 == "-" || $0 == "_" || $0 == "."
    }
    return (Scalars(text[start..<end]).text.lowercased(), text.runEnd(end) { $0.isSpace })
  }

  /// `</name>` of the given element.
  func endTag(of element: String, from start: Int) -> Int? {
    var index = start
    while let open = next("<", from: index) {
      if let (name, _) = plainEndTag(from: open), name == element { return open }
      index = open + 1
    }
    return nil
  }

  /// `</\s*name\s*>` with a name of ASCII letters, digits, `-`, `.`, `:`, `_`.
  func plainEndTag(from start: Int) -> (name: String, end: Int)? {
    guard text.at(start + 1) == "/" else { return nil }
    let nameStart = text.runEnd(start + 2) { $0.isSpace }
    guard text.at(nameStart)?.isASCIILetter == true else { return nil }
    let nameEnd = text.runEnd(nameStart) {
      $0.isASCIILetter || $0.isASCII && $0.isDigit || $0 == "-" || $0 == "." || $0 == ":"
        || $0 == "_"
    }
    let close = text.runEnd(nameEnd) { $0.isSpace }
    guard text.at(close) == ">" else { return nil }
    return (Scalars(text[nameStart..<nameEnd]).text.lowercased(), close + 1)
  }

  /// A tag's name, and where the spaces and slashes after it end.
  func tagName(at start: Int) -> (name: String, end: Int)? {
    guard text.at(start)?.isASCIILetter == true else { return nil }
    let nameEnd = nameEnds[start]
    return (Scalars(text[start..<nameEnd]).text.lowercased(), gapEnd(nameEnd))
  }

  struct StartTag {
    let name: String
    let end: Int
    let isSelfClosing: Bool
    /// Whether it ends in `>`; else it is text.
    let isWellFormed: Bool
  }

  /// The start tag at `<`, or `nil` when the text ends inside it.
  func startTag(from start: Int) -> StartTag? {
    // Without a '>' ahead only a NUL after the name ends a tag.
    if next(">", from: start) == nil {
      let nameEnd = nameEnds[start + 1]
      guard text.at(nameEnd)?.value == 0 else { return nil }
    }
    guard let (name, attributes) = tagName(at: start + 1), let end = wholeEnd(start) else {
      return nil
    }
    var index = attributes
    while index < end, let attributeEnd = attributeEnd(index) { index = attributeEnd }
    let closing = Scalars(text[Swift.min(index, end)..<end]).stripped().text
    return StartTag(
      name: name, end: end, isSelfClosing: closing == "/>",
      isWellFormed: closing == ">" || closing == "/>")
  }

  /// Where the whole start tag ends, `nil` when the text ends first.
  private func wholeEnd(_ start: Int) -> Int? {
    var index = nameEnds[start + 1]
    index = text.runEnd(index) { $0.isSpace || $0 == "/" }
    while let end = attributeEnd(index) { index = end }
    index = text.runEnd(index) { $0.isSpace }
    switch text.at(index) {
    case ">": return index + 1
    case "/": return text.at(index + 1) == ">" ? index + 2 : nil
    case nil: return nil
    case let next? where next.isASCIILetter || next == "=": return nil
    default: return index
    }
  }

  /// An attribute with its value and the gap after it; it must follow a gap or a quote.
  private func attributeEnd(_ start: Int) -> Int? {
    guard let first = text.at(start), !first.isSpace, first != "/", first != ">",
      let before = text.at(start - 1),
      before.isSpace || before == "'" || before == "\"" || before == "/"
    else { return nil }
    let nameEnd = text.runEnd(start + 1) { !$0.isSpace && $0 != "/" && $0 != "=" && $0 != ">" }
    return gapEnd(valueEnd(nameEnd) ?? nameEnd)
  }

  /// `\s*=+\s*value\s*`, where value is quoted or runs to the next space or `>`.
  private func valueEnd(_ start: Int) -> Int? {
    let sign = text.runEnd(start) { $0.isSpace }
    let signEnd = text.runEnd(sign) { $0 == "=" }
    guard signEnd > sign else { return nil }
    var value = text.runEnd(signEnd) { $0.isSpace }
    var end = value
    if let quote = text.at(value), quote == "'" || quote == "\"" {
      if let close = next(quote, from: value + 1) {
        end = close + 1
      } else if value > signEnd {
        end = value - 1  // an open quote: the value is empty, one space earlier
      } else if signEnd - sign > 1 {
        value = signEnd - 1  // or the last '=' belongs to the value
        end = bareEnd(value)
      } else {
        return nil
      }
    } else {
      end = bareEnd(value)
    }
    return text.runEnd(end) { $0.isSpace }
  }

  private func bareEnd(_ start: Int) -> Int { text.runEnd(start) { $0 != ">" && !$0.isSpace } }

  /// Spaces, and slashes that do not close the tag.
  private func gapEnd(_ start: Int) -> Int {
    var index = start
    while let scalar = text.at(index),
      scalar.isSpace || scalar == "/" && text.at(index + 1) != ">"
    {
      index += 1
    }
    return index
  }

  private static func isInName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\r", "\u{c}", " ", "/", ">", "\0": false
    default: true
    }
  }

  /// `&#…` with a character after it that is no hexadecimal digit; the end is that character.
  func numericReference(from start: Int) -> (value: UInt32, end: Int)? {
    let isHexadecimal = text.at(start + 2) == "x" || text.at(start + 2) == "X"
    let first = start + (isHexadecimal ? 3 : 2)
    let isHexDigit = { (scalar: Unicode.Scalar) in
      scalar.isASCII && Character(scalar).isHexDigit
    }
    let end = text.runEnd(first) { isHexadecimal ? isHexDigit($0) : $0.isASCII && $0.isDigit }
    guard end > first, let after = text.at(end), !isHexDigit(after) else { return nil }
    return (HTMLEntities.number(text[first..<end], radix: isHexadecimal ? 16 : 10), end)
  }

  /// `&name` with a character after it that is no letter or digit; the end is that character.
  func namedReference(from start: Int) -> (name: String, end: Int)? {
    guard text.at(start + 1)?.isASCIILetter == true else { return nil }
    let isAlphanumeric = { (scalar: Unicode.Scalar) in
      scalar.isASCIILetter || scalar.isASCII && scalar.isDigit
    }
    var end = text.runEnd(start + 1) { isAlphanumeric($0) || $0 == "-" || $0 == "." }
    if end == text.count {
      // The text is over: an earlier '-' or '.' can be the character after the name.
      guard let mark = text[(start + 2)..<end].lastIndex(where: { $0 == "-" || $0 == "." }) else {
        return nil
      }
      end = mark
    }
    return (Scalars(text[(start + 1)..<end]).text, end)
  }
}
