import Basics
import AuditStore
import Cohorts
import Foundation
import Images

/// Renders the cases of a store that have no image yet, one committed image after the other.
struct CohortRendering {
  let workspace: AuditWorkspace
  let context: RunContext
  var conditions: CohortConditions?
  /// Cases rendered together; an image does not depend on it.
  private var batchSize: Int { context.batchSize }

  /// Renders what is missing and returns how many images it made.
  ///
  /// Each image is written whole and flushed before the store says that it exists, so an
  /// interruption at any moment loses at most the batch in flight.
  @discardableResult
  func renderMissing(
    _ cohort: StoredCase.Cohort, stage: String, makeGenerator: () throws -> any RadiographGenerator
  ) throws -> Int {
    let cases = try workspace.store.cases(of: cohort)
    var missing = try cases.filter { try !isIntact($0) }
    guard !missing.isEmpty else { return 0 }
    var generator = try makeGenerator()
    try ConditionFiles(workspace: workspace, conditions: conditions, cases: missing)
      .write(generator: generator, context: context)
    let ids = Set(missing.map(\.id))
    missing = try workspace.store.cases(of: cohort).filter { ids.contains($0.id) }
    let adopted = try ImagePool(workspace: workspace, context: context)
      .adopt(missing, cohort: cohort)
    // A rebalancing set is asked for in rounds, which other folders need not hold.
    if adopted > 0 || (cohort == .synthetic && !context.imageFolders.isEmpty) {
      context.note("\(stage): \(adopted) of \(missing.count) images were found in other folders")
    }
    if adopted > 0 {
      missing = try workspace.store.cases(of: cohort)
        .filter { ids.contains($0.id) && $0.sha256 == nil }
    }
    if let shard = context.shard { missing = shard.cases(of: cases, among: missing) }
    guard !missing.isEmpty else { return 0 }
    let before = Double(cases.count - ids.count + adopted)
    // A share ends with its own images.
    let total = before + Double(missing.count)
    func tell(_ done: Double) {
      context.report(
        StageProgress(
          stage: stage, done: done, total: total, doneBefore: before, unit: "images"))
    }
    tell(before)
    let cut = try generator.prepare(prompts: Self.prompts(of: missing, for: generator))
    generator.notes.forEach(context.note)
    if !cut.isEmpty {
      context.note(
        "\(cut.count) prompts are longer than the model reads and were cut, e.g. '\(cut[0])'")
      try workspace.store.set(String(cut.count), for: .truncatedPrompts)
    }

    var done = before
    for batch in Self.batches(missing, size: batchSize, keepsBaseCases: generator.usesAnchors) {
      try context.checkInterrupted()
      let jobs = try batch.map { try Self.job($0, in: workspace) }
      let images = try context.rendering(by: generator, jobs) { step, count in
        try context.checkInterrupted()
        tell(done + Double(batch.count) * Double(step) / Double(count + 1))
      }
      for (item, image) in zip(batch, images) {
        try save(image, of: item, generator: generator)
        done += 1
      }
      tell(done)
    }
    return missing.count
  }

  /// What has to be prepared before the cases are drawn.
  static func prompts(
    of cases: [StoredCase], for generator: any RadiographGenerator
  ) -> [String] {
    cases.compactMap(\.prompt) + (generator.usesAnchors ? cases.compactMap(\.anchor) : [])
  }

  /// Cases to draw together. An anchor is drawn once per batch that needs it, so where there are
  /// anchors a base case is cut only if it is larger than a batch; images do not depend on it.
  static func batches(
    _ cases: [StoredCase], size: Int, keepsBaseCases: Bool
  ) -> [[StoredCase]] {
    var batches: [[StoredCase]] = []
    for (index, item) in cases.enumerated() {
      guard var last = batches.popLast() else {
        batches.append([item])
        continue
      }
      let startsBaseCase = index == 0 || cases[index - 1].cluster != item.cluster
      let rest = cases[index...].prefix { $0.cluster == item.cluster }.count
      let fits = last.count < size
      let cuts = keepsBaseCases && startsBaseCase && last.count + rest > size
      if fits, !cuts {
        last.append(item)
        batches.append(last)
      } else {
        batches += [last, [item]]
      }
    }
    return batches
  }

  /// What the generator is asked for; a condition is read back from the report folder.
  ///
  /// - Throws: ``AuditFailure`` for a condition that is missing or was changed.
  static func job(_ item: StoredCase, in workspace: AuditWorkspace) throws -> RenderJob {
    var job = RenderJob(
      prompt: item.prompt ?? "", seed: item.seed ?? 0,
      noisePath: (item.noise ?? "").components(separatedBy: "\u{1F}"), anchor: item.anchor)
    if let condition = item.condition {
      let path = try workspace.path(condition)
      let bytes = try readBytes(of: path)
      guard SHA256.hex(of: bytes) == item.conditionHash else {
        throw AuditFailure(
          "'\(path)' is not the condition that this audit wrote",
          hint: "remove it and run 'audit run' again")
      }
      job.guidance = .image(try decodePNG(bytes, name: path))
    } else if item.usesControlNetwork {
      job.guidance = .unplaced
    }
    return job
  }

  private func save(
    _ image: RasterImage, of item: StoredCase, generator: any RadiographGenerator
  ) throws {
    guard let relative = item.image else { return }
    let path = try workspace.path(relative)
    try createFolder(at: parentFolder(of: path))
    let bytes = try encodePNG(image, text: Self.text(of: item, generator: generator))
    try writeAtomically(bytes, to: path)
    try workspace.store.setImage(hash: SHA256.hex(of: bytes), ofCase: item.id)
  }

  /// The PNG text chunks of the contract: what made this image, and that it is synthetic.
  static func text(of item: StoredCase, generator: any RadiographGenerator) -> [(String, String)] {
    var text = [
      ("Synthetic", "true"), ("Generator", generator.name), ("Prompt", item.prompt ?? ""),
      ("Seed", item.seed.map(String.init) ?? ""),
    ]
    if let hash = item.conditionHash { text.append(("Condition", "SHA-256 \(hash)")) }
    return text
  }

  /// An image counts as made when its file still has the bytes that were written.
  private func isIntact(_ item: StoredCase) throws -> Bool {
    guard let hash = item.sha256, let relative = item.image else { return false }
    let path = try workspace.path(relative)
    if FileManager.default.fileExists(atPath: path), try SHA256.hex(ofFile: path) == hash {
      return true
    }
    context.note("'\(relative)' is missing or was changed; it is rendered again")
    try workspace.store.forgetImage(ofCase: item.id)
    return false
  }
}
