/// Collects the text between tags as Beautiful Soup does for its `.text`.
///
/// A stretch of nothing but ASCII spaces becomes one space or line break, except inside `pre` and
/// `textarea`; inside scripts, styles, templates and ruby notes text does not count.
struct VisibleText {
  private(set) var text = Scalars()
  private var pending = Scalars()
  private var hasPending = false
  private var openTags: [String] = []
  private var openCount: [String: Int] = [:]
  private var hiddenDepth = 0
  private var preservingDepth = 0
  /// Empty elements that closed themselves, whose end tags are to be ignored.
  private var closedEmptyTags: [String: Int] = [:]

  init() {}

  init(_ text: Scalars) {
    append(text[...])
    endText()
  }

  private static let hiding: Set = ["rt", "rp", "style", "script", "template"]
  private static let preserving: Set = ["pre", "textarea"]
  private static let empty: Set = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "keygen", "link", "menuitem",
    "meta", "param", "source", "track", "wbr", "basefont", "bgsound", "command", "frame", "image",
    "isindex", "nextid", "spacer",
  ]

  mutating func append(_ text: ArraySlice<Unicode.Scalar>) {
    guard !text.isEmpty else { return }
    pending.append(contentsOf: text)
    hasPending = true
  }

  mutating func append(_ text: Scalars) { append(text[...]) }

  /// Ends a stretch of text.
  mutating func endText() {
    guard hasPending else { return }
    if hiddenDepth == 0 { text.append(contentsOf: collapsed(pending)) }
    pending.removeAll(keepingCapacity: true)
    hasPending = false
  }

  /// A comment or declaration, which only ends the text before it.
  mutating func addHidden() { endText() }

  /// A marked section; its content is visible everywhere when it is character data.
  mutating func addSection(_ data: ArraySlice<Unicode.Scalar>?) {
    endText()
    guard let data else { return }
    text.append(contentsOf: collapsed(Scalars(data)))
  }

  mutating func open(_ name: String, isSelfClosing: Bool) {
    endText()
    openTags.append(name)
    openCount[name, default: 0] += 1
    if Self.hiding.contains(name) { hiddenDepth += 1 }
    if Self.preserving.contains(name) { preservingDepth += 1 }
    if isSelfClosing {
      pop(to: name)
    } else if Self.empty.contains(name) {
      pop(to: name)
      closedEmptyTags[name, default: 0] += 1
    }
  }

  mutating func close(_ name: String) {
    if let count = closedEmptyTags[name], count > 0 {
      closedEmptyTags[name] = count - 1
    } else {
      endText()
      pop(to: name)
    }
  }

  /// Closes every tag down to the last open one of this name, if there is one.
  private mutating func pop(to name: String) {
    guard openCount[name, default: 0] > 0 else { return }
    while let last = openTags.popLast() {
      openCount[last, default: 1] -= 1
      if Self.hiding.contains(last) { hiddenDepth -= 1 }
      if Self.preserving.contains(last) { preservingDepth -= 1 }
      if last == name { return }
    }
  }

  private func collapsed(_ stretch: Scalars) -> Scalars {
    let isBlank = stretch.allSatisfy {
      $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\u{c}" || $0 == "\r"
    }
    guard isBlank, preservingDepth == 0 else { return stretch }
    return stretch.contains("\n") ? ["\n"] : [" "]
  }
}
