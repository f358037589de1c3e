import Arguments
import AuditModel
import Basics
import Workbench

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute a finished audit and say exactly what differs.",
    discussion: """
      A report is data from a stranger: nothing that it names is run, opened or written, and the \
      report folder may be read-only. Compares every number of the report with one recomputed from \
      the store, every image and file with its hash, draws a sample of images again with the \
      built-in generator, and checks the signature of provenance.json where there is one. \
      What you name with --spec, --data, --models and --allow-commands is read and run again. \
      Exit code 1 when anything differs.
      """)

  @Argument(help: "Report folder, for example reports/quickstart.") var report: String
  @Option(help: "Images to draw again and to score again; 0 to skip.") var sample = 4
  @Option(help: "Draws the same sample as another verification, which printed this number.")
  var sampleSeed: UInt64?
  @Option(
    help: "OpenSSH file of who may sign; its lines are 'name@example.org ssh-ed25519 AAAA…'.")
  var allowedSigners: String?
  @Option(help: "RFC 3161 response to 'openssl ts -query -data provenance.json -sha256 -cert'.")
  var timestamp: String?
  @Option(help: "Certificates (PEM) that the time stamp must lead to; goes with --timestamp.")
  var timestampAuthority: String?
  @Option(help: "Your own copy of the spec: its tables, images and models are read again.")
  var spec: String?
  @Option(help: "Folder with the tables, images and score files that the spec names.")
  var data: String?
  @Option(help: "Folder with the models and weights that the spec names.") var models: String?
  @Flag(help: "Run the commands of your spec; those that only the report names are never run.")
  var allowCommands = false
  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard (0...10_000).contains(sample) else {
      throw ValidationError("'--sample' must be from 0 to 10000; got \(sample)")
    }
    guard (timestamp == nil) == (timestampAuthority == nil) else {
      throw ValidationError("'--timestamp' and '--timestamp-authority' go together")
    }
  }

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let sources = try VerificationSources(
      specification: spec, data: data, models: models, allowsCommands: allowCommands)
    let checks = try VerifyUseCase(
      sampleSize: sample, sampleSeed: sampleSeed, allowedSigners: allowedSigners,
      timestamp: timestamp.flatMap { response in
        timestampAuthority.map { TimestampFiles(response: response, authority: $0) }
      }, sources: sources
    ).run(folder: report, context: session.context)
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
          + visible(check.subject).padding(toLength: width, withPad: " ", startingAt: 0) + "  "
          + visible(check.detail)
      }
      Output.result(lines.joined(separator: "\n"))
    }
    if output.format == .text {
      func count(_ status: VerificationCheck.Status) -> Int { checks.count { $0.status == status } }
      Output.result(
        "\(count(.same)) parts are the same, \(count(.different)) differ, \(count(.notChecked)) were "
          + "not checked")
    }
    if checks.contains(where: { $0.status == .different }) { throw GateFailure() }
  }
}
