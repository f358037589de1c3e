import Foundation
import Testing

@testable import Arguments

/// Documents about the command line hold every command and every option, and shells can read them.
@Suite struct CommandDocumentTests {
  let tree = Tool.commandTree

  @Test func theTreeHoldsEveryCommandWithItsOptions() {
    #expect(tree.all.map { $0.path.joined(separator: " ") }.contains("tool nested leaf"))
    let run = tree.subcommands.first { $0.name == "run" }
    #expect(run?.options.flatMap(\.names).contains("--shared-steps") == true)
    #expect(run?.options.first { $0.names.contains("--format") }?.values == ["ancestral", "ddim"])
  }

  @Test func theManualHoldsEveryOptionAndBeginsNoLineWithAForeignMacro() {
    let text = ManualPage(tree, version: "tool 1.2.3").text
    for command in tree.all {
      for name in command.options.flatMap(\.names) {
        #expect(text.contains(name.replacing("-", with: "\\-")), "\(command.name) \(name)")
      }
    }
    let macros: Set = [".TH", ".SH", ".SS", ".PP", ".TP", ".B"]
    for line in text.split(separator: "\n") where line.hasPrefix(".") {
      #expect(macros.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }

  @Test(
    arguments: ["run": "--shared-steps", "": "nested", "sum": "--unit"].sorted { $0.key < $1.key })
  func bashCompletesTheWordsOfACommand(command: String, expected: String) throws {
    let words = ["tool"] + (command.isEmpty ? [] : [command]) + [""]
    let script =
      CompletionScript(tree).text(for: .bash)
      + "\nCOMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))); "
      + "COMP_CWORD=\(words.count - 1); _tool; printf '%s\\n' \"${COMPREPLY[@]}\""
    let found = try bash(script)
    #expect(found.split(separator: "\n").map(String.init).contains(expected))
  }

  @Test func bashCompletesTheValuesOfAnOption() throws {
    let script =
      CompletionScript(tree).text(for: .bash)
      + "\nCOMP_WORDS=(tool run --format d); COMP_CWORD=3; _tool; printf '%s\\n' \"${COMPREPLY[@]}\""
    #expect(try bash(script) == "ddim\n")
  }

  @Test(arguments: CompletionShell.allCases)
  func everyShellIsToldEveryCommand(shell: CompletionShell) {
    let text = CompletionScript(tree).text(for: shell)
    for command in tree.all { #expect(text.contains(command.name), "\(command.name)") }
  }

  private func bash(_ script: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-eu", "-c", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
