import Basics

extension ParsableCommand {
  /// The command that `arguments` (without the program's name) ask for, filled and validated.
  ///
  /// A pure function: nothing is printed and nothing is run.
  /// - Throws: ``UsageError`` for a wrong command line, ``CleanExit`` for help and version.
  package static func parseAsRoot(_ arguments: [String]) throws -> any ParsableCommand {
    try CommandParser(root: Self.self).parse(arguments)
  }

  /// What to print for an error of ``parseAsRoot(_:)`` or `run()`.
  package static func fullMessage(for error: any Error) -> String {
    switch error {
    case CleanExit.message(let text): text
    case CleanExit.helpRequest(let command): helpMessage(for: command)
    default: "\(error)"
    }
  }

  /// 0 for help and version, 64 for a wrong command line, 2 for anything else.
  package static func exitCode(for error: any Error) -> Int32 {
    switch error {
    case is CleanExit: 0
    case is UsageError, is ValidationError: 64
    case let failure as AuditFailure: failure.kind.exitCode
    default: 2
    }
  }

  /// The help of `command`, which is this root or below it.
  package static func helpMessage(for command: any ParsableCommand.Type) -> String {
    let chain = CommandChain.find(command, below: [Self.self]) ?? CommandChain([command])
    return HelpText(chain: chain).text
  }
}

/// The commands from the root to the one meant.
struct CommandChain: Sendable {
  var commands: [any ParsableCommand.Type]

  init(_ commands: [any ParsableCommand.Type]) { self.commands = commands }

  var last: (any ParsableCommand.Type)? { commands.last }
  var name: String { commands.map { $0.commandName }.joined(separator: " ") }
  var subcommands: [any ParsableCommand.Type] { last?.configuration.subcommands ?? [] }
  var definitions: [NamedDefinition] { last.map { Arguments.definitions(of: $0.init()) } ?? [] }

  func adding(_ command: any ParsableCommand.Type) -> CommandChain {
    CommandChain(commands + [command])
  }

  func subcommand(named name: String) -> (any ParsableCommand.Type)? {
    subcommands.first { $0.commandName == name }
  }

  static func find(_ command: any ParsableCommand.Type, below chain: [any ParsableCommand.Type])
    -> CommandChain?
  {
    guard let last = chain.last else { return nil }
    if last == command { return CommandChain(chain) }
    for next in last.configuration.subcommands {
      if let found = find(command, below: chain + [next]) { return found }
    }
    return nil
  }

  func usageError(_ message: String) -> UsageError {
    UsageError(message: message, usage: HelpText(chain: self).usage, helpCommand: "\(name) --help")
  }
}

struct CommandParser {
  let root: any ParsableCommand.Type

  func parse(_ arguments: [String]) throws -> any ParsableCommand {
    var chain = CommandChain([root])
    var rest = arguments[...]
    while !chain.subcommands.isEmpty, let word = rest.first {
      if word == "help" { throw CleanExit.message(try help(rest.dropFirst(), below: chain)) }
      guard let next = chain.subcommand(named: word) else { break }
      chain = chain.adding(next)
      rest = rest.dropFirst()
    }
    return try fill(chain, with: Array(rest))
  }

  /// `help`, `help run`.
  private func help(_ words: ArraySlice<String>, below start: CommandChain) throws -> String {
    var chain = start
    for word in words where word != "--help" && word != "-h" {
      guard let next = chain.subcommand(named: word) else { throw unknownCommand(word, chain) }
      chain = chain.adding(next)
    }
    return HelpText(chain: chain).text
  }

  private func unknownCommand(_ word: String, _ chain: CommandChain) -> UsageError {
    let known = chain.subcommands.map { $0.commandName }
    let advice =
      nearestName(to: word, in: known).map { "did you mean '\($0)'?" }
      ?? "commands: \(known.joined(separator: ", "))"
    return chain.usageError("unknown command '\(word)'; \(advice)")
  }

  private func fill(_ chain: CommandChain, with arguments: [String]) throws -> any ParsableCommand {
    guard let type = chain.last else { throw chain.usageError("there is no command") }
    let definitions = chain.definitions
    var reader = WordReader(chain: chain, definitions: definitions)
    try reader.read(arguments)
    if let word = reader.positionals.first, !chain.subcommands.isEmpty,
      !definitions.contains(where: { $0.definition.kind == .positional })
    {
      throw unknownCommand(word, chain)
    }
    try reader.assignPositionals()

    var values: [String: any Sendable] = [:]
    for named in definitions {
      values[named.key] = try value(of: named, words: reader.words[named.key], chain: chain)
    }
    do {
      var command = try type.init(from: ArgumentDecoder(values: values))
      try command.validate()
      return command
    } catch let error as ValidationError {
      throw chain.usageError(error.message)
    }
  }

  private func value(of named: NamedDefinition, words: [String]?, chain: CommandChain) throws
    -> any Sendable
  {
    let definition = named.definition
    guard let words else {
      if let absent = definition.absentValue { return absent }
      let what = definition.kind == .positional ? "argument" : "option"
      throw chain.usageError("the \(what) \(named.displayName) is missing")
    }
    if let value = definition.value(words) { return value }
    let wrong = words.first { definition.value([$0]) == nil } ?? words.last ?? ""
    guard definition.allValues.isEmpty else {
      let nearest = nearestName(to: wrong, in: definition.allValues).map {
        "; did you mean '\($0)'?"
      }
      throw chain.usageError(
        "\(named.displayName) must be one of \(definition.allValues.joined(separator: ", "));"
          + " got '\(wrong)'\(nearest ?? "")")
    }
    throw chain.usageError(
      "\(named.displayName) must be \(definition.kindInWords); got '\(wrong)'")
  }
}
