/// A wrapper's content: how to fill it, or what filled it.
enum WrappedState<Value: Sendable>: Sendable {
  case definition(ArgumentDefinition)
  case value(Value)

  /// A fresh property may be read for its default only; anything else is a mistake in a command.
  var value: Value {
    switch self {
    case .value(let value): return value
    case .definition(let definition):
      guard let value = definition.absentValue as? Value else {
        preconditionFailure("a required argument is read before the command line was parsed")
      }
      return value
    }
  }

  var definition: ArgumentDefinition? {
    if case .definition(let definition) = self { definition } else { nil }
  }
}

/// A value given by its place on the command line.
@propertyWrapper
package struct Argument<Value: Sendable>: Sendable, Decodable, DefinedArgument {
  var state: WrappedState<Value>

  package var wrappedValue: Value {
    get { state.value }
    set { state = .value(newValue) }
  }

  var definition: ArgumentDefinition? { state.definition }

  init(_ definition: ArgumentDefinition) { state = .definition(definition) }

  package init(from decoder: any Decoder) throws {
    state = .value(try parsedValue(Value.self, from: decoder))
  }
}

extension Argument where Value: ExpressibleByArgument {
  package init(wrappedValue: Value, help: ArgumentHelp = "") {
    self.init(.single(.positional, .long, help, Value.self, absent: wrappedValue))
  }

  package init(help: ArgumentHelp = "") {
    self.init(.single(.positional, .long, help, Value.self, absent: nil))
  }
}

extension Argument {
  package init<Element: ExpressibleByArgument>(help: ArgumentHelp = "") where Value == Element? {
    self.init(.optional(.positional, .long, help, Element.self))
  }

  /// One word or more.
  package init<Element: ExpressibleByArgument>(help: ArgumentHelp = "") where Value == [Element] {
    self.init(.list(.positional, .long, help, Element.self, absent: nil))
  }

  /// Any number of words.
  package init<Element: ExpressibleByArgument>(wrappedValue: [Element], help: ArgumentHelp = "")
  where Value == [Element] {
    self.init(.list(.positional, .long, help, Element.self, absent: wrappedValue))
  }
}

/// A value given by name, `--steps 50` or `--steps=50`.
@propertyWrapper
package struct Option<Value: Sendable>: Sendable, Decodable, DefinedArgument {
  var state: WrappedState<Value>

  package var wrappedValue: Value {
    get { state.value }
    set { state = .value(newValue) }
  }

  var definition: ArgumentDefinition? { state.definition }

  init(_ definition: ArgumentDefinition) { state = .definition(definition) }

  package init(from decoder: any Decoder) throws {
    state = .value(try parsedValue(Value.self, from: decoder))
  }
}

extension Option where Value: ExpressibleByArgument {
  package init(wrappedValue: Value, name: NameSpecification = .long, help: ArgumentHelp = "") {
    self.init(.single(.option, name, help, Value.self, absent: wrappedValue))
  }

  package init(name: NameSpecification = .long, help: ArgumentHelp = "") {
    self.init(.single(.option, name, help, Value.self, absent: nil))
  }
}

extension Option {
  package init<Element: ExpressibleByArgument>(
    name: NameSpecification = .long, help: ArgumentHelp = ""
  ) where Value == Element? {
    self.init(.optional(.option, name, help, Element.self))
  }

  /// May be given several times.
  package init<Element: ExpressibleByArgument>(
    wrappedValue: [Element], name: NameSpecification = .long, help: ArgumentHelp = ""
  ) where Value == [Element] {
    self.init(.list(.option, name, help, Element.self, absent: wrappedValue))
  }
}

/// A switch, `--quiet`.
@propertyWrapper
package struct Flag: Sendable, Decodable, DefinedArgument {
  var state: WrappedState<Bool>

  package var wrappedValue: Bool {
    get { state.value }
    set { state = .value(newValue) }
  }

  var definition: ArgumentDefinition? { state.definition }

  package init(
    wrappedValue: Bool, name: NameSpecification = .long, help: ArgumentHelp = ""
  ) {
    state = .definition(
      ArgumentDefinition(
        kind: .flag, names: name, help: help, defaultDescription: nil, absentValue: wrappedValue,
        value: { $0.last.map { $0 == "true" } }))
  }

  package init(from decoder: any Decoder) throws {
    state = .value(try parsedValue(Bool.self, from: decoder))
  }
}

/// Options shared by several commands, filled with the command that holds them.
@propertyWrapper
package struct OptionGroup<Value: ParsableArguments>: Sendable, Decodable, ArgumentGroup {
  package var wrappedValue: Value

  package init() { wrappedValue = Value() }

  package init(from decoder: any Decoder) throws {
    wrappedValue = try Value(from: decoder)
    try wrappedValue.validate()
  }

  var arguments: any ParsableArguments { wrappedValue }
}

extension ArgumentDefinition {
  static func single<Value: ExpressibleByArgument>(
    _ kind: Kind, _ names: NameSpecification, _ help: ArgumentHelp, _: Value.Type, absent: Value?
  ) -> ArgumentDefinition {
    ArgumentDefinition(
      kind: kind, names: names, help: help, defaultDescription: absent?.defaultValueDescription,
      absentValue: absent, allValues: Value.allValueStrings, kindInWords: Value.kindInWords,
      value: { $0.last.flatMap(Value.init(argument:)) })
  }

  static func optional<Value: ExpressibleByArgument>(
    _ kind: Kind, _ names: NameSpecification, _ help: ArgumentHelp, _: Value.Type
  ) -> ArgumentDefinition {
    ArgumentDefinition(
      kind: kind, names: names, help: help,
      // Boxed: a bare nil would mean "required".
      absentValue: .some(Value?.none as any Sendable),
      allValues: Value.allValueStrings, kindInWords: Value.kindInWords,
      value: { words in
        words.last.flatMap(Value.init(argument:)).map { Value?.some($0) as any Sendable }
      })
  }

  static func list<Value: ExpressibleByArgument>(
    _ kind: Kind, _ names: NameSpecification, _ help: ArgumentHelp, _: Value.Type,
    absent: [Value]?
  ) -> ArgumentDefinition {
    let shown = absent.flatMap { $0.isEmpty ? nil : $0.map(\.defaultValueDescription) }
    return ArgumentDefinition(
      kind: kind, names: names, help: help, defaultDescription: shown?.joined(separator: ", "),
      absentValue: absent, isRepeating: true, allValues: Value.allValueStrings,
      kindInWords: Value.kindInWords,
      value: { words in
        let values = words.compactMap(Value.init(argument:))
        return values.count == words.count ? values : nil
      })
  }
}
