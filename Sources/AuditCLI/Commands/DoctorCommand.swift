import Arguments
import Basics
import Workbench

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what this machine has for audits and what is missing.")

  @Option(help: "Folder whose disk space is looked at.") var reports = "reports"
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let findings = DoctorUseCase().run(reports: reports)
    switch output.format {
    case .json: try Output.json(findings)
    case .text:
      let width = findings.map(\.subject.count).max() ?? 0
      let lines = findings.map { finding in
        let subject = finding.subject.padding(toLength: width, withPad: " ", startingAt: 0)
        let advice = finding.advice.map { "\n         \($0)" } ?? ""
        return "\(finding.status.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0))  "
          + "\(subject)  \(finding.detail)\(advice)"
      }
      Output.result(lines.joined(separator: "\n"))
    }
    let missing = findings.filter { $0.status == .missing }
    if !missing.isEmpty {
      throw AuditFailure("missing: \(missing.map(\.subject).joined(separator: ", "))")
    }
  }
}

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented starting spec.")

  @Argument(help: "Name of the audit: letters, digits, '-' and '_'.") var name: String
  @Option(help: "Folder to write it to.") var folder = "audits"
  @Option(help: "Published data set whose tables it reads: nih14, chexpert, mimic-cxr-jpg, …")
  var dataset: String?
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let path = try InitUseCase().run(name: name, folder: folder, dataset: dataset)
    switch output.format {
    case .json: try Output.json(["path": path])
    case .text:
      Output.verbatim(path)
      if !output.quiet { Output.diagnostic("edit it, then: audit plan \(path)") }
    }
  }
}
