/// Running text: pieces of plain text, some of them emphasised, quoted as code or linked.
///
/// Pieces are never markup. Each renderer escapes them for its own format, so a string that a
/// user wrote cannot become an element in the report.
struct Prose: Sendable, Equatable, ExpressibleByStringInterpolation {
  enum Run: Sendable, Equatable {
    case text(String)
    case strong(String)
    case code(String)
    /// Link inside the report: the words shown and the anchor they lead to.
    case link(String, to: Anchor)
  }

  var runs: [Run]

  init(_ text: String) { runs = [.text(text)] }
  init(runs: [Run]) { self.runs = runs }
  init(stringLiteral value: String) { runs = [.text(value)] }
  init(stringInterpolation: StringInterpolation) { runs = stringInterpolation.runs }

  /// The words alone.
  var plain: String {
    runs.map { run in
      switch run {
      case .text(let words), .strong(let words), .code(let words), .link(let words, _): words
      }
    }.joined()
  }

  static func + (left: Prose, right: Prose) -> Prose { Prose(runs: left.runs + right.runs) }

  struct StringInterpolation: StringInterpolationProtocol {
    var runs: [Run] = []
    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ literal: String) { append(literal) }
    mutating func appendInterpolation(_ text: String) { append(text) }
    mutating func appendInterpolation(_ count: Int) { append(NumberText.count(count)) }
    mutating func appendInterpolation(_ prose: Prose) { runs += prose.runs }
    mutating func appendInterpolation(strong text: String) { runs.append(.strong(text)) }
    mutating func appendInterpolation(code text: String) { runs.append(.code(text)) }
    mutating func appendInterpolation(link words: String, to anchor: Anchor) {
      runs.append(.link(words, to: anchor))
    }
    private mutating func append(_ text: String) {
      if case .text(let before)? = runs.last {
        runs[runs.count - 1] = .text(before + text)
      } else if !text.isEmpty {
        runs.append(.text(text))
      }
    }
  }
}

/// A place in the report that links can lead to: lower-case letters, digits and hyphens only.
struct Anchor: Sendable, Hashable {
  let id: String

  /// Joins the parts into one identifier; whatever is not a letter or digit becomes a hyphen.
  init(_ parts: String...) { self.init(parts: parts) }

  init(parts: [String]) {
    var slug = ""
    for scalar in parts.joined(separator: "-").lowercased().unicodeScalars {
      if ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) {
        slug.unicodeScalars.append(scalar)
      } else if slug.last != "-" {
        slug.append("-")
      }
    }
    let trimmed = slug.drop { $0 == "-" }
    id = trimmed.isEmpty || trimmed.first?.isNumber == true ? "at-" + trimmed : String(trimmed)
  }
}
