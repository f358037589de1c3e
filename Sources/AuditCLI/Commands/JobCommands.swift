import Arguments
import Basics
import Workbench

/// Starts, shows and ends shares.
struct SpreadRunner {
  let store: StoreOptions
  let output: OutputOptions
  let publishing: PublishingOptions
  let spreading: SpreadingOptions

  func useCase(_ options: SpreadOptions) throws -> SpreadUseCase {
    var useCase = SpreadUseCase(
      specificationPath: store.spec, reports: try store.place.folder(forSpec: store.spec),
      options: options)
    useCase.startOver = store.startOver
    useCase.signingKey = publishing.sign
    useCase.printer = publishing.pdf ? PDFPrinter() : nil
    return useCase
  }

  func run(_ options: SpreadOptions) throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let useCase = try self.useCase(options)
    guard !spreading.dryRun else {
      return Output.verbatim(try useCase.dryRun(context: session.context), lineEnd: "")
    }
    try show(useCase.run(context: session.context), session)
  }

  func show(_ outcome: SpreadOutcome, _ session: CommandSession) throws {
    session.printer.finish()
    if let run = outcome.run {
      return try StageRunner(store: store, output: output).show(run, stage: .report)
    }
    switch output.format {
    case .json: try Output.json(outcome)
    case .text:
      let draws =
        outcome.shares.isEmpty
        ? "all shares are drawn; submitted: job \(outcome.jobs.joined(separator: ", "))"
        : "submitted: array \(outcome.jobs.first ?? "") draws \(outcome.shares.count) shares, "
          + "job \(outcome.jobs.last ?? "") goes on after it"
      Output.result("\(draws)\n'audit status \(outcome.folder)' shows how they stand")
    }
  }
}

/// What the job after an array runs.
struct GatherCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather",
    abstract: "Bring shares together and go on; job scripts of 'audit run --on slurm' call it.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var publishing: PublishingOptions
  @OptionGroup var spreading: SpreadingOptions
  @Option(help: "What was drawn in shares.") var phase: SpreadPhase
  @Option(help: "How often the shares were started.") var attempt = 1
  @Option(help: "The array's job; 0 where every share was drawn before.") var array = "0"
  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard spreading.on == .slurm, !spreading.dryRun else {
      throw ValidationError("'audit gather' needs '--on slurm', and knows no '--dry-run'")
    }
    guard array == "0" || isJobNumber(array) else {
      throw ValidationError("'--array' is '\(array)', not the number of a job")
    }
  }

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let runner = SpreadRunner(
      store: store, output: output, publishing: publishing, spreading: spreading)
    guard
      let options = spreading.options(
        batch: store.batch, oneCore: store.oneCore, publishing: publishing)
    else { return }
    try runner.show(
      runner.useCase(options).gather(
        phase, attempt: attempt, array: array == "0" ? nil : array, context: session.context),
      session)
  }
}

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how the shares of an audit stand that was started with 'audit run --on'.")

  @Argument(help: "Report folder, for example reports/quickstart.") var report: String
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let status = try JobStatusUseCase(report: report).status()
    switch output.format {
    case .json: try Output.json(status)
    case .text: Output.result(text(status))
    }
  }

  private func text(_ status: JobStatus) -> String {
    let names = status.tasks.map(\.name.count).max() ?? 0
    let states = status.tasks.map(\.state.count).max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    let lines = status.tasks.flatMap { task in
      let detail = [task.images.map { "\($0) images" } ?? "", task.reason]
        .filter { !$0.isEmpty }.joined(separator: ", ")
      return [
        "\(padded(task.name, names))  \(padded(task.state, states))  \(detail)"
      ] + task.lastLines.map { "  | \($0)" }
    }
    return (["\(status.place.rawValue), \(status.shards) shares: \(status.sentence)"] + lines)
      .joined(separator: "\n")
  }
}

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "End the jobs or processes that draw an audit's shares; what is drawn is kept.")

  @Argument(help: "Report folder, for example reports/quickstart.") var report: String

  mutating func run() throws { Output.result(try JobStatusUseCase(report: report).cancel()) }
}
