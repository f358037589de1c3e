import Arguments
import AuditModel
import Workbench

struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Draw and export a set of synthetic images for augmentation or pretraining.",
    discussion: """
      Images × findings × attributes by a grid or as in a training table, through the quality gates, for \
      classification, detection (coco, yolo) and segmentation (masks, cocoRLE). Resumable: after an \
      interruption the same command continues.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var gathering: GatheringOptions
  @OptionGroup var sharing: SharingOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let session = CommandSession(isQuiet: output.quiet)
    defer { session.printer.finish() }
    var context = session.context
    context.batchSize = store.batch
    context.isOnOneCore = store.oneCore
    context.imageFolders = gathering.folders
    context.shard = try sharing.share()
    let outcome = try SynthesizeUseCase(
      specificationPath: store.spec, reports: try store.place.folder(forSpec: store.spec),
      startOver: store.startOver
    ).run(context: context)
    session.printer.finish()
    switch output.format {
    case .json: try Output.json(outcome)
    case .text: Output.result(text(outcome))
    }
  }

  private func text(_ outcome: SynthesizeUseCase.Outcome) -> String {
    if let share = outcome.shard {
      return """
        share \(share.shard) drawn: \(share.drawn) of \(share.planned) images are in \(outcome.folder)
        bring the shares together with 'audit synthesize SPEC --images-from FOLDER,FOLDER'
        """
    }
    guard let set = outcome.set else { return "nothing drawn" }
    var lines: [String] = []
    if let quality = set.quality {
      lines.append(
        "\(quality.accepted) of \(set.budget) images passed the quality gates, of \(quality.drawn) drawn"
      )
    }
    lines += set.exports.sorted { $0.key < $1.key }.map {
      "\($0.key): \(outcome.folder)/\($0.value)"
    }
    return (lines + set.notes.map { "note: \($0)" }).joined(separator: "\n")
  }
}
