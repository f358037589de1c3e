import AuditModel
import AuditStore
import Basics
import Foundation

/// An audit whose images are drawn in shares: what both places, processes and jobs, have in common.
///
/// The order is that of a run on one machine. The cohort is drawn in shares; one step brings them together,
/// scores and analyses; where the spec asks for a rebalancing set, that is drawn in shares too, and a last
/// step brings it together and writes the report.
struct SpreadAudit {
  let specification: AuditSpecification
  let specificationPath: String
  let reports: String
  let options: SpreadOptions
  var makeGenerator: GeneratorMaker

  init(
    specificationPath: String, reports: String, options: SpreadOptions,
    makeGenerator: @escaping GeneratorMaker
  ) throws {
    specification = try loadSpecification(at: specificationPath)
    guard specification.cohort != nil else {
      throw AuditFailure(
        "'\(specificationPath)' has no synthetic cohort, so there is nothing to draw in shares",
        hint: "run it without --on")
    }
    self.specificationPath = absolutePath(specificationPath)
    self.reports = absolutePath(reports)
    self.options = options
    self.makeGenerator = makeGenerator
  }

  /// What comes next.
  enum Step: Equatable {
    case draw(SpreadPhase, shares: [Int], attempt: Int)
    case finished(RunOutcome)
  }

  var folder: JobFolder {
    JobFolder(report: reports + "/" + specification.name, audit: specification.name)
  }

  var ledger: ShareLedger { ShareLedger(folder: folder, shards: options.shards) }

  var hasSet: Bool {
    guard let rebalance = specification.rebalance else { return false }
    return rebalance.strategy != .weightsOnly && rebalance.budget > 0
  }

  /// Hash of the spec's text as it is now.
  func specificationHash() throws -> String { try SHA256.hex(ofFile: specificationPath) }

  /// Looks at all that a run needs and makes the audit's folder, before anything is started.
  func prepare(startOver: Bool, context: RunContext) throws {
    let workspace = try AuditWorkspace(
      specificationPath: specificationPath, reports: reports, startOver: startOver)
    let generators = GeneratorCache { [makeGenerator, specification] cohort in
      try makeGenerator(cohort.tuned(in: workspace.folder), specification)
    }
    try Preflight(
      specification: specification, reports: reports, makeGenerator: generators.generator,
      scoredImages: ScoreStage(workspace: workspace, context: context).imagesScoredInFull(),
      drawnImages: workspace.store.cases(of: .synthetic).count
    ).run()
    try folder.createFolders()
  }

  /// The record to go on with: the former one where spec and number of shares are the same.
  ///
  /// - Throws: ``AuditFailure`` where the shares of the former run are others.
  func record() throws -> JobRecord {
    let hash = try specificationHash()
    var record = JobRecord(
      place: options.place, shards: options.shards, specification: hash, host: hostName())
    guard let former = try JobRecord.read(in: folder) else { return record }
    let hasShares = try !ShareLedger(folder: folder, shards: former.shards).sources(.cohort).isEmpty
    guard former.shards == options.shards || !hasShares else {
      throw AuditFailure(
        "the images of this audit are being drawn in \(former.shards) shares, not in "
          + "\(options.shards)",
        hint: "go on with --shards \(former.shards), or discard what was drawn with --start-over")
    }
    // A set rests on the scores of its spec.
    if former.specification != hash {
      try folder.removeShares(of: .set)
      for share in 1...former.shards { try folder.forgetEnd(of: .draw(.set, share)) }
    }
    record.submissions = former.submissions
    return record
  }

  /// Goes on after the shares of a drawing ended: draws what is missing again, or brings all together.
  ///
  /// - Parameter attempt: How often the shares were started by now.
  /// - Throws: ``AuditFailure`` that names each share that is not drawn, once all attempts are used up.
  func advance(
    _ phase: SpreadPhase, attempt: Int, states: [Int: Slurm.Task] = [:],
    finishing: (inout RunUseCase) -> Void, context: RunContext
  ) throws -> Step {
    let open = try ledger.open(phase)
    guard open.isEmpty else {
      try refuseCancelled(open, phase, states: states)
      guard attempt <= options.retries else {
        throw try failure(open, phase, attempt: attempt, states: states)
      }
      return .draw(phase, shares: open, attempt: attempt + 1)
    }
    var context = context
    context.batchSize = options.batch
    context.isOnOneCore = options.isOnOneCore
    context.imageFolders = try ledger.sources(phase)
    var useCase = RunUseCase(
      specificationPath: specificationPath, reports: reports, makeGenerator: makeGenerator)
    if phase == .cohort, hasSet {
      _ = try useCase.run(through: .analyse, context: context)
      return .draw(.set, shares: try ledger.open(.set), attempt: 1)
    }
    finishing(&useCase)
    let outcome = try useCase.run(context: context)
    // The images are in the audit's folder now, each compared with its hash.
    try folder.removeShares()
    return .finished(outcome)
  }

  /// Shares that somebody stopped are not started again behind their back.
  private func refuseCancelled(
    _ open: [Int], _ phase: SpreadPhase, states: [Int: Slurm.Task]
  ) throws {
    let cancelled = try open.filter { share in
      let task = JobTask.draw(phase, share)
      if let state = states[share]?.state { return state == "CANCELLED" }
      guard options.place == .slurm else { return false }
      // Slurm has forgotten it: one that never began, or that was asked to stop, was cancelled.
      let code = try folder.exitCode(of: task)
      let began = try folder.files.file(folder.log(of: task)) != nil
      return !began || code == 130
    }
    guard !cancelled.isEmpty else { return }
    throw AuditFailure(
      "\(Self.list(cancelled)) of \(phase.words) \(cancelled.count == 1 ? "was" : "were") cancelled, "
        + "so nothing further was started",
      hint: "images drawn so far are kept; run the same command again to continue",
      kind: .interrupted)
  }

  private func failure(
    _ open: [Int], _ phase: SpreadPhase, attempt: Int, states: [Int: Slurm.Task]
  ) throws -> AuditFailure {
    let lines = try open.prefix(10).map { share -> String in
      let task = JobTask.draw(phase, share)
      let last = try folder.lastLines(of: task, count: 2).joined(separator: "; ")
      return "  share \(share) " + ended(code: try folder.exitCode(of: task), states[share])
        + (last.isEmpty ? "" : ": \(last)")
    }
    return AuditFailure(
      "\(open.count) of \(options.shards) shares of \(phase.words) are not drawn after \(attempt) "
        + "attempt\(attempt == 1 ? "" : "s"):\n" + lines.joined(separator: "\n")
        + (open.count > 10 ? "\n  and \(open.count - 10) more" : ""),
      hint: "logs are in \(folder.path)/logs; mend the cause and run the same command again, which "
        + "continues")
  }

  private func ended(code: Int32?, _ state: Slurm.Task?) -> String {
    if let code, code != 0 { return "ended with code \(code)" }
    if let state, state.state != "COMPLETED" {
      return "ended as \(state.state)" + (state.nodes.isEmpty ? "" : " on \(state.nodes)")
    }
    return code == 0 ? "ended without all of its images" : "was killed"
  }

  /// `share 2`, `shares 2, 3 and 4`, `shares 1, 2, 3 and 9 more`.
  static func list(_ shares: [Int]) -> String {
    guard shares.count > 1 else { return "share \(shares.first.map(String.init) ?? "")" }
    let shown = shares.prefix(shares.count > 12 ? 10 : shares.count - 1).map(String.init)
    let rest = shares.count - shown.count
    let last = rest == 1 ? String(shares[shares.count - 1]) : "\(rest) more"
    return "shares \(shown.joined(separator: ", ")) and \(last)"
  }
}

/// The machine's name, as its user knows it.
func hostName() -> String { ProcessInfo.processInfo.hostName }

/// The absolute path of the running program.
package func programPath() throws -> String {
  do { return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") } catch {
    throw AuditFailure(
      "the path of this program cannot be read from /proc/self/exe: \(error.localizedDescription)")
  }
}
