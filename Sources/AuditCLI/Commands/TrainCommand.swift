import Arguments
import Workbench

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a generator on your radiographs: pretrain, fine-tune, or a branch for masks.",
    discussion: """
      Images and captions are encoded here, kept, and divided by patient; PyTorch trains ('make \
      train-setup'). Resumable: after an interruption the same command continues.
      """)

  @Argument(help: "Spec with a block 'training'.") var spec: String
  @Flag(help: "Only encode images and captions.") var prepare = false
  @OptionGroup var place: ReportsOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    let outcome = try TrainUseCase(
      specificationPath: spec, reports: try place.folder(forSpec: spec), onlyPrepares: prepare
    ).run(context: session.context)
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(outcome)
    case .text:
      let lines =
        [
          "\(outcome.trainingSamples) images to train on, \(outcome.validationSamples) to validate",
          outcome.weights.map { "weights: \($0)" } ?? "prepared: \(outcome.folder)/data",
        ] + outcome.notes.map { "note: \($0)" }
      Output.result(lines.joined(separator: "\n"))
    }
  }
}
