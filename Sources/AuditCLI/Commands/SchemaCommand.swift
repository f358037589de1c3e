import Arguments
import AuditModel
import Reporting
import Workbench

/// What `audit schema` prints.
enum SchemaSubject: String, CaseIterable, ExpressibleByArgument, Sendable {
  case spec, report, reference
}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of specs or of report.json, or the reference.",
    discussion: """
      Write audit schema spec to a file and name it in a spec as "$schema": an editor then completes \
      keys and explains them.
      """)

  @Argument(help: "Schema of specs, schema of report.json, or the reference as Markdown.")
  var subject: SchemaSubject

  mutating func run() throws {
    switch subject {
    case .spec: Output.result(SpecificationSchema.text, lineEnd: "")
    case .report: Output.result(try reportJSONSchema(), lineEnd: "")
    case .reference: Output.result(ReferenceDocument.text, lineEnd: "")
    }
  }
}
