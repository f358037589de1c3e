import AuditModel
import AuditStore
import ChexGen
import Basics
import Cohorts
import Fairness
import Foundation

/// The stages of an audit, in the order in which they build on each other.
package enum AuditStage: String, Sendable, CaseIterable, Comparable {
  case generate, score, analyse, rebalance, report

  package static func < (left: AuditStage, right: AuditStage) -> Bool {
    let order = AuditStage.allCases
    return order.firstIndex(of: left) ?? 0 < order.firstIndex(of: right) ?? 0
  }
}

/// What a run did and where its results are.
package struct RunOutcome: Sendable, Equatable, Codable {
  package var name: String
  /// Report folder, absolute.
  package var folder: String
  package var report: String?
  /// Where the page was printed to; nil where nobody asked or it could not be.
  package var pdf: String?
  package var verdicts: [Verdict]
  package var summary: [String]
  /// Differences in error rates that were detected; nil before the analysis.
  package var detectedErrorRates: [RateGap]?
  /// nil when the spec sets no gate.
  package var gatePassed: Bool?
  package var gateFailures: [String]
  /// Why a stage after the analysis made nothing; the report says so in its place.
  package var failures: [String] = []
  /// Only where a share of the images was asked for.
  package var shard: ShardOutcome?
}

extension RunOutcome {
  /// Where the report is, and what its policy says.
  fileprivate mutating func add(_ report: AuditReport, published: ReportPublisher.Published) {
    self.report = published.page
    pdf = published.pdf
    if let failure = published.printFailure { failures.append(failure.description) }
    gatePassed = report.policy?.passed
    gateFailures = report.policy?.failures ?? []
  }
}

/// Runs an audit: all stages or those up to one.
///
/// Every stage starts from what earlier ones left in the store, so a stage can be repeated alone and
/// an interrupted run continues where it was.
package struct RunUseCase {
  package var specificationPath: String
  package var reports: String
  package var startOver = false
  /// Path of the SSH key that signs `provenance.json`; nil: it is not signed.
  package var signingKey: String?
  /// Whether the preflight also decodes every image of the real cohort.
  package var decodesImages = false
  /// Prints the page before the list of files is made, so that the print is vouched for; nil: no print.
  package var printer: PDFPrinter?
  /// Everything in one page instead of a first page that links to others.
  package var singleFile = false
  package var makeGenerator: GeneratorMaker

  package init(
    specificationPath: String, reports: String, startOver: Bool = false,
    signingKey: String? = nil,
    makeGenerator: @escaping GeneratorMaker = ChexGenGenerator.make
  ) {
    self.specificationPath = specificationPath
    self.reports = reports
    self.startOver = startOver
    self.signingKey = signingKey
    self.makeGenerator = makeGenerator
  }

  /// Runs every stage up to and including `last`.
  package func run(through last: AuditStage = .report, context: RunContext) throws -> RunOutcome {
    let signer = try signingKey.map { try ReportSigner(key: $0, context: context) }
    if let origin = context.origin {
      let name = try loadSpecification(at: specificationPath).name
      try ShareOrigin(source: origin, target: absolutePath(reports) + "/" + name)
        .copy(for: last == .rebalance ? .set : .cohort)
    }
    let workspace = try AuditWorkspace(
      specificationPath: specificationPath, reports: reports, startOver: startOver)
    let specification = workspace.specification
    let generators = GeneratorCache { [makeGenerator] cohort in
      try makeGenerator(cohort.tuned(in: workspace.folder), specification)
    }
    var outcome = RunOutcome(
      name: specification.name, folder: workspace.folder, verdicts: [], summary: [],
      gateFailures: [])
    let scoring = ScoreStage(workspace: workspace, context: context)
    let read = try Preflight(
      specification: specification, reports: reports, last: last, decodesImages: decodesImages,
      makeGenerator: generators.generator, scoredImages: scoring.imagesScoredInFull(),
      drawnImages: workspace.store.cases(of: .synthetic).count
    ).run()
    try PlanFixing(workspace: workspace, context: context).run()
    try makeCohorts(
      through: last, workspace: workspace, context: context, generators: generators, read: read)
    guard last >= .score else {
      outcome.shard = try workspace.share(of: .synthetic, context: context)
      return outcome
    }

    let scored = try scoring.run()
    guard last >= .analyse else { return outcome }

    let evidence = try CohortEvidenceStage(
      workspace: workspace, context: context, generators: generators
    ).run()
    let analysis = try AnalyseStage(workspace: workspace, context: context)
      .run(evidence: evidence, findings: scored.findings)
    outcome.verdicts = analysis.verdicts
    outcome.summary = analysis.summary
    outcome.detectedErrorRates = analysis.rateGaps.filter(\.isDetected)
    guard last >= .rebalance else { return outcome }

    let rebalancing = try rebalance(
      RebalanceStage(
        workspace: workspace, context: context, makeGenerator: generators.generator),
      analysis: analysis, evidence: evidence, mustReport: last >= .report, into: &outcome)
    outcome.shard = try workspace.share(of: .rebalancing, context: context)
    guard last >= .report else { return outcome }
    try workspace.stage("report", context: context) {
      let report = try ReportAssembly(workspace: workspace, context: context).report(
        outcome: analysis, evidence: evidence, classifiers: scored.records,
        rebalancing: rebalancing, signature: signer?.record)
      outcome.add(
        report,
        published: try publish(
          report, scored: scored, workspace: workspace, context: context, signer: signer))
    }
    return outcome
  }

  /// What the audit found must not be lost with what was to be made of it.
  private func rebalance(
    _ stage: RebalanceStage, analysis: AnalysisOutcome, evidence: CohortEvidence, mustReport: Bool,
    into outcome: inout RunOutcome
  ) throws -> RebalancingRecord? {
    do {
      return try stage.run(analysis: analysis, evidence: evidence)
    } catch let failure as AuditFailure where mustReport && failure.kind == .input {
      outcome.failures.append(failure.message)
      return try stage.record(of: failure)
    }
  }

  private func publish(
    _ report: AuditReport, scored: ScoreStage.Outcome, workspace: AuditWorkspace,
    context: RunContext,
    signer: ReportSigner?
  ) throws -> ReportPublisher.Published {
    let scores = ScoreTables(
      store: workspace.store, classifiers: scored.records.map(\.name), findings: scored.findings)
    let publisher = ReportPublisher(
      workspace: workspace, context: context, signer: signer, printer: printer,
      singleFile: singleFile,
      generatorCard: try workspace.specification.cohort.flatMap {
        try ModelCard.text(of: $0.generator, resolve: workspace.specification.resolve)
      })
    return try publisher.publish(report, scores: scores)
  }

  /// Reads the real cohort and draws the synthetic one.
  private func makeCohorts(
    through last: AuditStage, workspace: AuditWorkspace, context: RunContext,
    generators: GeneratorCache, read: ReadCohort?
  ) throws {
    let importing = ImportStage(workspace: workspace, context: context, read: read)
    // Twins copy real cases, so those come first.
    if workspace.specification.cohort?.design == .replica { try importing.run() }
    // A share of a rebalancing set rests on the whole cohort.
    var drawing = context
    if last != .generate { drawing.shard = nil }
    try GenerateStage(workspace: workspace, context: drawing, makeGenerator: generators.generator)
      .run()
    try importing.run()
  }
}
