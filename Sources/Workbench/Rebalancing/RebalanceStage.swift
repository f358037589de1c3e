import AuditModel
import Basics
import AuditStore
import Cohorts
import Fairness
import Foundation
import Rebalancing
import Vocabulary

/// Plans the rebalancing set, draws it and exports it.
struct RebalanceStage {
  let workspace: AuditWorkspace
  let context: RunContext
  let makeGenerator: (CohortSpecification) throws -> any RadiographGenerator

  /// What the report says where the set could not be made; exports of an earlier run are removed.
  func record(of failure: AuditFailure) throws -> RebalancingRecord? {
    try RebalancingDrawing.removeExports(in: workspace)
    return workspace.specification.rebalance.map {
      var record = RebalancingRecord(strategy: $0.strategy.rawValue, budget: $0.budget, cells: [])
      record.notes = ["The rebalancing set was not made: \(failure.message)."]
      return record
    }
  }

  /// - Returns: nil when the spec asks for no rebalancing, or only a share was drawn.
  func run(analysis: AnalysisOutcome, evidence: CohortEvidence) throws -> RebalancingRecord? {
    guard let rebalance = workspace.specification.rebalance else {
      try RebalancingDrawing.removeEverything(in: workspace)
      return nil
    }
    guard let cohort = workspace.specification.cohort else {
      throw AuditFailure(
        "'rebalance' needs a synthetic cohort: its findings give the prompts",
        hint: "add 'cohort' to the spec, or remove 'rebalance'")
    }
    return try workspace.stage("rebalance", context: context) {
      let findings = cohort.findings.map(\.name)
      let grid = Self.grid(
        of: workspace.specification, rebalance: rebalance,
        real: try workspace.store.cases(of: .real).map(\.attributes))
      let counts = try TrainingCounts(
        contentsOf: workspace.specification.resolve(rebalance.trainingTable),
        specification: rebalance, findings: findings, grid: grid)
      var record = RebalancingPlanner(
        rebalance, counts: counts, findings: findings, grid: grid
      ).plan(
        comparisons: analysis.comparisons, verdicts: analysis.verdicts,
        rateGaps: analysis.rateGaps)
      guard
        let accepted = try drawn(
          &record, rebalance: rebalance, cohort: cohort, grid: grid, evidence: evidence)
      else { return nil }
      record.subgroups = expectedSubgroups(of: record)
      record.exports = try export(accepted, record: record, cohort: cohort, rebalance: rebalance)
      if rebalance.formats.contains(.weights) || rebalance.strategy == .weightsOnly {
        let relative = "rebalancing/weights"
        try TrainingWeights(counts: counts, findings: findings, grid: grid)
          .write(to: try workspace.path(relative))
        record.exports["weights"] = relative
      }
      return record
    }
  }

  /// Draws what a plan asks for.
  /// - Parameter isApart: Whether the set must share nothing with the cohort's own cases.
  /// - Returns: The images that passed the quality gates, in the order of the plan; nil where only a
  ///   share was drawn.
  func drawn(
    _ record: inout RebalancingRecord, rebalance: RebalanceSpecification,
    cohort: CohortSpecification, grid: CellGrid, evidence: CohortEvidence, isApart: Bool = true
  ) throws -> [RebalancingDrawing.Judged]? {
    let caption = try makeGenerator(cohort).card.caption
    let library = try Self.impressions(
      rebalance, findings: cohort.findings, resolve: workspace.specification.resolve,
      caption: caption)
    record.notes += library.notes
    let set = RebalancingCohort(
      record, library: library, grid: grid, drawn: cohort.attributes, caption: caption,
      seed: cohort.seed)
    let distrusted = try addWarnings(to: &record, cohort: cohort, grid: grid, evidence: evidence)
    return try draw(
      set, rebalance: rebalance, cohort: cohort, distrusted: distrusted, isApart: isApart,
      record: &record)
  }

  /// Groups that the cohort draws, bins of the analysis plan, and what the spec names besides.
  ///
  /// - Parameter real: Attributes of the real cases, whose values are groups where no rule says else.
  static func grid(
    of specification: AuditSpecification, rebalance: RebalanceSpecification,
    real: [AttributeValues]
  ) -> CellGrid {
    let drawnValues = specification.cohort?.attributes ?? AttributeGrid()
    let groupings = specification.attributes.compactMap { attribute -> Grouping? in
      let rule = specification.analysis.groups[attribute.name]
      let drawn = drawnValues[attribute.name]
      let isNamed = rebalance.attributes.contains(attribute.name)
      switch (attribute.kind, rule) {
      case (.number, .edges?):
        return attribute.isKnown || isNamed || !drawn.isEmpty
          ? Grouping(attribute, rule: rule) : nil
      case (.categories, _) where !drawn.isEmpty:
        return Grouping(attribute, rule: .values(drawn.map(attribute.written)))
      default:
        return isNamed
          ? Grouping(attribute, rule: rule, values: real.map { $0[attribute.name] })
          : nil
      }
    }
    return CellGrid(groupings)
  }

  /// The sentences of the prompts, as the spec says.
  static func impressions(
    _ rebalance: RebalanceSpecification, findings: [FindingSpecification],
    resolve: (String) -> String, caption: AttributeCaption
  ) throws -> ImpressionLibrary {
    switch rebalance.impressions {
    case .cohort: ImpressionLibrary(cohort: findings)
    case .builtin: ImpressionLibrary.builtIn(for: findings)
    case .table(let table):
      try ImpressionLibrary(
        table, path: resolve(table.path), findings: findings, caption: caption)
    }
  }

  /// Marks cells that the generator cannot express.
  /// - Returns: Attributes that the predictors did not find in the audit's own cohort.
  private func addWarnings(
    to record: inout RebalancingRecord, cohort: CohortSpecification, grid: CellGrid,
    evidence: CohortEvidence
  ) throws -> Set<String> {
    guard record.cells.contains(where: { $0.add > 0 }) else { return [] }
    let generator = try makeGenerator(cohort)
    // What the model card allows and gate G1 then did not find holds for every value.
    var unseen: [String: String] = [:]
    for entry in cohort.attributes.entries {
      let name = entry.attribute.name
      guard generator.limitation(ofAttribute: name, values: entry.values) == nil else { continue }
      unseen[name] = evidence.attributeLimitations[name]
    }
    for index in record.cells.indices where record.cells[index].add > 0 {
      let cell = record.cells[index]
      var problems = [generator.limitation(ofFinding: cell.finding)]
      for entry in cell.groups.entries {
        let numbers = grid.numbers(of: entry.value, attribute: entry.attribute)
        let values =
          numbers.map { [String($0.lowerBound), String($0.upperBound)] } ?? [entry.value]
        problems.append(
          generator.limitation(ofAttribute: entry.attribute, values: values)
            ?? unseen[entry.attribute])
      }
      let sentences = problems.compactMap { $0 }
      if !sentences.isEmpty { record.cells[index].warning = sentences.joined(separator: "; ") }
    }
    let warned = record.cells.filter { $0.warning != nil }
    if !warned.isEmpty {
      record.notes.append(
        "\(warned.count) cells ask for \(warned.reduce(0) { $0 + $1.add }) images that the generator "
          + "cannot express; the table says why. Do not expect them to help these groups.")
    }
    return Set(unseen.keys)
  }

  /// - Returns: The images that passed the quality gates, in the order of the plan; nil where only a
  ///   share was drawn.
  private func draw(
    _ set: RebalancingCohort, rebalance: RebalanceSpecification, cohort: CohortSpecification,
    distrusted: Set<String>, isApart: Bool, record: inout RebalancingRecord
  ) throws -> [RebalancingDrawing.Judged]? {
    let panel = RebalancingPanel(
      workspace: workspace, context: context, cohort: cohort, distrusted: distrusted)
    var training = TrainingFingerprints.Outcome()
    if let folder = rebalance.trainingImages, set.count > 0 {
      training = try TrainingFingerprints(workspace: workspace, context: context)
        .read(folder: workspace.specification.resolve(folder))
      record.notes += training.notes
    }
    let drawing = RebalancingDrawing(
      workspace: workspace, context: context, cohort: cohort, attempts: rebalance.attempts,
      caption: try makeGenerator(cohort).card.caption, isApart: isApart
    ) {
      let generator = try makeGenerator(cohort)
      try GenerateStage(
        workspace: workspace, context: context, makeGenerator: makeGenerator
      ).checkWeights(generator)
      return generator
    }
    guard let judged = try drawing.draw(set, panel: panel, training: training.fingerprints) else {
      return nil
    }
    guard set.count > 0 else { return [] }
    let quality = RebalancingTally(judged: judged, planned: set.count, attempts: rebalance.attempts)
    quality.add(to: &record, rules: rules(rebalance, panel, training.fingerprints.count))
    return judged.filter { $0.rejection == nil }.sorted {
      ($0.drawn.cell, $0.drawn.item.index) < ($1.drawn.cell, $1.drawn.item.index)
    }
  }

  private func rules(
    _ rebalance: RebalanceSpecification, _ panel: RebalancingPanel, _ trainingCount: Int
  ) -> [String] {
    var rules = [
      "Exposure: rejected where grey values deviate by less than 10 levels, or where most pixels are "
        + "at either end of the scale.",
      "Near-duplicates within the set: rejected where the perceptual hashes differ in at most 10 of "
        + "64 bits and the 16 × 16 pixel embeddings correlate by at least 0.98.",
    ]
    rules.append(
      rebalance.trainingImages == nil
        ? "Not checked: near-duplicates of training images; 'rebalance.trainingImages' names none."
        : "Near-duplicates of the \(trainingCount) training images: rejected by the same rule.")
    return rules + panel.rules
  }

  /// Writes the layouts that the spec asks for, and removes those of a former plan.
  /// - Returns: Layout to path, relative to the report folder.
  func export(
    _ accepted: [RebalancingDrawing.Judged], record: RebalancingRecord, cohort: CohortSpecification,
    rebalance: RebalanceSpecification
  ) throws -> [String: String] {
    // An export of a former plan must not be taken for one of this.
    for format in RebalanceSpecification.Format.allCases
    where accepted.isEmpty || !rebalance.formats.contains(format) {
      try RebalancingExport.remove(workspace.path("rebalancing/\(format.rawValue)"))
    }
    guard !accepted.isEmpty else { return [:] }
    let conditions = try CohortConditions(cohort, resolve: workspace.specification.resolve)
    let export = RebalancingExport(
      images: try accepted.map {
        ExportImage(
          $0.drawn, path: try workspace.path($0.drawn.item.imagePath), sha256: $0.sha256,
          boxes: try conditions.boxes(
            of: $0.drawn.item, image: try workspace.path($0.drawn.item.imagePath)))
      },
      seed: cohort.seed, generator: try workspace.store.value(of: .generatorName) ?? "",
      strategy: record.strategy, findings: cohort.findings.map(\.name))
    var paths: [String: String] = [:]
    for format in rebalance.formats where format != .weights {
      try context.checkInterrupted()
      let relative = "rebalancing/\(format.rawValue)"
      try export.write(format, to: try workspace.path(relative))
      paths[format.rawValue] = relative
    }
    return paths
  }
}
