/// The manual page of a program with all its commands, in the macros of man(7).
package struct ManualPage: Sendable {
  let root: CommandTree
  let version: String

  /// - Parameter version: Shown in the footer, for example `audit 1.0`.
  package init(_ root: CommandTree, version: String) {
    self.root = root
    self.version = version
  }

  package var text: String {
    var lines = [
      ".TH \(root.name.uppercased()) 1 \"\" \"\(escaped(version))\" \"User commands\"",
      ".SH NAME", "\(root.name) \\- \(escaped(lowerFirst(root.abstract)))",
      ".SH SYNOPSIS", ".B \(escaped(root.usage))",
    ]
    lines += [".SH DESCRIPTION"] + paragraphs(root.discussion)
    lines += [".SH OPTIONS"] + root.options.flatMap(entry)
    lines.append(".SH COMMANDS")
    for command in root.all.dropFirst() {
      lines += [".SS \(escaped(command.path.dropFirst().joined(separator: " ")))"]
      lines += [escaped(command.abstract), ".PP", ".B \(escaped(command.usage))"]
      lines += paragraphs(command.discussion)
      lines += (command.positionals + command.options).flatMap(entry)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func paragraphs(_ text: String) -> [String] {
    text.isEmpty
      ? []
      : text.split(separator: "\n").flatMap { [".PP", escaped(String($0))] }
  }

  private func entry(_ option: CommandTree.Option) -> [String] {
    let value = option.valueName.map { " \\fI\(escaped($0))\\fR" } ?? ""
    let names = option.names.map { "\\fB\(escaped($0))\\fR\(value)" }
    return [".TP", names.joined(separator: ", "), escaped(option.explanation)]
  }

  private func lowerFirst(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst().drop { $0 == "." }
  }

  /// A line that begins with a dot or an apostrophe would be read as a macro.
  private func escaped(_ text: String) -> String {
    let safe = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
  }
}
