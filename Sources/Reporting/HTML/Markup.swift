import Basics

/// A piece of HTML, SVG or XML in which every string that came from outside is escaped.
///
/// Element and attribute names are `StaticString`, so they can only be written in our source;
/// all other strings pass through ``init(text:)`` or an attribute value and are escaped there.
/// There is no way to insert a string as it is.
struct Markup: Sendable, Equatable {
  private(set) var source: String

  static let empty = Markup(escaped: "")

  private init(escaped source: String) { self.source = source }

  /// Plain text; markup characters in it become references.
  init(text: String) { self.init(escaped: Markup.escape(text)) }

  /// An element with content.
  static func element(
    _ name: StaticString, _ attributes: Attribute?..., @MarkupBuilder content: () -> Markup
  ) -> Markup {
    Markup(
      escaped: "<\(name)\(written(attributes))>\(content().source)</\(name)>")
  }

  /// An element without content and, in HTML, without an end tag.
  static func void(_ name: StaticString, _ attributes: Attribute?...) -> Markup {
    Markup(escaped: "<\(name)\(written(attributes))>")
  }

  /// An XML or SVG element without content.
  static func closed(_ name: StaticString, _ attributes: Attribute?...) -> Markup {
    Markup(escaped: "<\(name)\(written(attributes))/>")
  }

  /// Markup that is part of our own source: a document type, an XML declaration.
  static func declaration(_ text: StaticString) -> Markup { Markup(escaped: "\(text)\n") }

  /// A style sheet. Style text cannot hold an end tag: ``StyleText`` never contains `<`.
  static func style(_ style: StyleText) -> Markup {
    Markup(escaped: "<style>\(style.source)</style>")
  }

  static var newline: Markup { Markup(escaped: "\n") }

  static func + (left: Markup, right: Markup) -> Markup {
    Markup(escaped: left.source + right.source)
  }

  static func += (left: inout Markup, right: Markup) { left.source += right.source }

  private static func written(_ attributes: [Attribute?]) -> String {
    attributes.compactMap(\.self).map { attribute in
      guard let value = attribute.value else { return " \(attribute.name)" }
      return " \(attribute.name)=\"\(escape(value))\""
    }.joined()
  }

  /// Replaces the five markup characters, and control and bidirectional override characters that
  /// XML forbids or that could make text read differently from what it is.
  private static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    // What others wrote is shown: a control, bidirectional or invisible character as an escape.
    for scalar in visible(text, keepingLines: true).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// One attribute of an element; the value is escaped when it is written.
struct Attribute: Sendable {
  let name: StaticString
  let value: String?

  /// An attribute that takes no user input in its name.
  init(_ name: StaticString, _ value: String) {
    self.name = name
    self.value = value
  }

  private init(flag name: StaticString) {
    self.name = name
    value = nil
  }

  static func `class`(_ names: String?...) -> Attribute? {
    let joined = names.compactMap(\.self).joined(separator: " ")
    return joined.isEmpty ? nil : Attribute("class", joined)
  }
  static func id(_ anchor: Anchor) -> Attribute { Attribute("id", anchor.id) }
  /// A link inside the page.
  static func href(_ anchor: Anchor) -> Attribute { Attribute("href", "#" + anchor.id) }
  static func number(_ name: StaticString, _ value: Double) -> Attribute {
    Attribute(name, Coordinate.text(value))
  }
}

enum RelativePath {
  /// Percent-encodes everything but letters, digits and `-._~/`.
  static func percentEncoded(_ path: String) -> String {
    path.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        return String(UnicodeScalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        return "%" + (hex.count == 1 ? "0" : "") + hex
      }
    }.joined()
  }

  /// True for a path that stays below its folder.
  static func isContained(_ path: String) -> Bool {
    !path.isEmpty && !path.hasPrefix("/") && !path.contains("\0")
      && !path.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." }
  }
}

@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ markup: Markup) -> Markup { markup }
  /// A string is text.
  static func buildExpression(_ text: String) -> Markup { Markup(text: text) }
  static func buildBlock(_ parts: Markup...) -> Markup { joined(parts) }
  static func buildArray(_ parts: [Markup]) -> Markup { joined(parts) }
  static func buildOptional(_ part: Markup?) -> Markup { part ?? .empty }
  static func buildEither(first: Markup) -> Markup { first }
  static func buildEither(second: Markup) -> Markup { second }
  private static func joined(_ parts: [Markup]) -> Markup {
    var all = Markup.empty
    for part in parts { all += part }
    return all
  }
}

/// A style sheet from our own source, with user text only inside escaped CSS strings.
struct StyleText: Sendable {
  private(set) var source: String

  init(_ rules: StaticString) { source = "\(rules)" }

  static func + (left: StyleText, right: StyleText) -> StyleText {
    var sum = left
    sum.source += right.source
    return sum
  }

  /// The rule with `$` replaced by the text as a CSS string.
  init(_ rule: StaticString, string text: String) {
    let quoted = text.unicodeScalars.map { scalar -> String in
      let isPlain =
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar) || scalar == " "
      return isPlain ? String(scalar) : "\\" + String(scalar.value, radix: 16) + " "
    }.joined()
    source = "\(rule)".replacing("$", with: "\"\(quoted)\"")
  }
}
