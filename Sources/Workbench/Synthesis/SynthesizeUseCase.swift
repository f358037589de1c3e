import AuditModel
import AuditStore
import Basics
import Cohorts
import Foundation
import Rebalancing

/// Draws and exports a set of synthetic images for augmentation or pretraining.
///
/// The machinery of rebalancing with another plan: a grid, or a training table's own distribution.
package struct SynthesizeUseCase {
  package var specificationPath: String
  package var reports: String
  package var startOver = false
  package var makeGenerator: GeneratorMaker

  package init(
    specificationPath: String, reports: String, startOver: Bool = false,
    makeGenerator: @escaping GeneratorMaker = ChexGenGenerator.make
  ) {
    self.specificationPath = specificationPath
    self.reports = reports
    self.startOver = startOver
    self.makeGenerator = makeGenerator
  }

  /// What was drawn and where it is.
  package struct Outcome: Sendable, Equatable, Codable {
    package var name: String
    /// Report folder, absolute.
    package var folder: String
    /// nil where only a share was drawn.
    package var set: RebalancingRecord?
    package var shard: ShardOutcome?
  }

  /// Resumable: a stopped run continues with the images that are missing.
  /// - Throws: ``AuditFailure`` for a spec, table, mask or generator that cannot be used.
  package func run(context: RunContext) throws -> Outcome {
    let workspace = try AuditWorkspace(
      specificationPath: specificationPath, reports: reports, startOver: startOver,
      purpose: .synthesize)
    let specification = workspace.specification
    guard let synthesize = specification.synthesize, var cohort = specification.cohort else {
      throw AuditFailure("'\(specificationPath)' has no block 'synthesize'")
    }
    try refuseAudits(workspace)
    // Every mask and box of the user's is used, however few base cases an audit would draw.
    cohort.baseCases = synthesize.images
    let generators = GeneratorCache { [makeGenerator] cohort in
      try makeGenerator(cohort.tuned(in: workspace.folder), specification)
    }
    let stage = RebalanceStage(
      workspace: workspace, context: context, makeGenerator: generators.generator)
    let generator = try generators.generator(cohort)
    try generator.card.check(
      drawn: cohort.attributes.entries.map(\.attribute.name), by: generator.name)

    var record = try plan(synthesize, cohort: cohort, workspace: workspace)
    try keepConditions(of: cohort, in: workspace, generator: generator)
    let grid = grid(of: synthesize, in: workspace)
    guard
      let accepted = try stage.drawn(
        &record, rebalance: synthesize.set, cohort: cohort, grid: grid,
        evidence: CohortEvidence(), isApart: false)
    else {
      return Outcome(
        name: specification.name, folder: workspace.folder, set: nil,
        shard: try workspace.share(of: .rebalancing, context: context))
    }
    record.exports = try stage.export(
      accepted, record: record, cohort: cohort, rebalance: synthesize.set)
    try write(record, to: workspace)
    return Outcome(name: specification.name, folder: workspace.folder, set: record, shard: nil)
  }

  private func grid(of synthesize: SynthesizeSpecification, in workspace: AuditWorkspace)
    -> CellGrid
  {
    RebalanceStage.grid(of: workspace.specification, rebalance: synthesize.set, real: [])
  }

  private func plan(
    _ synthesize: SynthesizeSpecification, cohort: CohortSpecification, workspace: AuditWorkspace
  ) throws -> RebalancingRecord {
    let findings = cohort.findings.map(\.name)
    let grid = grid(of: synthesize, in: workspace)
    let counts =
      synthesize.plan == .table
      ? try TrainingCounts(
        contentsOf: workspace.specification.resolve(synthesize.set.trainingTable),
        specification: synthesize.set, findings: findings, grid: grid) : nil
    return SynthesisPlanner(synthesize, findings: findings, grid: grid, counts: counts).plan()
  }

  /// Images of an audit's cohort and of a set must not share a folder.
  private func refuseAudits(_ workspace: AuditWorkspace) throws {
    guard try workspace.store.cases(of: .synthetic).isEmpty,
      try workspace.store.cases(of: .real).isEmpty
    else {
      throw AuditFailure(
        "'\(workspace.folder)' holds an audit; a set for training needs a folder of its own",
        hint: "give the spec of the set another \"name\"")
    }
  }

  /// Images of two sets of masks or boxes must never mix in one set.
  private func keepConditions(
    of cohort: CohortSpecification, in workspace: AuditWorkspace,
    generator: any RadiographGenerator
  ) throws {
    let conditions = try CohortConditions(cohort, resolve: workspace.specification.resolve)
    let record = try conditions.record()
    let drawn = try workspace.store.cases(of: .rebalancing).contains { $0.sha256 != nil }
    if drawn, let known = try workspace.store.value(of: .conditions), known != record {
      throw AuditFailure(
        "the masks or boxes have changed since the images in '\(workspace.folder)' were drawn",
        hint: "restore them, or add --start-over to draw the set again")
    }
    if !drawn, !conditions.isEmpty {
      try conditions.check(size: try generator.conditionSize()) { _, _ in }
    }
    try workspace.store.set(record, for: .conditions)
  }

  /// `synthesis.json`: the plan, what was drawn, and why images were rejected.
  private func write(_ record: RebalancingRecord, to workspace: AuditWorkspace) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try writeAtomically(
      String(decoding: try encoder.encode(record), as: UTF8.self) + "\n",
      to: try workspace.path("rebalancing/synthesis.json"))
  }
}
