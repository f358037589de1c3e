import Arguments
import Foundation
import Workbench

extension SpreadPlace: ExpressibleByArgument {}
extension SpreadPhase: ExpressibleByArgument {}

/// Drawing in shares that this program starts itself.
struct SpreadingOptions: ParsableArguments {
  @Option(
    help:
      "Draw in shares: 'local' as processes of this machine, 'slurm' as jobs of the cluster.")
  var on: SpreadPlace?
  @Option(help: "Number of shares; default: 4 jobs, or as many processes as there are cores.")
  var shards: Int?
  @Option(help: "How often a share that failed is drawn again.") var retries = 2
  @Option(help: "Partition of the jobs, as sbatch takes it.") var partition: String?
  @Option(help: "Devices of each job as sbatch takes them, for example gpu:1.") var gres: String?
  @Flag(help: "Show scripts and commands of '--on', and write and start nothing.") var dryRun =
    false
  @Argument(
    help: ArgumentHelp(
      "Further options of sbatch, after '--': -- --time=02:00:00 --mem=16G",
      valueName: "sbatch-options"))
  var sbatch: [String] = []

  func validate() throws {
    if let shards, !(1...SpreadOptions.mostShards).contains(shards) {
      throw ValidationError(
        "'--shards' must be from 1 to \(SpreadOptions.mostShards); got \(shards)")
    }
    guard (0...100).contains(retries) else {
      throw ValidationError("'--retries' must be from 0 to 100; got \(retries)")
    }
    if on != .slurm {
      let given = [
        (partition != nil, "--partition"), (gres != nil, "--gres"),
        (!sbatch.isEmpty, sbatch.first ?? ""),
      ].first(where: \.0)
      if let given {
        throw ValidationError(
          given.1.hasPrefix("-")
            ? "'\(given.1)' is an option of '--on slurm'"
            : "unexpected argument '\(given.1)'; quote texts that contain spaces")
      }
    }
    if on == nil {
      if shards != nil { throw ValidationError("'--shards' needs '--on local' or '--on slurm'") }
      if dryRun { throw ValidationError("'--dry-run' needs '--on local' or '--on slurm'") }
    }
    if let first = sbatch.first, !first.hasPrefix("-") {
      throw ValidationError("unexpected argument '\(first)'; options of sbatch begin with '-'")
    }
    if let word = SpreadOptions.reservedWord(in: sbatch) {
      throw ValidationError("'\(word)' is set by the job scripts and cannot be given to sbatch")
    }
  }

  /// - Returns: nil without `--on`.
  func options(batch: Int, oneCore: Bool, publishing: PublishingOptions) -> SpreadOptions? {
    guard let on else { return nil }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let shards = shards ?? (on == .slurm ? 4 : cores)
    return SpreadOptions(
      place: on, shards: shards, retries: retries,
      sbatch: (partition.map { ["--partition=\($0)"] } ?? [])
        + (gres.map { ["--gres=\($0)"] } ?? []) + sbatch,
      batch: batch,
      // As many processes as cores: each keeps to one.
      isOnOneCore: oneCore || (on == .local && shards >= cores),
      publishing: (publishing.pdf ? ["--pdf"] : [])
        + (publishing.sign.map { ["--sign", absolutePath($0)] } ?? []))
  }
}
