/// A value that one word of a command line can mean.
package protocol ExpressibleByArgument: Sendable {
  /// Returns nil when the word has no such meaning.
  init?(argument: String)

  /// How a default value is shown in the help.
  var defaultValueDescription: String { get }

  /// All words, when there are few; shown in the help and in errors.
  static var allValueStrings: [String] { get }

  /// The kind in an error sentence, such as `a whole number`.
  static var kindInWords: String { get }
}

extension ExpressibleByArgument {
  package var defaultValueDescription: String { "\(self)" }
  package static var allValueStrings: [String] { [] }
  package static var kindInWords: String { "a valid value" }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue == String {
  package init?(argument: String) { self.init(rawValue: argument) }
  package var defaultValueDescription: String { rawValue }
}

extension ExpressibleByArgument
where Self: RawRepresentable & CaseIterable, RawValue == String {
  package static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

extension String: ExpressibleByArgument {
  package init?(argument: String) { self = argument }
  package static var kindInWords: String { "a text" }
}

extension Int: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var kindInWords: String { "a whole number" }
}

extension UInt64: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var kindInWords: String { "a whole number from 0 to \(UInt64.max)" }
}

extension Double: ExpressibleByArgument {
  package init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  package static var kindInWords: String { "a number" }
}
