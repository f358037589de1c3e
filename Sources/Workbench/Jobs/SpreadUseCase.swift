import AuditModel
import Basics
import Foundation

/// What came of `audit run --on`.
package struct SpreadOutcome: Sendable, Equatable, Codable {
  package var name: String
  /// Report folder, absolute.
  package var folder: String
  /// Numbers of the jobs that were submitted, in order.
  package var jobs: [String] = []
  /// Shares that these jobs draw.
  package var shares: [Int] = []
  /// Sentences for whoever waits.
  package var notes: [String] = []
  /// Only where the audit is finished.
  package var run: RunOutcome?
}

/// Runs an audit with its images drawn in shares, here or on a cluster.
///
/// On a cluster it returns once the jobs are submitted. The same call continues: what is drawn stays.
package struct SpreadUseCase {
  package var specificationPath: String
  package var reports: String
  package var options: SpreadOptions
  package var startOver = false
  package var signingKey: String?
  package var printer: PDFPrinter?
  /// The program that the scripts run; nil: this one.
  package var program: String?
  package var makeGenerator: GeneratorMaker = ChexGenGenerator.make

  package init(specificationPath: String, reports: String, options: SpreadOptions) {
    self.specificationPath = specificationPath
    self.reports = reports
    self.options = options
  }

  private func audit() throws -> SpreadAudit {
    try SpreadAudit(
      specificationPath: specificationPath, reports: reports, options: options,
      makeGenerator: makeGenerator)
  }

  private func submission(_ audit: SpreadAudit, _ context: RunContext) throws -> SlurmSubmission {
    SlurmSubmission(
      audit: audit, program: try program ?? programPath(),
      slurm: Slurm(
        directory: parentFolder(of: audit.specificationPath),
        tick: context.checkInterrupted))
  }

  /// Scripts and commands of the whole run, as text; nothing is written or started.
  package func dryRun(context: RunContext) throws -> String {
    let audit = try self.audit()
    let submission = try self.submission(audit, context)
    let all = Array(1...options.shards)
    var parts: [String] = []
    for phase in [SpreadPhase.cohort] + (audit.hasSet ? [.set] : []) {
      for kind in [JobTask.Kind.draw, .gather] {
        parts.append(
          "# \(audit.folder.script(kind, phase))\n\(submission.script(kind, phase, attempt: 1))")
      }
      switch options.place {
      case .slurm:
        parts.append(
          "# submitted\(phase == .set ? " by gather-cohort.sh" : "")\n"
            + shellLine(["sbatch", "--parsable"] + submission.arrayWords(phase, shares: all)) + "\n"
            + shellLine(["sbatch", "--parsable"] + submission.gatherWords(phase, array: "ARRAY"))
            + "\n")
      case .local:
        parts.append(
          "# started at once\n"
            + all.map { shellLine(["bash", audit.folder.script(.draw, phase), String($0)]) }
            .joined(separator: "\n") + "\n")
      }
    }
    return parts.joined(separator: "\n")
  }

  /// Starts or continues the drawing.
  ///
  /// - Throws: ``AuditFailure`` for what would stop a run, and where jobs of this audit are under way.
  package func run(context: RunContext) throws -> SpreadOutcome {
    let audit = try self.audit()
    let folder = audit.folder
    if options.place == .slurm {
      guard !folder.report.contains(where: { $0 == "\\" || $0.isNewline }) else {
        throw AuditFailure(
          "the report folder '\(visible(folder.report))' has a backslash or a line end in its name, "
            + "which Slurm does not take for logs",
          hint: "choose another with --reports")
      }
      try refuseUnderWay(audit, context)
    }
    try audit.prepare(startOver: startOver, context: context)
    let claim = try JobClaim(folder: folder)
    defer { withExtendedLifetime(claim) {} }
    var record = try audit.record()
    switch options.place {
    case .slurm:
      try refuseUnderWay(audit, context)
      let shares = try audit.ledger.open(.cohort)
      let submitted = try submission(audit, context).submit(
        .cohort, shares: shares, attempt: 1, record: &record, now: context.timestamp)
      return SpreadOutcome(
        name: audit.specification.name, folder: folder.report, jobs: submitted.map(\.job),
        shares: shares)
    case .local:
      try record.write(in: folder)
      return try runHere(audit, context)
    }
  }

  private func runHere(_ audit: SpreadAudit, _ context: RunContext) throws -> SpreadOutcome {
    let submission = try self.submission(audit, context)
    var step = SpreadAudit.Step.draw(
      .cohort, shares: try audit.ledger.open(.cohort), attempt: 1)
    while case .draw(let phase, let shares, let attempt) = step {
      if attempt > 1 {
        context.note(
          "\(SpreadAudit.list(shares)) of \(phase.words): attempt \(attempt) of "
            + "\(options.retries + 1)")
      }
      try LocalShares(audit: audit, context: context).draw(
        phase, shares: shares, script: submission.script(.draw, phase, attempt: attempt))
      step = try audit.advance(phase, attempt: attempt, finishing: finish, context: context)
    }
    var outcome = SpreadOutcome(name: audit.specification.name, folder: audit.folder.report)
    if case .finished(let run) = step { outcome.run = run }
    return outcome
  }

  private func finish(_ useCase: inout RunUseCase) {
    useCase.signingKey = signingKey
    useCase.printer = printer
  }

  private func refuseUnderWay(_ audit: SpreadAudit, _ context: RunContext) throws {
    let active = try JobStatusUseCase.activeJobs(
      of: audit.folder, slurm: submission(audit, context).slurm)
    guard active.isEmpty else {
      throw AuditFailure(
        "jobs of this audit are under way: \(active.joined(separator: ", "))",
        hint: "'audit status \(audit.folder.report)' shows them, 'audit cancel' ends them")
    }
  }

  /// The step after an array: called by the job that depends on it.
  ///
  /// - Parameter array: The array's job; nil where every share was drawn before.
  package func gather(
    _ phase: SpreadPhase, attempt: Int, array: String?, context: RunContext
  ) throws -> SpreadOutcome {
    let audit = try self.audit()
    let submission = try self.submission(audit, context)
    let states = try array.map { try submission.slurm.tasks(of: [$0]) } ?? []
    let step = try audit.advance(
      phase, attempt: attempt,
      states: Dictionary(
        states.compactMap { task in task.share.map { ($0, task) } },
        uniquingKeysWith: { _, last in last }),
      finishing: finish, context: context)
    var outcome = SpreadOutcome(name: audit.specification.name, folder: audit.folder.report)
    switch step {
    case .finished(let run): outcome.run = run
    case .draw(let next, let shares, let attempt):
      let claim = try JobClaim(folder: audit.folder)
      defer { withExtendedLifetime(claim) {} }
      var record = try audit.record()
      outcome.shares = shares
      do {
        outcome.jobs = try submission.submit(
          next, shares: shares, attempt: attempt, record: &record, now: context.timestamp
        ).map(\.job)
      } catch let failure as AuditFailure {
        throw AuditFailure(
          "\(next.words) could not be submitted from this node: \(failure.message)",
          hint: "run the same 'audit run --on slurm' where jobs are submitted; it continues")
      }
    }
    return outcome
  }
}
