import Basics
import Foundation

/// The scripts of a spread audit: what each of them runs is a command of this program, in full.
///
/// Every word comes from the command line of whoever started the run or from this program, is quoted, and
/// nothing is read back from a report.
struct JobScript {
  /// Absolute path of this program.
  let program: String
  /// Absolute.
  let specification: String
  /// Folder that holds the audit's report folder; absolute.
  let reports: String
  let folder: JobFolder
  let options: SpreadOptions

  /// The script that draws one share: the first argument, or the number of the array's task.
  func drawing(_ phase: SpreadPhase) -> String {
    let place = folder.path + "/\(phase.rawValue)-of-\(options.shards)/"
    let command =
      shellLine([program, phase == .cohort ? "generate" : "rebalance", specification])
      + " --shard \"$share/\(options.shards)\" --copy-of \(shellWord(folder.report))"
      + " --reports \(shellWord(place))\"$share\" --batch \(options.batch) \"${cores[@]}\""
    return """
      #!/bin/bash
      # Draws one share of \(phase.words). Written by 'audit run'; the next run writes it anew.
      share=${1:-${SLURM_ARRAY_TASK_ID:-}}
      case $share in
        '' | *[!0-9]*) echo "the first argument must be the number of a share" >&2; exit 64 ;;
      esac
      \(cores)
      ended=\(shellWord(folder.path + "/ended/\(phase.rawValue)-"))"$share"
      \(kept(command))
      """
  }

  /// The script that brings the shares together and goes on: the first argument is the array's job.
  func gathering(_ phase: SpreadPhase, attempt: Int) -> String {
    let words =
      [program, "gather", specification, "--reports", reports, "--phase", phase.rawValue]
      + spreading + ["--attempt", String(attempt)] + options.publishing
    let command =
      shellLine(words) + " --array \"${1:-0}\" \"${cores[@]}\""
      + (options.sbatch.isEmpty ? "" : " -- " + shellLine(options.sbatch))
    return """
      #!/bin/bash
      # Brings the shares of \(phase.words) together and goes on. Written by 'audit run'.
      \(cores)
      ended=\(shellWord(folder.path + "/ended/gather-\(phase.rawValue)"))
      \(kept(command))
      """
  }

  private var spreading: [String] {
    [
      "--on", options.place.rawValue, "--shards", String(options.shards), "--retries",
      String(options.retries), "--batch", String(options.batch),
    ]
  }

  /// A job that was given one core must not take those of its neighbours.
  private var cores: String {
    options.isOnOneCore
      ? "cores=(--one-core)"
      : "cores=()\n[ \"${SLURM_CPUS_ON_NODE:-}\" != 1 ] || cores=(--one-core)"
  }

  /// The command with its exit code kept. A polite kill reaches the program too, which ends itself;
  /// the shell must live on to say how.
  private func kept(_ command: String) -> String {
    """
    rm -f -- "$ended"
    trap : TERM INT
    \(command)
    code=$?
    printf '%s\\n' "$code" > "$ended"
    exit "$code"

    """
  }
}
