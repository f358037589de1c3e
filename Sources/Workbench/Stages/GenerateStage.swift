import AuditModel
import Basics
import AuditStore
import Cohorts
import Foundation
import Tables
import Vocabulary

/// Draws the audit's synthetic cohort.
struct GenerateStage {
  let workspace: AuditWorkspace
  let context: RunContext
  let makeGenerator: (CohortSpecification) throws -> any RadiographGenerator

  func run() throws {
    guard let cohort = workspace.specification.cohort else { return try forgetCohort() }
    let conditions = try CohortConditions(cohort, resolve: workspace.specification.resolve)
    guard conditions.isEmpty || cohort.design == .counterfactual else {
      throw AuditFailure(
        "a replica cohort has no masks or boxes: a twin repeats a real case, whose finding is not "
          + "outlined",
        hint: "remove 'masks' and 'boxes', or use \"design\": \"counterfactual\"")
    }
    try workspace.stage("generate", context: context) {
      let isNew = try workspace.store.cases(of: .synthetic).isEmpty
      // Weights that cannot be read leave no plan behind: their path is about to be corrected.
      let generator = try makeGenerator(cohort)
      try generator.card.check(
        drawn: cohort.attributes.entries.map(\.attribute.name), by: generator.name)
      if isNew { try check(conditions, generator: generator) }
      try keep(conditions, isNew: isNew)
      try match(try cases(of: cohort, conditions: conditions, card: generator.card))
      try checkGenerator(of: cohort)
      try CohortRendering(workspace: workspace, context: context, conditions: conditions)
        .renderMissing(.synthetic, stage: "generating") {
          let generator = try makeGenerator(cohort)
          try checkWeights(generator)
          return generator
        }
      // A share's list of images would be taken for the cohort's.
      if context.shard == nil { try writeManifest() }
    }
  }

  /// The stored cases must be the design's, all of them and no others; as long as no image was drawn,
  /// a changed design takes the former one's place.
  private func match(_ planned: [StoredCase]) throws {
    let store = workspace.store
    let stored = try store.cases(of: .synthetic)
    // What is known only once the images are there.
    let bare = stored.map { item in
      var item = item
      (item.id, item.sha256, item.conditionHash) = (0, nil, nil)
      return item
    }
    guard bare != planned else { return }
    guard stored.allSatisfy({ $0.sha256 == nil }) else {
      let other = zip(bare, planned).first { $0 != $1 }.map { "'\(visible($0.0.name))'" }
      throw AuditFailure(
        "'\(workspace.folder)' holds images of another cohort than '\(workspace.specificationPath)' "
          + "asks for (\(stored.count) images there, \(planned.count) asked for"
          + (other.map { "; the first that differs is \($0)" } ?? "") + ")",
        hint: "give the spec another \"name\", or add --start-over to discard what is there")
    }
    try store.removeCases(of: .synthetic)
    try store.insert(planned)
  }

  /// Images of a cohort that the spec no longer has must not stay in its report.
  private func forgetCohort() throws {
    let store = workspace.store
    guard try store.cases(of: .synthetic).allSatisfy({ $0.sha256 == nil }) else {
      throw AuditFailure(
        "'\(workspace.folder)' holds images of a cohort, and the spec has none any more",
        hint: "give the spec another \"name\", or add --start-over to discard what is there")
    }
    try store.removeCases(of: .synthetic)
    for fact in [
      AuditFact.generator, .generatorName, .conditions, .truncatedPrompts, .evidence,
    ] {
      try store.set(nil, for: fact)
    }
    for part in [ReusablePart.images, .evidence] { try store.set(nil, forKeyOf: part) }
  }

  /// Asks the generator whether it is the one that drew, where its spec or its files are not those of
  /// the last run.
  private func checkGenerator(of cohort: CohortSpecification) throws {
    let key = try ReuseKeys(workspace: workspace).images(cohort.generator)
    let known = try workspace.store.key(of: .images)
    if known != key, try hasImages() { try checkWeights(try makeGenerator(cohort)) }
    try workspace.store.set(key, forKeyOf: .images)
  }

  private func hasImages() throws -> Bool {
    try [StoredCase.Cohort.synthetic, .rebalancing].contains { cohort in
      try workspace.store.cases(of: cohort).contains { $0.sha256 != nil }
    }
  }

  /// What the cohort's design asks to be drawn.
  private func cases(
    of cohort: CohortSpecification, conditions: CohortConditions, card: GeneratorCard
  ) throws -> [StoredCase] {
    switch cohort.design {
    case .counterfactual:
      return CounterfactualDesign(cohort).cases(caption: card.caption)
        .map { conditions.guiding(Self.stored($0, seed: cohort.seed, as: .synthetic), as: $0) }
    case .replica:
      // Twins keep the store's words for attributes, so that both cohorts have the same groups.
      let twins = ReplicaDesign(cohort).twins(
        of: try workspace.store.cases(of: .real).map(Self.source), card: card)
      guard !twins.isEmpty else {
        throw AuditFailure(
          "no real case has a label for a finding of the cohort, so there is nothing to replicate",
          hint: "name the findings of 'cohort' as in 'real.columns.labels'")
      }
      return twins.map { Self.stored($0, seed: cohort.seed) }
    }
  }

  static func source(_ item: StoredCase) -> ReplicaDesign.Source {
    ReplicaDesign.Source(
      image: item.name, cluster: item.cluster, attributes: item.attributes,
      labels: item.labels.known)
  }

  private static func stored(_ twin: ReplicaDesign.Twin, seed: UInt64) -> StoredCase {
    var stored = StoredCase(
      cohort: .synthetic, name: twin.imagePath, cluster: twin.source.cluster)
    stored.finding = twin.finding
    stored.baseCase = twin.identifier
    stored.arm = twin.arm.identifier
    stored.attributes = twin.source.attributes
    stored.prompt = twin.prompt
    stored.seed = seed
    stored.noise = twin.noisePath.joined(separator: "\u{1F}")
    stored.image = twin.imagePath
    stored.labels = CaseLabels(twin.labels)
    return stored
  }

  private func check(_ conditions: CohortConditions, generator: any RadiographGenerator) throws {
    guard !conditions.isEmpty else { return }
    try conditions.check(size: try generator.conditionSize()) { done, count in
      try context.checkInterrupted()
      context.report(
        StageProgress(
          stage: "reading masks and boxes", done: Double(done), total: Double(count),
          unit: "files"))
    }
  }

  /// Images of two sets of masks or boxes must never mix in one cohort.
  private func keep(_ conditions: CohortConditions, isNew: Bool) throws {
    let record = try conditions.record()
    if !isNew, let known = try workspace.store.value(of: .conditions), known != record,
      try hasImages()
    {
      throw AuditFailure(
        "the masks or boxes have changed since the images in '\(workspace.folder)' were drawn",
        hint: "restore them, or add --start-over to draw the cohort again")
    }
    try workspace.store.set(record, for: .conditions)
  }

  /// Images of two sets of weights must never mix in one cohort.
  func checkWeights(_ generator: any RadiographGenerator) throws {
    let fingerprint = try GeneratorFingerprint(generator)
    let known = try workspace.store.value(of: .generator).map {
      GeneratorFingerprint(recorded: $0)
    }
    if let known, known != fingerprint, try hasImages() {
      throw AuditFailure(
        "the images in '\(workspace.folder)' were drawn with other weights or options: "
          + known.differences(from: fingerprint),
        hint: "restore those, or add --start-over to draw the cohort again")
    }
    try workspace.store.set(fingerprint.text, for: .generator)
    try workspace.store.set(generator.name, for: .generatorName)
  }

  static func stored(_ item: CohortCase, seed: UInt64, as cohort: StoredCase.Cohort) -> StoredCase {
    var stored = StoredCase(cohort: cohort, name: item.imagePath, cluster: item.cluster)
    stored.finding = item.finding
    stored.baseCase = item.baseCaseIdentifier
    stored.arm = item.arm.identifier
    stored.placebo = item.arm.placebo?.rawValue
    stored.attributes = item.arm.values
    stored.prompt = item.prompt
    stored.anchor = item.anchorPrompt
    stored.seed = seed
    // U+001F separates components because user-given finding names may contain any printable sign.
    stored.noise = item.noisePath.joined(separator: "\u{1F}")
    stored.image = item.imagePath
    stored.labels = [item.finding: item.isPositive]
    return stored
  }

  private func writeManifest() throws {
    let manifest = try Self.manifest(of: workspace.store)
    try writeCSV(
      header: manifest.header, rows: manifest.rows, to: try workspace.path("cohort/manifest.csv"))
  }

  /// The content of `cohort/manifest.csv`, columns as in the contract.
  static func manifest(of store: AuditStore) throws -> (header: [String], rows: [[String]]) {
    let options = try store.value(of: .generator) ?? ""
    func option(_ name: String) -> String {
      options.split(separator: "\n").first { $0.hasPrefix(name + "=") }
        .map { String($0.dropFirst(name.count + 1)) } ?? ""
    }
    let generator = try store.value(of: .generatorName) ?? ""
    let cases = try store.cases(of: .synthetic)
    let columns = Attribute.columns(with: cases.flatMap(\.attributes.attributes))
    let others = columns.dropFirst(Attribute.known.count)
    // Columns of their own only where there are conditions.
    let isGuided = cases.contains { $0.usesControlNetwork }
    let rows = cases.map { item -> [String] in
      let finding = item.finding ?? ""
      let row = [
        item.name, item.sha256 ?? "", finding, (item.labels[finding] ?? false) ? "1" : "0",
        item.baseCase ?? "", item.arm ?? "",
      ]
      let rest = [
        item.prompt ?? "", item.seed.map(String.init) ?? "", generator, option("steps"),
        option("guidance"),
      ]
      let conditions = [item.condition ?? "", item.conditionHash ?? "", item.conditionSource ?? ""]
      return row + Attribute.known.map { item.attributes[$0.name] ?? "" } + rest
        + (isGuided ? conditions : []) + others.map { item.attributes[$0] ?? "" }
    }
    var header =
      ["image", "sha256", "finding", "label", "base_case", "arm"] + Attribute.known.map(\.name)
      + ["prompt", "seed", "generator", "steps", "guidance"]
    if isGuided { header += ["condition", "condition_sha256", "condition_source"] }
    header += others
    return (header, rows)
  }
}
