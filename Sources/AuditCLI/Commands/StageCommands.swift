import Arguments
import AuditModel
import Basics
import Reporting
import Workbench

/// All stages; exit code 1 when the spec's policy fails.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an audit: draw the cohort, score, analyse, rebalance and report.",
    discussion: "Resumable: after an interruption the same command continues.")

  @OptionGroup var store: StoreOptions
  @Flag(help: "Decode every image of the real cohort before anything is drawn or scored.")
  var decode = false
  @OptionGroup var publishing: PublishingOptions
  @OptionGroup var gathering: GatheringOptions
  @OptionGroup var spreading: SpreadingOptions
  @OptionGroup var output: OutputOptions

  mutating func validate() throws {
    guard spreading.on == nil || gathering.imagesFrom == nil else {
      throw ValidationError("'--images-from' and '--on' exclude each other")
    }
  }

  mutating func run() throws {
    if let options = spreading.options(
      batch: store.batch, oneCore: store.oneCore, publishing: publishing)
    {
      return try SpreadRunner(
        store: store, output: output, publishing: publishing, spreading: spreading
      ).run(options)
    }
    var runner = StageRunner(
      store: store, output: output, publishing: publishing, gathering: gathering)
    runner.decodesImages = decode
    try runner.run(through: .report)
  }
}

/// One command a stage, in their order.
let stageCommands: [any ParsableCommand.Type] = [
  GenerateCommand.self, ScoreCommand.self, AnalyseCommand.self, RebalanceCommand.self,
  ReportCommand.self,
]

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Draw the radiographs of the audit's synthetic cohort.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var gathering: GatheringOptions
  @OptionGroup var sharing: SharingOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    try StageRunner(store: store, output: output, gathering: gathering, sharing: sharing).run(
      through: .generate)
  }
}

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Run the classifiers over every image not scored yet.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws { try StageRunner(store: store, output: output).run(through: .score) }
}

struct AnalyseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyse", abstract: "Compute the statistics and print the verdicts.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    try StageRunner(store: store, output: output).run(through: .analyse)
  }
}

struct RebalanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebalance", abstract: "Plan, draw and export the rebalancing set.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var gathering: GatheringOptions
  @OptionGroup var sharing: SharingOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    try StageRunner(store: store, output: output, gathering: gathering, sharing: sharing).run(
      through: .rebalance)
  }
}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the report from what was scored.",
    discussion: """
      --for SECTION prints one section of a finished report as Markdown and writes nothing: \
      \(ReportSections.names.joined(separator: ", ")).
      """)

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Print this section of the finished report.", valueName: "section"))
  var section: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var publishing: PublishingOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    guard let section else {
      return try StageRunner(store: store, output: output, publishing: publishing)
        .run(through: .report)
    }
    let text = try SectionUseCase().text(
      of: section, specification: store.spec, reports: try store.place.folder(forSpec: store.spec))
    switch output.format {
    case .json: try Output.json(["section": section, "markdown": text])
    case .text: Output.result(text, lineEnd: "")
    }
  }
}

/// The policy's gate failed: exit code 1, after the result was printed.
struct GateFailure: Error, Sendable {}

/// Runs an audit up to a stage and prints what came of it.
struct StageRunner {
  let store: StoreOptions
  let output: OutputOptions
  /// nil for stages that write no report.
  var publishing: PublishingOptions?
  var gathering: GatheringOptions?
  var sharing: SharingOptions?
  var decodesImages = false

  func run(through stage: AuditStage) throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    var context = session.context
    context.batchSize = store.batch
    context.isOnOneCore = store.oneCore
    context.imageFolders = gathering?.folders ?? []
    context.shard = try sharing?.share()
    context.origin = sharing?.copyOf
    var useCase = RunUseCase(
      specificationPath: store.spec, reports: try store.place.folder(forSpec: store.spec),
      startOver: store.startOver, signingKey: publishing?.sign)
    useCase.decodesImages = decodesImages
    useCase.printer = publishing?.pdf == true ? PDFPrinter() : nil
    useCase.singleFile = publishing?.singleFile == true
    let outcome = try useCase.run(through: stage, context: context)
    session.printer.finish()
    try show(outcome, stage: stage)
  }

  /// Prints what came of a run, and throws where its gate or a late stage failed.
  func show(_ outcome: RunOutcome, stage: AuditStage) throws {
    switch output.format {
    case .json: try Output.json(outcome)
    case .text: Output.painted(text(outcome, stage: stage))
    }
    for failure in outcome.gateFailures { Output.diagnostic("policy: \(failure)") }
    // The report is whole without what failed late, and a failed gate must be told in any case.
    let failures = outcome.failures.map {
      AuditFailure(
        $0, hint: "the report is written without it; mend this and run the command again")
    }
    if outcome.gatePassed == false {
      failures.forEach(Output.failure)
      throw GateFailure()
    }
    failures.dropLast().forEach(Output.failure)
    if let last = failures.last { throw last }
  }

  private func text(_ outcome: RunOutcome, stage: AuditStage) -> String {
    var lines: [String] = []
    if !outcome.verdicts.isEmpty {
      let table = VerdictTable(
        verdicts: outcome.verdicts, detected: outcome.detectedErrorRates ?? [], ink: Ink(),
        showsAll: output.verbose)
      lines += table.lines + [""]
      if output.verbose { lines += outcome.summary.map { visible($0) } + [""] }
      lines.append(table.summary)
    } else {
      lines += outcome.summary.map { visible($0) }
    }
    if let passed = outcome.gatePassed { lines.append("policy: \(passed ? "passed" : "failed")") }
    if let share = outcome.shard {
      lines.append(
        "share \(share.shard) drawn: \(share.drawn) of \(share.planned) images are in "
          + visible(outcome.folder)
      )
      lines.append(
        "bring the shares together with 'audit \(stage == .generate ? "run" : "rebalance") SPEC "
          + "--images-from FOLDER,FOLDER'")
    } else if let report = outcome.report {
      lines.append("report: \(visible(report))")
      if let pdf = outcome.pdf { lines.append("pdf: \(visible(pdf))") }
    } else {
      lines.append("\(stage.rawValue) done: \(visible(outcome.folder))")
    }
    return lines.joined(separator: "\n")
  }
}

extension Judgement.Kind {
  /// As a person says it.
  var words: String {
    switch self {
    case .flagged: "flagged"
    case .withinDelta: "within δ"
    case .inconclusive: "inconclusive"
    case .notEvaluable: "not evaluable"
    }
  }
}
