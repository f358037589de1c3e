import AuditModel
import AuditStore
import Cohorts
import Foundation
import Rebalancing

/// Plans the rebalancing set, draws it and exports it.
struct RebalanceStage {
  let workspace: AuditWorkspace
  let context: RunContext
  let makeGenerator: (CohortSpecification) throws -> any RadiographGenerator

  /// - Returns: nil when the spec asks for no rebalancing.
  func run(comparisons: [AuditModel.ComparisonResult], verdicts: [Verdict]) throws
    -> RebalancingRecord?
  {
    guard let rebalance = workspace.specification.rebalance else { return nil }
    guard let cohort = workspace.specification.cohort else {
      throw AuditFailure(
        "'rebalance' needs a synthetic cohort: its findings give the prompts",
        hint: "add 'cohort' to the spec, or remove 'rebalance'")
    }
    return try workspace.stage("rebalance", context: context) {
      let grid = grid(of: cohort)
      let counts = try TrainingCounts(
        contentsOf: workspace.specification.resolve(rebalance.trainingTable),
        specification: rebalance, findings: cohort.findings.map(\.name), grid: grid)
      var record = try RebalancingPlanner(
        rebalance, counts: counts, findings: cohort.findings.map(\.name), grid: grid
      ).plan(comparisons: comparisons, verdicts: verdicts)
      let set = RebalancingCohort(
        record, findings: cohort.findings, grid: grid, fallbackAges: cohort.attributes.age,
        seed: cohort.seed)
      try set.assertDisjoint(
        fromNoise: Set(CounterfactualDesign(cohort).cases().map(\.noisePath)))
      try draw(set, cohort: cohort)
      record.exports = try export(set, record: record, cohort: cohort, formats: rebalance.formats)
      if rebalance.formats.contains(.weights) || rebalance.strategy == .weightsOnly {
        let relative = "rebalancing/weights"
        try TrainingWeights(counts: counts, findings: cohort.findings.map(\.name), grid: grid)
          .write(to: workspace.path(relative))
        record.exports["weights"] = relative
      }
      return record
    }
  }

  /// Sexes and races of the cohort; age bins of the analysis plan.
  private func grid(of cohort: CohortSpecification) -> CellGrid {
    var ages: [CellGrid.AgeBin] = []
    if case .edges(let edges)? = workspace.specification.analysis.groups["age"] {
      ages = CellGrid.bins(edges: edges)
    }
    return CellGrid(
      sexes: cohort.attributes.sex.map(sexWord), ages: ages, races: cohort.attributes.race)
  }

  private func draw(_ set: RebalancingCohort, cohort: CohortSpecification) throws {
    let store = workspace.store
    let wanted = Set(set.cases.map(\.imagePath))
    // A changed plan draws other images; those of the former plan leave the set.
    for old in try store.cases(of: .rebalancing) where !wanted.contains(old.name) {
      try store.removeCase(old.id)
    }
    let conditions = try CohortConditions(cohort, resolve: workspace.specification.resolve)
    try store.insert(
      set.cases.map {
        conditions.guiding(
          GenerateStage.stored($0, seed: cohort.seed, as: .rebalancing), as: $0)
      })
    try CohortRendering(workspace: workspace, context: context, conditions: conditions)
      .renderMissing(.rebalancing, stage: "drawing the rebalancing set") {
        try makeGenerator(cohort)
      }
    let audited = Set(try store.cases(of: .synthetic).compactMap(\.sha256))
    for item in try store.cases(of: .rebalancing) {
      if let hash = item.sha256, audited.contains(hash) {
        throw AuditFailure(
          "the rebalancing image '\(item.name)' is identical to an audited image",
          hint: "change 'cohort.seed'; a retraining set must share nothing with the audit")
      }
    }
  }

  private func export(
    _ set: RebalancingCohort, record: RebalancingRecord, cohort: CohortSpecification,
    formats: [RebalanceSpecification.Format]
  ) throws -> [String: String] {
    guard !set.cases.isEmpty else { return [:] }
    let hashes = Dictionary(
      try workspace.store.cases(of: .rebalancing).map { ($0.name, $0.sha256 ?? "") },
      uniquingKeysWith: { first, _ in first })
    let export = RebalancingExport(
      images: set.cases.map {
        ExportImage(
          item: $0, path: workspace.path($0.imagePath), sha256: hashes[$0.imagePath] ?? "")
      },
      seed: cohort.seed, generator: try workspace.store.value(of: "generatorName") ?? "",
      readme: Self.readme(record: record, count: set.cases.count),
      findings: cohort.findings.map(\.name))
    var paths: [String: String] = [:]
    for format in formats where format != .weights {
      try context.checkInterrupted()
      let relative = "rebalancing/\(format.rawValue)"
      try export.write(format, to: workspace.path(relative))
      paths[format.rawValue] = relative
    }
    return paths
  }

  static func readme(record: RebalancingRecord, count: Int) -> String {
    """
    # Synthetic radiographs for rebalancing

    \(count) synthetic chest radiographs, drawn by the strategy `\(record.strategy)`. **Every image is
    synthetic**: the PNG text chunk `Synthetic: true` and the column `synthetic` say so.

    - One table lists every image with finding, label, sex, age, race, prompt and SHA-256
      (`train/metadata.csv` or `manifest.csv`). Hugging Face: `load_dataset("imagefolder", data_dir=".")`.
    - Train on these images first and fine-tune on real ones, or mix them in; keep the two kinds
      distinguishable either way.
    - Never evaluate on them, and never audit a retrained classifier on images it was trained on. They
      share no base case and no noise with the audit they come from.
    - Whether they help is an empirical question: audit the retrained classifier with the same spec.

    """
  }
}
