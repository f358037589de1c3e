/// A property of a person or of an acquisition by which cases are grouped: sex, insurance, scanner.
///
/// What an attribute's values are called is known here and nowhere else: which spellings mean the
/// same, which cells say that a value is missing, how a value is written for a person.
package struct Attribute: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Words; upper and lower case mean the same.
    case categories
    /// Numbers, grouped by edges or one by one.
    case number
  }

  package var name: String
  package var kind: Kind
  /// Sets of words that mean the same; the first of each is how the value is written for a person.
  package var spellings: [[String]]
  /// Numbers that the attribute can have; nil where every number is one.
  package var range: ClosedRange<Double>?
  /// What a number counts, plural: `years`.
  package var unit: String?
  /// Whether all images of a patient should agree on it.
  package var staysWithPatient: Bool

  package init(
    name: String, kind: Kind = .categories, spellings: [[String]] = [],
    range: ClosedRange<Double>? = nil, unit: String? = nil, staysWithPatient: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.spellings = spellings
    self.range = range
    self.unit = unit
    self.staysWithPatient = staysWithPatient
  }

  /// One text for all spellings of a value: two values are the same exactly if their keys are.
  ///
  /// White space at the ends and upper case are ignored, and so is a fraction of zeros (`71.0` is
  /// `71`), which spreadsheets add to codes. `01` and `1` stay two codes.
  package func key(_ value: String) -> String {
    let folded = Self.folded(value)
    for words in spellings where words.contains(where: { Self.folded($0) == folded }) {
      return Self.folded(words[0])
    }
    if kind == .number, let number = Self.number(folded) { return Self.text(number) }
    return folded
  }

  /// Whether two spellings name one value.
  package func isSame(_ first: String, _ second: String) -> Bool {
    first == second || key(first) == key(second)
  }

  /// The value as a person writes it: `Female` for `f`; words without spellings stay as they are.
  package func written(_ value: String) -> String {
    let folded = Self.folded(value)
    return spellings.first { words in words.contains { Self.folded($0) == folded } }?.first ?? value
  }

  /// Whether a cell of a table says that nothing is known.
  package static func isMissing(_ value: String) -> Bool { missingWords.contains(folded(value)) }

  /// `none` is not among them: it is a value of insurance.
  private static let missingWords: Set<String> = [
    "", "-", ".", "?", "na", "n/a", "nan", "null", "missing", "unknown", "not available",
    "not recorded", "not reported", "unspecified", "not specified", "unknown/not specified",
    "declined", "refused", "declined to answer", "patient declined to answer", "patient refused",
    "prefer not to say", "unable to obtain", "not applicable", "not known",
  ]

  /// A finite decimal number; no hexadecimal, no words.
  package static func number(_ text: String) -> Double? {
    guard
      text.utf8.allSatisfy({
        (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
      }), let number = Double(text), number.isFinite
    else { return nil }
    return number
  }

  /// A number as group names and prompts' file names have it: whole numbers without a fraction.
  package static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
  }

  private static func folded(_ value: String) -> String {
    var text = value.lowercased()[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    if let point = text.firstIndex(of: "."), point != text.startIndex,
      text[..<point].allSatisfy({ $0.isASCII && $0.isNumber })
    {
      let fraction = text[text.index(after: point)...]
      if !fraction.isEmpty, fraction.allSatisfy({ $0 == "0" }) { text = text[..<point] }
    }
    return String(text)
  }
}
