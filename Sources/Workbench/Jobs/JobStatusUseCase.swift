import Basics
import ChildProcesses
import Foundation

/// How the shares of an audit stand.
package struct JobStatus: Sendable, Equatable, Codable {
  /// One share, or the step that brings shares together.
  package struct Task: Sendable, Equatable, Codable {
    /// `share 3 of the cohort`, `gathering the cohort`.
    package var name: String
    /// `waiting`, `running`, `drawn`, `done`, `failed`, `interrupted`, `not started`.
    package var state: String
    /// Why, as Slurm or the exit code has it; empty where there is nothing to say.
    package var reason: String
    /// Images in the share's folder; nil where they are in the audit's by now.
    package var images: Int?
    /// What a failed one said last.
    package var lastLines: [String]
  }

  package var folder: String
  package var place: SpreadPlace
  package var shards: Int
  package var isUnderWay: Bool
  package var tasks: [Task]
  package var sentence: String
}

/// Says what runs, what failed and why; ends what runs.
package struct JobStatusUseCase {
  package var report: String

  package init(report: String) { self.report = absolutePath(report) }

  private var folder: JobFolder {
    JobFolder(report: report, audit: (report as NSString).lastPathComponent)
  }

  private func record() throws -> JobRecord {
    guard let record = try JobRecord.read(in: folder) else {
      throw AuditFailure(
        "'\(report)' was not drawn in shares: there is no \(JobRecord.name) in it",
        hint: "name the report folder of an audit that was started with 'audit run --on'")
    }
    return record
  }

  /// Tasks of submissions that Slurm knows, and that run a script of this folder or have ended.
  private static func tasks(
    of submissions: [JobRecord.Submission], in folder: JobFolder, slurm: Slurm
  ) throws -> [String: [Slurm.Task]] {
    var known: [String: [Slurm.Task]] = [:]
    for submission in submissions {
      let script = folder.script(submission.kind, submission.phase)
      known[submission.job] = try slurm.tasks(of: [submission.job]).filter {
        $0.job == submission.job && (!$0.isActive || $0.runs(script))
      }
    }
    return known
  }

  /// The last submissions of each kind: the only ones that can be under way.
  private static func latest(_ record: JobRecord) -> [JobRecord.Submission] {
    Array(record.submissions.suffix(4))
  }

  /// The record, and what Slurm knows of its last submissions.
  ///
  /// A job that gathers may submit the next ones and end between the reading of the record and the
  /// answer of Slurm; the record is written before that job ends, so it is read again until the
  /// answer is about all that it names.
  static func settled(
    _ read: () throws -> JobRecord, tasks: ([JobRecord.Submission]) throws -> [String: [Slurm.Task]]
  ) throws -> (record: JobRecord, known: [String: [Slurm.Task]]) {
    var record = try read()
    while true {
      let known = record.place == .slurm ? try tasks(latest(record)) : [:]
      let later = try read()
      if later.submissions == record.submissions || isActive(known) { return (record, known) }
      record = later
    }
  }

  private static func isActive(_ known: [String: [Slurm.Task]]) -> Bool {
    known.values.contains { $0.contains(where: \.isActive) }
  }

  /// Numbers of this folder's jobs that wait or run.
  static func activeJobs(of folder: JobFolder, slurm: Slurm) throws -> [String] {
    guard let record = try JobRecord.read(in: folder), record.place == .slurm else { return [] }
    let known = try settled({ try JobRecord.read(in: folder) ?? record }) {
      try tasks(of: $0, in: folder, slurm: slurm)
    }.known
    return known.filter { $0.value.contains(where: \.isActive) }.keys
      .sorted { $0.count == $1.count ? $0 < $1 : $0.count < $1.count }
  }

  /// - Throws: ``AuditFailure`` where the audit was not spread, or Slurm does not answer.
  package func status() throws -> JobStatus {
    let (record, known) = try Self.settled(self.record) {
      try Self.tasks(of: $0, in: folder, slurm: Slurm(directory: report))
    }
    let active = Set(known.filter { $0.value.contains(where: \.isActive) }.keys)
    let isUnderWay =
      record.place == .slurm ? !active.isEmpty : try JobClaim.holder(of: folder) != nil
    var tasks: [JobStatus.Task] = []
    for phase in SpreadPhase.allCases {
      let submissions = record.submissions.filter { $0.phase == phase }
      guard try phase == .cohort || !submissions.isEmpty || hasBegun(phase, record) else {
        continue
      }
      for share in 1...record.shards {
        let task = submissions.last { $0.shares.contains(share) }
          .flatMap { known[$0.job]?.first { $0.share == share } }
        tasks.append(try row(.draw(phase, share), task, record, isUnderWay))
      }
      guard record.place == .slurm, let gather = submissions.last(where: { $0.kind == .gather })
      else { continue }
      tasks.append(try row(.gather(phase), known[gather.job]?.first, record, isUnderWay))
    }
    return JobStatus(
      folder: report, place: record.place, shards: record.shards, isUnderWay: isUnderWay,
      tasks: tasks, sentence: try sentence(record, tasks, isUnderWay))
  }

  private func hasBegun(_ phase: SpreadPhase, _ record: JobRecord) throws -> Bool {
    try (1...record.shards).contains {
      try folder.files.file(folder.log(of: .draw(phase, $0))) != nil
    }
  }

  private func row(
    _ task: JobTask, _ slurm: Slurm.Task?, _ record: JobRecord, _ isUnderWay: Bool
  ) throws -> JobStatus.Task {
    let code = try folder.exitCode(of: task)
    let began = try folder.files.file(folder.log(of: task)) != nil
    var (state, reason) = ("not started", "")
    if let slurm, slurm.isActive {
      state = ["RUNNING", "COMPLETING"].contains(slurm.state) ? "running" : "waiting"
      reason = state == "running" ? "on \(slurm.nodes)" : slurm.reason
    } else if let code {
      state =
        code == 0 || (code == 1 && task.kind == .gather)
        ? (task.kind == .draw ? "drawn" : "done") : code == 130 ? "interrupted" : "failed"
      reason =
        code == 0
        ? ""
        : code == 1 && task.kind == .gather
          ? "the policy's gate failed" : "exit code \(code)"
    } else if let slurm {
      state = slurm.state == "CANCELLED" ? "cancelled" : "failed"
      reason = "\(slurm.state)\(slurm.nodes.isEmpty ? "" : " on \(slurm.nodes)")"
    } else if began {
      state = record.place == .local && isUnderWay ? "running" : "failed"
      reason = state == "failed" ? "killed before it could say why" : ""
    }
    return JobStatus.Task(
      name: task.kind == .draw
        ? "share \(task.share) of \(task.phase.words)" : "gathering \(task.phase.words)",
      state: state, reason: visible(reason),
      images: task.kind == .draw
        ? folder.images(of: task.share, in: task.phase, shards: record.shards) : nil,
      lastLines: state == "failed" ? try folder.lastLines(of: task) : [])
  }

  private func sentence(
    _ record: JobRecord, _ tasks: [JobStatus.Task], _ isUnderWay: Bool
  ) throws -> String {
    if isUnderWay { return "under way" }
    if try folder.files.file("provenance.json") != nil,
      !tasks.contains(where: { $0.state == "failed" || $0.state == "interrupted" })
    {
      return "finished: \(report)/report.html"
    }
    return "not under way; the same 'audit run --on \(record.place.rawValue)' continues"
  }

  /// Ends what draws or waits.
  ///
  /// - Returns: What was ended, as a sentence.
  /// - Throws: ``AuditFailure`` where that is not possible from here.
  package func cancel() throws -> String {
    let record = try self.record()
    switch record.place {
    case .slurm:
      let slurm = Slurm(directory: report)
      let active = try Self.activeJobs(of: folder, slurm: slurm)
      guard !active.isEmpty else { return "no job of this audit waits or runs" }
      // The later ones first: a job that waits for an array must not begin when that is gone.
      try slurm.cancel(active.reversed())
      return "cancelled: jobs \(active.joined(separator: ", ")); images drawn so far are kept"
    case .local:
      guard record.host == hostName() else {
        throw AuditFailure(
          "the shares are drawn on '\(visible(record.host))', and this is '\(hostName())'",
          hint: "cancel them there")
      }
      guard let holder = try JobClaim.holder(of: folder) else {
        return "no process draws shares of this audit"
      }
      guard kill(holder, SIGTERM) == 0 else {
        throw AuditFailure(
          "process \(holder), which draws the shares, cannot be stopped: "
            + String(cString: strerror(errno)))
      }
      return "stopped: process \(holder) and its shares; images drawn so far are kept"
    }
  }
}
