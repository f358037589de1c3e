/// The ways an option may be written.
package struct NameSpecification: Sendable, Equatable {
  enum Element: Sendable, Equatable { case long, short, customLong(String), customShort(Character) }

  var elements: [Element]

  /// `--shared-steps` for a property `sharedSteps`.
  package static var long: NameSpecification { NameSpecification(elements: [.long]) }
  /// `-s` for a property `sharedSteps`.
  package static var short: NameSpecification { NameSpecification(elements: [.short]) }
  package static var shortAndLong: NameSpecification {
    NameSpecification(elements: [.short, .long])
  }
  package static func customLong(_ name: String) -> NameSpecification {
    NameSpecification(elements: [.customLong(name)])
  }
  package static func customShort(_ letter: Character) -> NameSpecification {
    NameSpecification(elements: [.customShort(letter)])
  }

  /// The names with their dashes.
  func names(ofProperty property: String) -> [String] {
    elements.map { element in
      switch element {
      case .long: "--" + kebabCase(property)
      case .short: "-" + (property.first.map { $0.lowercased() } ?? "")
      case .customLong(let name): "--" + name
      case .customShort(let letter): "-\(letter)"
      }
    }
  }
}

/// Help for one property.
package struct ArgumentHelp: Sendable, Equatable, ExpressibleByStringLiteral,
  ExpressibleByStringInterpolation
{
  package var abstract: String
  /// The word between `<` and `>`; nil takes the property's name.
  package var valueName: String?

  package init(_ abstract: String = "", valueName: String? = nil) {
    self.abstract = abstract
    self.valueName = valueName
  }

  package init(stringLiteral value: String) { self.init(value) }
}

/// What the parser knows of one wrapped property.
struct ArgumentDefinition: Sendable {
  enum Kind: Sendable, Equatable {
    case positional
    case option
    case flag
  }

  var kind: Kind
  var names: NameSpecification
  var help: ArgumentHelp
  /// Shown in the help; nil without a default.
  var defaultDescription: String?
  /// Used when the command line does not mention the property; nil makes it required.
  var absentValue: (any Sendable)?
  var isRepeating = false
  var allValues: [String] = []
  var kindInWords = ""
  /// The value of all words given, or nil for the first word that has no meaning.
  var value: @Sendable (_ words: [String]) -> (any Sendable)?
}

/// A definition and the property it belongs to.
struct NamedDefinition: Sendable {
  /// Property names from the command down through its option groups, joined by dots.
  var key: String
  /// The last property name.
  var property: String
  var definition: ArgumentDefinition

  var names: [String] { definition.names.names(ofProperty: property) }

  var valueName: String { definition.help.valueName ?? kebabCase(property) }

  /// The preferred name in sentences.
  var displayName: String {
    definition.kind == .positional
      ? "<\(valueName)>" : names.first { $0.hasPrefix("--") } ?? names.first ?? property
  }
}

/// A wrapper that knows its definition.
protocol DefinedArgument {
  var definition: ArgumentDefinition? { get }
}

/// A wrapper that holds further wrapped properties.
protocol ArgumentGroup {
  var arguments: any ParsableArguments { get }
}

/// The definitions of a fresh value's properties, in the order of their declaration.
func definitions(of arguments: any ParsableArguments, prefix: String = "") -> [NamedDefinition] {
  var found: [NamedDefinition] = []
  for child in Mirror(reflecting: arguments).children {
    guard let label = child.label else { continue }
    // The stored property behind `@Option var steps` is called `_steps`.
    let property = label.hasPrefix("_") ? String(label.dropFirst()) : label
    if let group = child.value as? any ArgumentGroup {
      found += definitions(of: group.arguments, prefix: prefix + property + ".")
    } else if let wrapper = child.value as? any DefinedArgument, let definition = wrapper.definition
    {
      found.append(
        NamedDefinition(key: prefix + property, property: property, definition: definition))
    }
  }
  return found
}
