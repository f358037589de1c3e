/// The help of one command, 80 columns wide.
struct HelpText {
  static let width = 80
  /// Column where explanations begin.
  static let indent = 28

  let chain: CommandChain

  /// `audit run <spec> [--format <format>]`.
  var usage: String { unbrokenUsage.replacing("\u{A0}", with: " ") }

  /// With no-break spaces where a line must not end.
  private var unbrokenUsage: String {
    var words = [chain.name]
    for named in chain.definitions { words.append(synopsis(of: named)) }
    if !chain.subcommands.isEmpty { words.append("<command>") }
    return words.joined(separator: " ")
  }

  var text: String {
    var paragraphs: [String] = []
    let configuration = chain.last?.configuration ?? CommandConfiguration()
    if !configuration.abstract.isEmpty {
      paragraphs.append(Self.wrap(configuration.abstract, indent: 0))
    }
    paragraphs.append(Self.wrap("Usage: " + unbrokenUsage, indent: 7, hanging: true))
    if !configuration.discussion.isEmpty {
      let lines = configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
      paragraphs.append(lines.map { Self.wrap(String($0), indent: 0) }.joined(separator: "\n"))
    }
    let definitions = chain.definitions
    let positionals = definitions.filter { $0.definition.kind == .positional }
    if !positionals.isEmpty {
      paragraphs.append(
        section("Arguments", positionals.map { ($0.displayName, Self.explanation($0)) }))
    }
    var options = definitions.filter { $0.definition.kind != .positional }
      .map { (heading(of: $0), Self.explanation($0)) }
    if chain.commands.count == 1, !configuration.version.isEmpty {
      options.append(("--version", "Show the version."))
    }
    options.append(("-h, --help", "Show this help."))
    paragraphs.append(section("Options", options))
    if !chain.subcommands.isEmpty {
      let rows = chain.subcommands.map { ($0.commandName, $0.configuration.abstract) }
      paragraphs.append(section("Commands", rows))
      paragraphs.append("'\(chain.name) help <command>' explains one of them.")
    }
    return paragraphs.joined(separator: "\n\n")
  }

  private func synopsis(of named: NamedDefinition) -> String {
    let definition = named.definition
    let word: String =
      switch definition.kind {
      case .positional: named.displayName + (definition.isRepeating ? " …" : "")
      case .option: "\(named.displayName)\u{A0}<\(named.valueName)>"
      case .flag: named.displayName
      }
    return definition.absentValue == nil ? word : "[\(word)]"
  }

  /// `-n, --steps <steps>`.
  private func heading(of named: NamedDefinition) -> String {
    let names = named.names.joined(separator: ", ")
    return named.definition.kind == .option ? "\(names) <\(named.valueName)>" : names
  }

  /// The help of a property with its values and its default.
  static func explanation(_ named: NamedDefinition) -> String {
    let definition = named.definition
    var notes: [String] = []
    if !definition.allValues.isEmpty {
      notes.append("values: \(definition.allValues.joined(separator: ", "))")
    }
    if let shown = definition.defaultDescription, !shown.isEmpty {
      notes.append("default: \(shown)")
    }
    let abstract = definition.help.abstract
    return notes.isEmpty ? abstract : "\(abstract) (\(notes.joined(separator: "; ")))"
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> String {
    let lines = rows.map { heading, explanation in
      let head = "  " + heading
      let body = Self.wrap(explanation, indent: Self.indent)
      if head.count + 2 > Self.indent { return explanation.isEmpty ? head : head + "\n" + body }
      return explanation.isEmpty ? head : head + body.dropFirst(head.count)
    }
    return title + ":\n" + lines.joined(separator: "\n")
  }

  /// Breaks `text` at spaces; every line, or with `hanging` every line but the first, is indented.
  static func wrap(_ text: String, indent: Int, hanging: Bool = false) -> String {
    let space = String(repeating: " ", count: indent)
    // Keeps the indentation of examples.
    let leading = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = (hanging ? "" : space) + leading
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = space + leading
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    lines.append(isEmpty ? "" : line)
    return lines.joined(separator: "\n").replacing("\u{A0}", with: " ")
  }
}
