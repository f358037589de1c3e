import Basics
import AuditStore
import Cohorts
import Foundation
import Images
import Rebalancing

/// The conditions of cases that are about to be drawn, as files beside their images.
struct ConditionFiles {
  let workspace: AuditWorkspace
  let conditions: CohortConditions?
  /// In the store.
  let cases: [StoredCase]

  /// The name of the file in a base case's folder.
  static let fileName = "condition.png"

  /// Writes what is missing; a file that still has its recorded bytes is left alone.
  ///
  /// - Throws: ``AuditFailure`` when a mask or the boxes changed since the first image was drawn
  ///   from them.
  func write(generator: any RadiographGenerator, context: RunContext) throws {
    var known: [String: StoredCase] = [:]
    for item in cases {
      guard let path = item.condition, known[path] == nil else { continue }
      known[path] = item
    }
    guard !known.isEmpty, let conditions else { return }
    let size = try generator.conditionSize()
    for (relative, item) in known.sorted(by: { $0.key < $1.key }) {
      try context.checkInterrupted()
      let path = try workspace.path(relative)
      if let hash = item.conditionHash, FileManager.default.fileExists(atPath: path),
        try SHA256.hex(ofFile: path) == hash
      {
        continue
      }
      guard
        let source = conditions.sources[item.finding ?? ""]?.first(where: {
          $0.name == item.conditionSource
        })
      else {
        throw AuditFailure(
          "the mask or boxes '\(item.conditionSource ?? "")' of '\(item.name)' are gone",
          hint: "restore them, or add --start-over to draw the cohort again")
      }
      let bytes = try encodePNG(
        try source.condition(for: size),
        text: [("Synthetic", "true"), ("Source", source.name)])
      let hash = SHA256.hex(of: bytes)
      if let recorded = item.conditionHash, recorded != hash {
        throw AuditFailure(
          "\(source.path) has changed since this audit's images were drawn from it",
          hint: "restore it, or add --start-over to draw the cohort again")
      }
      try createFolder(at: parentFolder(of: path))
      try writeAtomically(bytes, to: path)
      try workspace.store.setCondition(hash: hash, at: relative)
    }
  }
}

extension CohortConditions {
  /// The stored case with its condition's place and source.
  func guiding(_ stored: StoredCase, as item: CohortCase) -> StoredCase {
    guard sources[item.finding] != nil else { return stored }
    var stored = stored
    stored.usesControlNetwork = true
    if let source = source(
      finding: item.finding, isPositive: item.isPositive, index: item.index)
    {
      // Exports look for the condition of each image by the image's own name.
      stored.condition =
        stored.cohort == .rebalancing
        ? ExportImage.conditionPaths(of: item.imagePath).first
        : parentFolder(of: item.imagePath) + "/" + ConditionFiles.fileName
      stored.conditionSource = source.name
    }
    return stored
  }
}
