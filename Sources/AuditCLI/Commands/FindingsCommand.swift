import Arguments
import Basics
import Workbench

struct FindingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Say what a generator can draw, from its model card.",
    discussion: "Anything else is outside its support, and verdicts on it are not evaluable.")

  @Argument(help: "Audit spec whose generator is meant; default: the embedded one.") var spec:
    String?
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let declared = try FindingsUseCase().run(specification: spec)
    switch output.format {
    case .json: try Output.json(declared)
    case .text: Output.result(text(declared))
    }
  }

  private func text(_ declared: GeneratorDeclaration) -> String {
    func line(_ name: String, _ value: String) -> String {
      name.padding(toLength: 12, withPad: " ", startingAt: 0) + value
    }
    var lines = [line("generator", declared.generator)]
    lines.append(line("findings", declared.findings?.joined(separator: ", ") ?? "not declared"))
    for (name, values) in declared.attributes.sorted(by: { $0.key < $1.key }) {
      lines.append(line(name, values))
    }
    if let views = declared.views { lines.append(line("views", views.joined(separator: ", "))) }
    lines.append(line("caption", declared.caption))
    return lines.joined(separator: "\n")
  }
}
