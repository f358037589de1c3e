/// How groups of one attribute are formed.
package enum GroupRule: Sendable, Equatable {
  /// Explicit values; others are not analysed.
  case values([String])
  /// Ascending edges; the last bin is open: `[0, 20, 40]` makes `0-19`, `20-39`, `40+`.
  case edges([Double])
  /// Groups of several values each, by patterns; values that none fits are not analysed.
  case gathered([Gathering])

  /// A group and the values that belong to it.
  package struct Gathering: Sendable, Equatable {
    package var name: String
    /// Values, or patterns in which `*` stands for any text: `WHITE*`.
    package var patterns: [String]

    package init(name: String, patterns: [String]) {
      self.name = name
      self.patterns = patterns
    }

    /// Whether a value fits one of the patterns; capital letters and blanks around it do not count.
    package func contains(_ value: String, of attribute: Attribute) -> Bool {
      patterns.contains { pattern in
        pattern.contains("*")
          ? Self.fits(attribute.key(value)[...], attribute.key(pattern)[...])
          : attribute.isSame(value, pattern)
      }
    }

    /// Between its stars a pattern is text, each found as early as possible.
    private static func fits(_ value: Substring, _ pattern: Substring) -> Bool {
      let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
      guard let first = parts.first, let last = parts.last, value.hasPrefix(first) else {
        return false
      }
      var rest = value.dropFirst(first.count)
      for part in parts.dropFirst().dropLast() where !part.isEmpty {
        while !rest.isEmpty, !rest.hasPrefix(part) { rest.removeFirst() }
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      }
      return rest.hasSuffix(last)
    }
  }
}
