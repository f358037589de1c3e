import AuditModel
import AuditStore
import Basics
import Cohorts
import Foundation
import Images
import Vocabulary

/// Draws calibration base cases at one strength after another and has them read.
struct Calibrating {
  let base: any RadiographGenerator
  let design: CounterfactualDesign
  let workspace: AuditWorkspace
  let context: RunContext
  let readers: CalibrationReaders
  /// Names generator, options and seed: what was drawn by others is not taken for ours.
  let key: String

  /// Those that differ between arms.
  func attributes() throws -> [String] { ArmSets(try cases("0")).attributes }

  /// What the gates make of `strength`, for some of the attributes.
  ///
  /// - Returns: Nothing where the generator cannot draw by it, which is told.
  func points(_ strength: CounterfactualStrength, _ attributes: [String]) throws
    -> [StrengthTuning.Point]
  {
    guard var generator = base.adopting(strength) else { return [] }
    let trunks = Set(strength.trunk.values).sorted().map(String.init).joined(separator: "-")
    let cases = try cases(trunks + strength.manner.folder)
    do {
      try draw(
        cases, by: &generator,
        "trunk of \(trunks.replacingOccurrences(of: "-", with: " and ")) steps"
          + strength.manner.words)
    } catch let failure as AuditFailure
      where strength.frozenFindingTokens && failure.kind == .input
    {
      context.note("the finding's tokens are not frozen: \(failure.message)")
      return []
    }
    return try readers.points(
      of: cases, strength: strength, attributes: attributes, seed: design.specification.seed,
      workspace: workspace, networkRows: generator.networkRows(arms: design.arms.count))
  }

  private func cases(_ folder: String) throws -> [StoredCase] {
    design.cases(purpose: "calibration", caption: base.card.caption).enumerated().map {
      index, item in
      var stored = GenerateStage.stored(item, seed: design.specification.seed, as: .synthetic)
      stored.id = Int64(index)
      stored.name =
        "calibration/\(key.prefix(12))/\(folder)/" + item.imagePath.dropFirst(item.folder.count + 1)
      stored.image = stored.name
      // Set so that gates take the case for drawn; calibration images enter no store.
      stored.sha256 = ""
      return stored
    }
  }

  private func draw(
    _ cases: [StoredCase], by generator: inout any RadiographGenerator, _ words: String
  ) throws {
    _ = try generator.prepare(prompts: CohortRendering.prompts(of: cases, for: generator))
    var done = 0
    let batches = CohortRendering.batches(
      cases, size: context.batchSize, keepsBaseCases: generator.usesAnchors)
    for batch in batches {
      try context.checkInterrupted()
      done += batch.count
      if try batch.allSatisfy({ try isDrawn($0, by: generator) }) { continue }
      let jobs = try batch.map { try CohortRendering.job($0, in: workspace) }
      let images = try context.rendering(by: generator, jobs) { _, _ in
        try context.checkInterrupted()
      }
      for (item, image) in zip(batch, images) {
        let path = try workspace.path(item.name)
        try createFolder(at: parentFolder(of: path))
        try writeAtomically(
          try encodePNG(image, text: CohortRendering.text(of: item, generator: generator)), to: path
        )
      }
      context.report(
        StageProgress(
          stage: "calibrating", done: Double(done), total: Double(cases.count), unit: "images",
          detail: words))
    }
  }

  /// Whether an interrupted tuning left this image, whole.
  private func isDrawn(_ item: StoredCase, by generator: any RadiographGenerator) throws -> Bool {
    let path = try workspace.path(item.name)
    guard FileManager.default.fileExists(atPath: path), let held = try? readPNGText(at: path) else {
      return false
    }
    let wanted = CohortRendering.text(of: item, generator: generator)
    return held.map { "\($0.0)\n\($0.1)" } == wanted.map { "\($0.0)\n\($0.1)" }
  }
}
