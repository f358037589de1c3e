import Arguments
import Basics
import Reporting
import Workbench

/// Prints a script for the user's shell.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print a completion script for a shell.",
    discussion: """
      bash: source <(audit completions bash)
      zsh: audit completions zsh > a folder of $fpath, as _audit
      fish: audit completions fish > ~/.config/fish/completions/audit.fish
      """)

  @Argument(help: "Which shell.") var shell: CompletionShell

  mutating func run() throws {
    Output.result(CompletionScript(AuditCommand.commandTree).text(for: shell), lineEnd: "")
  }
}

/// Prints the manual page.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page of all commands.",
    discussion: "Read it with: audit manual | man -l -")

  mutating func run() throws {
    Output.result(
      ManualPage(AuditCommand.commandTree, version: "audit \(toolVersion)").text, lineEnd: "")
  }
}
