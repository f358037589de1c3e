/// One command as documents about the command line need it: words only, its subcommands below.
package struct CommandTree: Sendable, Equatable {
  /// What a command takes besides its positional arguments.
  package struct Option: Sendable, Equatable {
    /// With their dashes, `-n` before `--steps`.
    package var names: [String]
    package var explanation: String
    /// nil: a flag.
    package var valueName: String?
    /// Every word it may take, where there are few.
    package var values: [String]
  }

  /// The words from the program to the command, `["audit", "run"]`.
  package var path: [String]
  package var abstract: String
  package var discussion: String
  package var usage: String
  package var positionals: [Option]
  package var options: [Option]
  package var subcommands: [CommandTree]

  package var name: String { path.last ?? "" }

  /// Hyphenated path, which names the command's page and its function in scripts.
  package var identifier: String { path.joined(separator: "-") }

  /// This command and all below it, each before its own subcommands.
  package var all: [CommandTree] { [self] + subcommands.flatMap(\.all) }

  init(_ chain: CommandChain) {
    let configuration = chain.last?.configuration ?? CommandConfiguration()
    path = chain.commands.map { $0.commandName }
    abstract = configuration.abstract
    discussion = configuration.discussion
    usage = HelpText(chain: chain).usage
    let described = chain.definitions.map { named in
      (
        named.definition.kind,
        Option(
          names: named.definition.kind == .positional
            ? [named.displayName] : named.names,
          explanation: HelpText.explanation(named),
          valueName: named.definition.kind == .option ? named.valueName : nil,
          values: named.definition.allValues)
      )
    }
    positionals = described.filter { $0.0 == .positional }.map(\.1)
    options = described.filter { $0.0 != .positional }.map(\.1)
    if chain.commands.count == 1, !configuration.version.isEmpty {
      options.append(
        Option(names: ["--version"], explanation: "Show the version.", valueName: nil, values: []))
    }
    options.append(
      Option(names: ["-h", "--help"], explanation: "Show this help.", valueName: nil, values: []))
    subcommands = chain.subcommands.map { CommandTree(chain.adding($0)) }
  }
}

extension ParsableCommand {
  /// The whole command line of this root as words, for completions and manual pages.
  package static var commandTree: CommandTree { CommandTree(CommandChain([Self.self])) }
}
