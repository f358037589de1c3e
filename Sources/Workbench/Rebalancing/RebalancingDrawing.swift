import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation
import Images
import Rebalancing
import Tables
import Vocabulary

/// Draws a rebalancing set round by round until every planned image passes the quality gates.
///
/// Round 0 draws every planned image; each later round draws those that were rejected again, from
/// other noise, up to a number of attempts. What a round decides depends on the images alone, so an
/// interrupted run continues to the same set.
struct RebalancingDrawing {
  let workspace: AuditWorkspace
  let context: RunContext
  let cohort: CohortSpecification
  let attempts: Int
  let caption: AttributeCaption
  /// Whether the set must share nothing with the cohort's own cases; a spec without an audit has none.
  var isApart = true
  let makeGenerator: () throws -> any RadiographGenerator

  /// A drawn image and what became of it.
  struct Judged {
    var drawn: RebalancingCase
    var sha256: String
    var rejection: Rejection?
  }

  /// - Returns: nil where only a share was drawn: the gates judge the whole set.
  func draw(_ set: RebalancingCohort, panel: RebalancingPanel, training: [ImageFingerprint]) throws
    -> [Judged]?
  {
    let conditions = try CohortConditions(cohort, resolve: workspace.specification.resolve)
    try removeStale(set, conditions: conditions)
    let audited = BaseCaseHashes(
      isApart ? CounterfactualDesign(cohort).cases(caption: caption) : [], seed: cohort.seed,
      caption: caption)
    let auditedImages = Set(try workspace.store.cases(of: .synthetic).compactMap(\.sha256))
    var gate = QualityGate(training: training)
    var open = Array(0..<set.count)
    var judged: [Judged] = []
    for attempt in 0..<attempts where !open.isEmpty {
      let round = open.map { set.image(at: $0, attempt: attempt) }
      try RebalancingCohort.assertDisjoint(
        round.map(\.item), from: audited, seed: cohort.seed, caption: caption)
      try workspace.store.insert(
        round.map {
          conditions.guiding(
            GenerateStage.stored($0.item, seed: cohort.seed, as: .rebalancing), as: $0.item)
        })
      try CohortRendering(workspace: workspace, context: context, conditions: conditions)
        .renderMissing(
          .rebalancing,
          stage: attempt == 0
            ? "drawing the rebalancing set" : "drawing \(round.count) rejected images again",
          makeGenerator: makeGenerator)
      guard context.shard == nil else { return nil }
      try panel.score()

      let stored = try workspace.store.cases(of: .rebalancing)
      let opinions = try panel.opinions(on: stored)
      let byName = Dictionary(stored.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      var rejected: [Int] = []
      for (position, (place, drawn)) in zip(open, round).enumerated() {
        try context.checkInterrupted()
        guard let item = byName[drawn.item.imagePath], let hash = item.sha256 else { continue }
        guard !auditedImages.contains(hash) else {
          throw AuditFailure(
            "the rebalancing image '\(item.name)' is identical to an audited image",
            hint: "change 'cohort.seed'; a retraining set must share nothing with the audit")
        }
        let rejection = gate.rejection(
          of: try readPNG(at: workspace.path(item.name)),
          opinion: opinions[item.id] ?? PanelOpinion())
        judged.append(Judged(drawn: drawn, sha256: hash, rejection: rejection))
        if rejection != nil { rejected.append(place) }
        context.report(
          StageProgress(
            stage: "checking the rebalancing set", done: Double(position + 1),
            total: Double(round.count), unit: "images"))
      }
      open = rejected
    }
    try removeAll(except: Set(judged.map(\.drawn.item.imagePath)))
    try writeManifest(judged)
    return judged
  }

  /// A changed plan draws other images; those of the former plan leave the set.
  private func removeStale(_ set: RebalancingCohort, conditions: CohortConditions) throws {
    let stored = try workspace.store.cases(of: .rebalancing)
    guard !stored.isEmpty else { return }
    var possible: [String: StoredCase] = [:]
    for attempt in 0..<attempts {
      for place in 0..<set.count {
        let item = set.image(at: place, attempt: attempt).item
        possible[item.imagePath] = conditions.guiding(
          GenerateStage.stored(item, seed: cohort.seed, as: .rebalancing), as: item)
      }
    }
    for old in stored {
      var bare = old
      (bare.id, bare.sha256, bare.conditionHash) = (0, nil, nil)
      if possible[old.name] != bare { try remove(old) }
    }
  }

  /// Removes a former set, images and list: the spec asks for none any more.
  static func removeEverything(in workspace: AuditWorkspace) throws {
    for old in try workspace.store.cases(of: .rebalancing) { try remove(old, in: workspace) }
    try removeExports(in: workspace)
  }

  /// Removes the list and the exports of a former plan; the images stay for the next one.
  static func removeExports(in workspace: AuditWorkspace) throws {
    try workspace.files.removeFile("rebalancing/manifest.csv")
    for format in RebalanceSpecification.Format.allCases {
      try RebalancingExport.remove(try workspace.path("rebalancing/\(format.rawValue)"))
    }
  }

  private func removeAll(except names: Set<String>) throws {
    for old in try workspace.store.cases(of: .rebalancing) where !names.contains(old.name) {
      try remove(old)
    }
  }

  private func remove(_ old: StoredCase) throws { try Self.remove(old, in: workspace) }

  private static func remove(_ old: StoredCase, in workspace: AuditWorkspace) throws {
    guard old.name.hasPrefix("rebalancing/"), ConfinedFolder.isPlain(old.name) else {
      throw AuditFailure(
        "the audit store names '\(visible(old.name.shortened(to: 200)))' as a rebalancing image; "
          + "nothing was removed",
        hint: "the store was edited; add --start-over to make the audit again")
    }
    for path in [old.name] + ExportImage.conditionPaths(of: old.name) {
      try workspace.files.removeFile(path)
    }
    try workspace.store.removeCase(old.id)
  }

  /// `rebalancing/manifest.csv`: every drawn image, rejected ones with their reason.
  private func writeManifest(_ judged: [Judged]) throws {
    let path = try workspace.path("rebalancing/manifest.csv")
    guard !judged.isEmpty else {
      try workspace.files.removeFile("rebalancing/manifest.csv")
      return
    }
    let generator = try workspace.store.value(of: .generatorName) ?? ""
    let others = Attribute.columns(with: judged.flatMap(\.drawn.item.arm.values.attributes))
      .dropFirst(Attribute.known.count)
    try writeCSV(
      header: ["image", "sha256", "finding", "label", "base_case", "attempt"]
        + Attribute.known.map(\.name)
        + ["severity", "prompt", "seed", "generator", "accepted", "rejected_because"] + others,
      rows: judged.map { entry -> [String] in
        let item = entry.drawn.item
        return [
          item.imagePath, entry.sha256, item.finding, item.isPositive ? "1" : "0",
          item.baseCaseIdentifier, String(entry.drawn.attempt),
        ] + Attribute.known.map { item.arm.values[$0.name] ?? "" } + [
          entry.drawn.severity ?? "", item.prompt, String(cohort.seed), generator,
          entry.rejection == nil ? "1" : "0", entry.rejection?.description ?? "",
        ] + others.map { item.arm.values[$0] ?? "" }
      }, to: path)
  }
}
