import Arguments
import AuditModel
import Workbench

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute a finished audit and say exactly what differs.",
    discussion: """
      Compares every number of the report with one recomputed from the store, every image and file \
      with its hash, draws a sample of images again from their seeds and scores a sample again, \
      and checks the signature of provenance.json where there is one. \
      Exit code 1 when anything differs.
      """)

  @Argument(help: "Report folder, for example reports/quickstart.") var report: String
  @Option(help: "Images to draw again and to score again; 0 to skip.") var sample = 4
  @Option(
    help: "OpenSSH file of who may sign; its lines are 'name@example.org ssh-ed25519 AAAA…'.")
  var allowedSigners: String?
  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard (0...10_000).contains(sample) else {
      throw ValidationError("'--sample' must be from 0 to 10000; got \(sample)")
    }
  }

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let checks = try VerifyUseCase(sampleSize: sample, allowedSigners: allowedSigners).run(
      folder: report, context: session.context)
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(checks)
    case .text:
      let width = checks.map(\.subject.count).max() ?? 0
      let lines = checks.map { check in
        let word: String =
          switch check.status {
          case .same: "same"
          case .different: "DIFFERENT"
          case .notChecked: "not checked"
          }
        return word.padding(toLength: 11, withPad: " ", startingAt: 0) + "  "
          + check.subject.padding(toLength: width, withPad: " ", startingAt: 0) + "  "
          + check.detail
      }
      Output.result(lines.joined(separator: "\n"))
    }
    if checks.contains(where: { $0.status == .different }) { throw GateFailure() }
  }
}
