import Basics
import ChildProcesses
import Foundation
import Synchronization

/// Draws shares as processes of this machine, by the script that a cluster would run.
struct LocalShares {
  let audit: SpreadAudit
  let context: RunContext

  /// Runs the script of a drawing for every share at once, until all have ended.
  ///
  /// - Throws: Where the user asked to stop; the processes are ended then, and their images kept.
  func draw(_ phase: SpreadPhase, shares: [Int], script: String) throws {
    let folder = audit.folder
    for share in shares { try folder.forgetEnd(of: .draw(phase, share)) }
    let relative = String(folder.script(.draw, phase).dropFirst(folder.report.count + 1))
    let path = try folder.files.resolve(relative)
    try writeAtomically(script, to: path)
    let running = Mutex(shares.count)
    let problems = Mutex<[Int: String]>([:])
    let group = DispatchGroup()
    for share in shares {
      let log = try folder.files.resolve(folder.log(of: .draw(phase, share)))
      group.enter()
      // A thread each: a queue would wait for the first processes before it starts the last.
      Thread.detachNewThread { [context] in
        let problem = Self.run(
          ["/bin/bash", path, String(share)], directory: folder.report, log: log,
          isInterrupted: context.isInterrupted)
        problems.withLock { $0[share] = problem }
        running.withLock { $0 -= 1 }
        group.leave()
      }
    }
    while group.wait(timeout: .now() + .milliseconds(500)) == .timedOut {
      let drawn = shares.reduce(0) {
        $0 + (folder.images(of: $1, in: phase, shards: audit.options.shards) ?? 0)
      }
      let left = running.withLock { $0 }
      context.report(
        StageProgress(
          stage: "drawing \(phase.words) in shares", done: Double(shares.count - left),
          total: Double(shares.count), unit: "shares", detail: "\(drawn) images"))
    }
    try context.checkInterrupted()
    for (share, problem) in problems.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      context.note("share \(share) of \(phase.words) \(problem)")
    }
  }

  /// - Returns: What went wrong, as the rest of a sentence; nil for a process that ended well.
  private static func run(
    _ words: [String], directory: String, log: String, isInterrupted: () -> Bool
  ) -> String? {
    struct Stop: Error {}
    do {
      let process = try ChildProcess(
        arguments: words, directory: directory, environment: [:], logFile: log)
      let status = try process.converse(
        // A share may draw for days and says nothing on standard output.
        timeout: .infinity, tick: { if isInterrupted() { throw Stop() } }, nextInput: { nil },
        output: { _ in })
      return status == .exited(0) ? nil : status.description
    } catch is Stop {
      return "was stopped"
    } catch let failure as ChildProcess.StartFailure {
      return "did not start: \(failure.description)"
    } catch let problem as CommandProblem {
      return problem.words
    } catch {
      return "\(error)"
    }
  }
}
