/// A classifier that is any program: JSON lines in, JSON lines out.
package struct CommandSpecification: Sendable, Equatable {
  package var arguments: [String]
  package var batch = 32
  /// Seconds without a line before the command counts as hung.
  package var timeoutSeconds = 300.0

  package init(arguments: [String]) { self.arguments = arguments }
}

extension CommandSpecification: ClassifierKind, ReadableClassifierKind {
  package static let key: String? = "command"
  package static let ownKeys = ["batch", "timeoutSeconds"]
  package static let reportName = "command"

  package var origin: ScoreOrigin { .images }
  package var canonicalText: String { arguments.joined(separator: "\u{1F}") }
  package var summary: String { "command \(arguments.joined(separator: " "))" }
  package var runsProgram: Bool { true }

  package func source(withFiles files: [String]) -> ClassifierSpecification.Source {
    .command(self)
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
    command.batch = object.integer("batch", in: 1...100_000) ?? command.batch
    command.timeoutSeconds =
      object.number("timeoutSeconds", "above 0 and at most 86400") { $0 > 0 && $0 <= 86_400 }
      ?? command.timeoutSeconds
    return command
  }
}
