/// What a shell needs to complete the words of a command line.
package enum CompletionShell: String, Sendable, CaseIterable, ExpressibleByArgument {
  case bash, zsh, fish
}

/// A shell's script that completes commands, options, their values and file names.
package struct CompletionScript: Sendable {
  let root: CommandTree

  package init(_ root: CommandTree) { self.root = root }

  package func text(for shell: CompletionShell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  // MARK: bash

  private var bash: String {
    let function = "_" + root.identifier.replacing("-", with: "_")
    let commands = root.all.map { command in
      var lines = ["    \(quoted(command.path.joined(separator: " "))))"]
      for option in command.options where option.valueName != nil {
        let answer =
          option.values.isEmpty
          ? "COMPREPLY=($(compgen -f -- \"$word\"))"
          : "COMPREPLY=($(compgen -W \(quoted(option.values.joined(separator: " "))) -- \"$word\"))"
        lines.append(
          "      case \"$last\" in \(option.names.joined(separator: "|"))) \(answer); return ;; esac"
        )
      }
      let words = command.options.flatMap(\.names) + command.subcommands.map(\.name)
      lines.append("      words=\(quoted(words.joined(separator: " ")))")
      lines.append("      ;;")
      return lines.joined(separator: "\n")
    }
    let steps = root.all.filter { !$0.subcommands.isEmpty }.flatMap { command in
      command.subcommands.map { next in
        "      \(quoted(command.path.joined(separator: " ") + "|" + next.name))) "
          + "command=\(quoted(next.path.joined(separator: " "))) ;;"
      }
    }
    return """
      # bash completion of '\(root.name)'
      \(function)() {
        local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} words= at
        local command=\(quoted(root.name))
        COMPREPLY=()
        for ((at = 1; at < COMP_CWORD; at++)); do
          case "$command|${COMP_WORDS[at]}" in
      \(steps.joined(separator: "\n"))
          esac
        done
        case "$command" in
      \(commands.joined(separator: "\n"))
        esac
        COMPREPLY=($(compgen -W "$words" -- "$word"))
        if [[ $word != -* ]]; then COMPREPLY+=($(compgen -f -- "$word")); fi
      }
      complete -o filenames -F \(function) \(root.name)

      """
  }

  // MARK: zsh

  private var zsh: String {
    let functions = root.all.map { command -> String in
      let function = "_" + command.identifier.replacing("-", with: "_")
      let specifications = command.options.map { option -> String in
        let names =
          option.names.count == 1
          ? option.names[0] : "'{\(option.names.joined(separator: ","))}'"
        let exclusion =
          option.names.count == 1 ? "" : "(\(option.names.joined(separator: " ")))"
        let explanation = "[\(bracketed(option.explanation))]"
        let value = option.valueName.map { name in
          option.values.isEmpty
            ? ":\(name):_files" : ":\(name):(\(option.values.joined(separator: " ")))"
        }
        return "    '\(exclusion)\(names)\(singleQuotable(explanation + (value ?? "")))'"
      }
      guard !command.subcommands.isEmpty else {
        let files = command.positionals.isEmpty ? [] : ["    '*:file:_files'"]
        return "\(function)() {\n  _arguments -s \\\n"
          + (specifications + files).joined(separator: " \\\n") + "\n}"
      }
      let names = command.subcommands.map {
        "    '\(singleQuotable($0.name.replacing(":", with: "\\:")))"
          + ":\(singleQuotable($0.abstract))'"
      }
      let calls = command.subcommands.map {
        "      \($0.name)) _\($0.identifier.replacing("-", with: "_")) ;;"
      }
      return """
        \(function)() {
          local -a commands=(
        \(names.joined(separator: "\n"))
          )
          local state line
          _arguments -C \\
        \(specifications.joined(separator: " \\\n")) \\
            '1:command:->command' '*::word:->word'
          case $state in
            command) _describe command commands ;;
            word) case $line[1] in
        \(calls.joined(separator: "\n"))
            esac ;;
          esac
        }
        """
    }
    return "#compdef \(root.name)\n\n" + functions.joined(separator: "\n\n")
      + "\n\ncompdef _\(root.identifier.replacing("-", with: "_")) \(root.name)\n"
  }

  // MARK: fish

  private var fish: String {
    var lines = ["# fish completion of '\(root.name)'"]
    for command in root.all {
      let below = command.subcommands.map(\.name)
      let condition =
        command.path.count == 1
        ? "not __fish_seen_subcommand_from \(below.joined(separator: " "))"
        : "__fish_seen_subcommand_from \(command.name)"
      for next in command.subcommands {
        lines.append(
          "complete -c \(root.name) -f -n \(quoted(condition)) -a \(next.name) "
            + "-d \(fishQuoted(next.abstract))")
      }
      for option in command.options {
        var line = "complete -c \(root.name) -n \(quoted(condition))"
        for name in option.names {
          line += name.hasPrefix("--") ? " -l \(name.dropFirst(2))" : " -s \(name.dropFirst())"
        }
        if option.valueName != nil {
          line +=
            option.values.isEmpty
            ? " -r -F" : " -x -a \(quoted(option.values.joined(separator: " ")))"
        }
        lines.append(line + " -d \(fishQuoted(option.explanation))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Quoting

  private func quoted(_ text: String) -> String { "'\(singleQuotable(text))'" }
  private func singleQuotable(_ text: String) -> String { text.replacing("'", with: #"'\''"#) }
  private func fishQuoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: #"\\"#).replacing("'", with: #"\'"#))'"
  }
  /// Inside the brackets of `_arguments`.
  private func bracketed(_ text: String) -> String {
    text.replacing("\\", with: #"\\"#).replacing("[", with: #"\["#).replacing("]", with: #"\]"#)
      .replacing(":", with: #"\:"#)
  }
}
