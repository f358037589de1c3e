/// A group of wrapped properties that a command line fills.
///
/// Every stored property carries `@Argument`, `@Option`, `@Flag` or `@OptionGroup`; the compiler's
/// own `Decodable` conformance then fills them, so a parsed value has no shared state.
/// - SeeAlso: The names follow Apple's swift-argument-parser, so that it can take this module's place.
package protocol ParsableArguments: Decodable, Sendable {
  init()

  /// Checks that join several properties.
  ///
  /// - Throws: ``ValidationError`` with one sentence.
  mutating func validate() throws
}

extension ParsableArguments {
  package mutating func validate() throws {}
}

/// A command or a group of subcommands.
package protocol ParsableCommand: ParsableArguments {
  static var configuration: CommandConfiguration { get }

  /// Does the command's work; without an own one, shows the help.
  mutating func run() throws
}

extension ParsableCommand {
  package static var configuration: CommandConfiguration { CommandConfiguration() }

  package mutating func run() throws { throw CleanExit.helpRequest(Self.self) }

  /// The name on the command line: configured, or the type's name in kebab case.
  static var commandName: String {
    if let name = configuration.commandName { return name }
    let name = kebabCase("\(Self.self)")
    return name.hasSuffix("-command") ? String(name.dropLast("-command".count)) : name
  }
}

/// What a command is called, what it does and which commands are below it.
package struct CommandConfiguration: Sendable {
  package var commandName: String?
  /// One sentence.
  package var abstract: String
  /// Further paragraphs of the command's own help.
  package var discussion: String
  /// Printed by `--version`; only the root needs one.
  package var version: String
  package var subcommands: [any ParsableCommand.Type]

  package init(
    commandName: String? = nil, abstract: String = "", discussion: String = "",
    version: String = "", subcommands: [any ParsableCommand.Type] = []
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.subcommands = subcommands
  }
}

/// Thrown by `validate()`: the options do not fit together.
package struct ValidationError: Error, Sendable, Equatable, CustomStringConvertible {
  package var message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

/// The command line asked for a text, not for work; exit code 0.
package enum CleanExit: Error, Sendable {
  /// The help of a command, found again by its type.
  case helpRequest(any ParsableCommand.Type)
  /// Help or version, ready to print.
  case message(String)
}

/// The command line is wrong; exit code 64.
package struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence without a final full stop.
  package var message: String
  /// `audit run <spec> …`, the usage of the command that was meant.
  package var usage: String
  /// How to see the help of that command.
  package var helpCommand: String

  package var description: String { "\(message)\nusage: \(usage)\nhint: see '\(helpCommand)'" }
}

/// `sharedSteps` as `shared-steps`, the way options are written.
func kebabCase(_ name: String) -> String {
  var result = ""
  let letters = Array(name)
  for (index, letter) in letters.enumerated() {
    let followsLower = index > 0 && !letters[index - 1].isUppercase
    let beginsWord = index + 1 < letters.count && letters[index + 1].isLowercase
    if letter.isUppercase, index > 0, followsLower || beginsWord { result += "-" }
    result += letter.lowercased()
  }
  return result
}
