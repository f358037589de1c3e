/// The text of a caption read as HTML, as Python's lenient parser and Beautiful Soup see it.
///
/// Tags, comments, declarations, scripts, styles, templates and ruby notes vanish; entities are
/// decoded; what only resembles markup stays. The parser is that of Python 3.11, which works in
/// two passes: it stops where more input could change the meaning, and then knows the end.
/// Markup that makes the reference fail (`<![` without a known keyword) is kept as text.
struct HTMLText {
  /// The visible text.
  static func text(of source: Scalars) -> Scalars {
    guard source.contains(where: { $0 == "<" || $0 == "&" }) else {
      return source.isEmpty ? source : VisibleText(source).text
    }
    var parser = HTMLText(source: source)
    parser.run(isEnd: false)
    parser.run(isEnd: true)
    parser.visible.endText()
    return parser.visible.text
  }

  private let source: Scalars
  private let tags: HTMLTagScanner
  private var visible = VisibleText()
  private var position = 0
  /// The script or style element whose content is being skipped.
  private var rawElement: String?

  private init(source: Scalars) {
    self.source = source
    tags = HTMLTagScanner(source)
  }

  private mutating func run(isEnd: Bool) {
    let count = source.count
    while position < count {
      let next: Int
      if let rawElement {
        guard let end = tags.endTag(of: rawElement, from: position) else { break }
        next = end
      } else {
        next = source.runEnd(position) { $0 != "<" && $0 != "&" }
      }
      visible.append(source[position..<next])
      position = next
      guard position < count else { break }
      let goesOn = source[position] == "<" ? markup(isEnd: isEnd) : reference(isEnd: isEnd)
      if !goesOn { break }
    }
    if isEnd, position < count, rawElement == nil {
      visible.append(source[position...])
      position = count
    }
  }

  /// Handles what begins with `<`; `false` when more input is needed.
  private mutating func markup(isEnd: Bool) -> Bool {
    let start = position
    let end: Int?
    if source.at(start + 1)?.isASCIILetter == true {
      end = startTag(start)
    } else if source.at(start + 1) == "/" {
      end = endTag(start)
    } else if source.end(of: "<!--", at: start) != nil {
      end = tags.commentEnd(from: start + 4)
      if end != nil { visible.addHidden() }
    } else if source.at(start + 1) == "?" {
      end = tags.next(">", from: start + 2).map { $0 + 1 }
      if end != nil { visible.addHidden() }
    } else if source.at(start + 1) == "!" {
      end = declaration(start)
    } else if start + 1 < source.count {
      visible.append(source[start...start])
      end = start + 1
    } else {
      return false
    }
    if let end {
      position = end
      return true
    }
    guard isEnd else { return false }
    let fallback =
      tags.next(">", from: start + 1).map { $0 + 1 } ?? tags.next("<", from: start + 1) ?? start + 1
    visible.append(source[start..<fallback])
    position = fallback
    return true
  }

  private mutating func startTag(_ start: Int) -> Int? {
    guard let tag = tags.startTag(from: start) else { return nil }
    guard tag.isWellFormed else {
      visible.append(source[start..<tag.end])
      return tag.end
    }
    visible.open(tag.name, isSelfClosing: tag.isSelfClosing)
    if !tag.isSelfClosing, tag.name == "script" || tag.name == "style" { rawElement = tag.name }
    return tag.end
  }

  private mutating func endTag(_ start: Int) -> Int? {
    guard let close = tags.next(">", from: start + 1) else { return nil }
    if let (name, end) = tags.plainEndTag(from: start) {
      if let rawElement, rawElement != name {
        visible.append(source[start..<end])
        return end
      }
      visible.close(name)
      rawElement = nil
      return end
    }
    if rawElement != nil {
      visible.append(source[start...close])
      return close + 1
    }
    if let (name, nameEnd) = tags.tagName(at: start + 2) {
      visible.close(name)
      return tags.next(">", from: nameEnd).map { $0 + 1 } ?? source.count
    }
    if close == start + 2 { return close + 1 }
    visible.addHidden()
    return close + 1
  }

  private mutating func declaration(_ start: Int) -> Int? {
    if source.at(start + 2) == "[" { return markedSection(start) }
    let isDoctype = source.end(of: "doctype", at: start + 2) != nil
    guard let close = tags.next(">", from: start + (isDoctype ? 9 : 2)) else { return nil }
    visible.addHidden()
    return close + 1
  }

  private mutating func markedSection(_ start: Int) -> Int? {
    guard start + 3 < source.count else { return nil }
    let name = tags.sectionName(at: start + 3)
    guard name.end < source.count else { return nil }
    let isStandard = ["temp", "cdata", "ignore", "include", "rcdata"].contains(name.text)
    guard isStandard || ["if", "else", "endif"].contains(name.text) else {
      visible.append(source[start..<start + 3])
      return start + 3
    }
    guard let close = tags.sectionClose(from: start + 3, isDouble: isStandard) else { return nil }
    let content = source[(start + 3)..<close.lowerBound]
    let isData = content.starts(with: Scalars("cdata["))
    visible.addSection(isData ? content.dropFirst(6) : nil)
    return close.upperBound
  }

  /// Handles what begins with `&`; `false` when more input is needed.
  private mutating func reference(isEnd: Bool) -> Bool {
    let start = position
    if source.at(start + 1) == "#" {
      guard let (value, end) = tags.numericReference(from: start) else {
        if tags.next(";", from: start) != nil {
          visible.append(source[start...(start + 1)])
          position = start + 2
        }
        return false
      }
      visible.append([HTMLEntities.parsedReference(value)])
      position = source.at(end) == ";" ? end + 1 : end
      return true
    }
    if let (name, end) = tags.namedReference(from: start) {
      visible.append(HTMLEntities.character(named: name) ?? Scalars("&\(name)"))
      position = source.at(end) == ";" ? end + 1 : end
      return true
    }
    if let next = source.at(start + 1), next.isASCIILetter {
      // The parser drops the ampersand of a last "&x" and keeps the rest.
      if isEnd, start + 2 == source.count { position = start + 1 }
      return false
    }
    guard start + 1 < source.count else { return false }
    visible.append(source[start...start])
    position = start + 1
    return true
  }
}
