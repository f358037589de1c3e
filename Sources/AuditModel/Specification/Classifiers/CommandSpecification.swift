/// A classifier that is any program: JSON lines in, JSON lines out.
package struct CommandSpecification: Sendable, Equatable {
  package var arguments: [String]
  /// What the command is made of: scores are kept while these have the same contents.
  package var files: [String] = []
  /// The user's own name for what the command computes, where files do not tell.
  package var version: String?
  package var batch = 32
  /// Seconds without a line before the command counts as hung.
  package var timeoutSeconds = 300.0

  package init(arguments: [String]) { self.arguments = arguments }
}

extension CommandSpecification: ClassifierKind, ReadableClassifierKind {
  package static let key: String? = "command"
  package static let ownKeys = ["files", "version", "batch", "timeoutSeconds"]
  package static let reportName = "command"

  package var origin: ScoreOrigin { .images }
  package var canonicalText: String { arguments.joined(separator: "\u{1F}") }
  package var summary: String {
    "command \(arguments.joined(separator: " "))" + (version.map { ", version \($0)" } ?? "")
      + (files.isEmpty && version == nil
        ? "; it names neither files nor a version, so no later run uses these scores" : "")
  }
  package var runsProgram: Bool { true }

  package var answering: ClassifierSpecification.Source? {
    guard version != nil || !files.isEmpty else { return nil }
    var described = self
    // How long it may be silent changes no answer.
    described.timeoutSeconds = 0
    return .command(described)
  }

  package func source(withFiles files: [String]) -> ClassifierSpecification.Source {
    var moved = self
    moved.files = files
    return .command(moved)
  }

  static func source(from object: ObjectReader) -> ClassifierSpecification.Source? {
    readCommand(object).map { .command($0) }
  }

  private static func readCommand(_ object: ObjectReader) -> CommandSpecification? {
    guard let elements = object.list("command") else { return nil }
    let arguments = elements.compactMap { element -> String? in
      // An empty argument is legal for a program, except as its name.
      if case .string("") = element.value.content, element.keyPath.hasSuffix("[0]") == false {
        return ""
      }
      return object.string(element.value, element.keyPath)
    }
    guard arguments.count == elements.count else { return nil }
    var command = CommandSpecification(arguments: arguments)
    command.files = object.strings("files") ?? []
    command.version = object.string("version")
    command.batch = object.integer("batch", in: 1...100_000) ?? command.batch
    command.timeoutSeconds =
      object.number("timeoutSeconds", "above 0 and at most 86400") { $0 > 0 && $0 <= 86_400 }
      ?? command.timeoutSeconds
    return command
  }
}
