import Basics

/// Sorts the words after the command's name into options, flags and positions.
struct WordReader {
  let chain: CommandChain
  let definitions: [NamedDefinition]
  /// Definition key to the words given for it.
  var words: [String: [String]] = [:]
  var positionals: [String] = []

  init(chain: CommandChain, definitions: [NamedDefinition]) {
    self.chain = chain
    self.definitions = definitions
  }

  mutating func read(_ arguments: [String]) throws {
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      index += 1
      if word == "--" {
        positionals += arguments[index...]
        return
      }
      if word == "--help" || word == "-h" { throw CleanExit.message(HelpText(chain: chain).text) }
      if word == "--version", chain.commands.count == 1 { try showVersion() }
      if word.hasPrefix("--") {
        try readLong(word, arguments, &index)
      } else if word.hasPrefix("-"), word.count > 1, Double(word) == nil {
        try readShort(word, arguments, &index)
      } else {
        // `-` alone stands for standard input, `-0.5` is a number.
        positionals.append(word)
      }
    }
  }

  /// Gives the positional words to their definitions, the rest to a repeating last one.
  mutating func assignPositionals() throws {
    var rest = positionals[...]
    for named in definitions where named.definition.kind == .positional {
      guard !rest.isEmpty else { break }
      if named.definition.isRepeating {
        words[named.key] = Array(rest)
        rest = []
      } else {
        let word = rest.removeFirst()
        guard !word.isEmpty else { throw chain.usageError("\(named.displayName) is an empty text") }
        words[named.key] = [word]
      }
    }
    if let word = rest.first {
      throw chain.usageError("unexpected argument '\(word)'; quote texts that contain spaces")
    }
  }

  private func showVersion() throws {
    guard let version = chain.last?.configuration.version, !version.isEmpty else { return }
    throw CleanExit.message(version)
  }

  private mutating func readLong(_ word: String, _ arguments: [String], _ index: inout Int) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count == 2 ? String(parts[1]) : nil
    if let named = definitions.first(where: { $0.names.contains(name) }) {
      try take(named, name, attached, arguments, &index)
    } else {
      throw unknownOption(name)
    }
  }

  /// `-n 5`, `-n5`, `-n=5`, and flags in one word, `-qv`.
  private mutating func readShort(_ word: String, _ arguments: [String], _ index: inout Int) throws
  {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      let name = "-\(letter)"
      guard let named = definitions.first(where: { $0.names.contains(name) }) else {
        throw unknownOption(name)
      }
      guard named.definition.kind == .option else {
        try take(named, name, nil, arguments, &index)
        continue
      }
      let attached = letters.first == "=" ? letters.dropFirst() : letters
      try take(named, name, letters.isEmpty ? nil : String(attached), arguments, &index)
      return
    }
  }

  private mutating func take(
    _ named: NamedDefinition, _ name: String, _ attached: String?, _ arguments: [String],
    _ index: inout Int
  ) throws {
    if named.definition.kind == .flag {
      guard attached == nil else { throw chain.usageError("'\(name)' takes no value") }
      words[named.key] = ["true"]
      return
    }
    var value = attached
    if value == nil, index < arguments.count {
      let next = arguments[index]
      if next == "-" || !next.hasPrefix("-") || Double(next) != nil {
        value = next
        index += 1
      }
    }
    guard let value else {
      throw chain.usageError(
        "'\(name)' needs a value: \(name) <\(named.valueName)>")
    }
    guard !value.isEmpty else {
      throw chain.usageError("'\(name)' needs a value and got an empty text")
    }
    words[named.key, default: []].append(value)
  }

  private func unknownOption(_ name: String) -> UsageError {
    let known = definitions.flatMap(\.names) + ["--help"]
    // One letter is as near to any other.
    let nearest = name.hasPrefix("--") ? nearestName(to: name, in: known) : nil
    let advice = nearest.map { "; did you mean '\($0)'?" } ?? ""
    return chain.usageError("unknown option '\(name)'\(advice)")
  }
}
