import Basics
import ChildProcesses
import Foundation

/// The commands of Slurm that this program uses, as a user would type them.
struct Slurm {
  /// Where the commands are started.
  let directory: String
  var tick: () throws -> Void = {}

  /// A job or one task of an array, as Slurm sees it.
  struct Task: Equatable {
    /// Number of the job, or of the array.
    var job: String
    /// Task of the array; nil for a job that is none.
    var share: Int?
    /// `PENDING`, `RUNNING`, `FAILED`, …
    var state: String
    /// Why it waits or ended; empty where Slurm says nothing.
    var reason: String
    var nodes: String
    /// The script that was submitted.
    var command: String

    /// Whether a script was submitted as this, with arguments or without.
    func runs(_ script: String) -> Bool { command == script || command.hasPrefix(script + " ") }

    /// Whether it waits, runs or is about to.
    var isActive: Bool {
      ![
        "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
        "PREEMPTED", "TIMEOUT",
      ].contains(state)
    }
  }

  /// Whether a text is the number of a job and nothing else.
  static func isJob(_ text: String) -> Bool {
    (1...18).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      && text != "0"
  }

  /// - Parameter words: Options, the script and its arguments.
  /// - Returns: The number of the job.
  /// - Throws: ``AuditFailure`` with what `sbatch` said.
  func submit(_ words: [String]) throws -> String {
    let answer = try run(["sbatch", "--parsable"] + words, seconds: 300)
    let job = answer.prefix { $0 != ";" && !$0.isWhitespace }
    guard Self.isJob(String(job)) else {
      throw AuditFailure(
        "sbatch answered '\(visible(answer.shortened(to: 200)))', not with the number of a job")
    }
    return String(job)
  }

  /// The tasks of some jobs. Slurm forgets jobs minutes after their end; accounting, where the
  /// cluster has it, remembers.
  func tasks(of jobs: [String]) throws -> [Task] {
    try jobs.flatMap { job -> [Task] in
      let listed = try tool(
        ["squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%F|%K|%T|%r|%N|%o"], seconds: 60)
      guard listed.succeeded || (listed.lastWords ?? "").contains("Invalid job id") else {
        throw failure("squeue", listed)
      }
      let tasks = Self.tasks(listed.output)
      return tasks.isEmpty ? try accounted(job) : tasks
    }
  }

  static func tasks(_ text: String) -> [Task] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 6 else { return nil }
      return Task(
        job: parts[0], share: Int(parts[1]), state: parts[2],
        reason: parts[3] == "None" ? "" : parts[3], nodes: parts[4], command: parts[5])
    }
  }

  private func accounted(_ job: String) throws -> [Task] {
    guard ToolRun.executable(among: ["sacct"]) != nil else { return [] }
    let listed = try tool(
      ["sacct", "-n", "-P", "-X", "-j", job, "-o", "JobID,State,NodeList"], seconds: 60)
    return listed.succeeded ? Self.accounted(listed.output) : []
  }

  static func accounted(_ text: String) -> [Task] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { return nil }
      let number = parts[0].split(separator: "_").map(String.init)
      // 'CANCELLED by 1000'
      let state = parts[1].split(separator: " ").first.map(String.init) ?? ""
      return Task(
        job: number.first ?? "", share: number.count == 2 ? Int(number[1]) : nil, state: state,
        reason: "", nodes: parts[2], command: "")
    }
  }

  func cancel(_ jobs: [String]) throws { _ = try run(["scancel"] + jobs, seconds: 60) }

  private func run(_ words: [String], seconds: Double) throws -> String {
    let result = try tool(words, seconds: seconds)
    guard result.succeeded else { throw failure(words[0], result) }
    return result.output
  }

  private func tool(_ words: [String], seconds: Double) throws -> ToolRun {
    let name = words[0]
    guard let program = ToolRun.executable(among: [name]) else {
      throw AuditFailure(
        "there is no '\(name)' in the folders of PATH",
        hint: "run this where jobs are submitted, or draw on this machine with --on local")
    }
    do {
      return try ToolRun.run(
        [program] + words.dropFirst(), in: directory, seconds: seconds, tick: tick)
    } catch let problem as CommandProblem {
      throw AuditFailure("'\(name)' \(problem.words)", hint: "is Slurm's controller up? see sinfo")
    }
  }

  private func failure(_ name: String, _ result: ToolRun) -> AuditFailure {
    AuditFailure(
      "'\(name)' \(result.status)" + (result.lastWords.map { ": \(visible($0))" } ?? ""),
      hint: "options after '--' go to sbatch as they are; see 'man sbatch'")
  }
}

/// Whether a text is the number of a Slurm job and nothing else.
package func isJobNumber(_ text: String) -> Bool { Slurm.isJob(text) }
