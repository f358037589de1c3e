import AuditStore
import Basics
import Cohorts
import Foundation
import Images

/// The pictures that the gallery shows beside the cohort's own: the anchor that arms descend from, and
/// what each arm changes of it.
struct GalleryPictures {
  let workspace: AuditWorkspace
  let context: RunContext

  /// Grey levels that are full red or full blue in a difference picture, on every page alike.
  static let scale = 64

  /// Where the anchor of a case is kept.
  static func anchorPath(of item: StoredCase) -> String? {
    folder(of: item).map { $0 + "/anchor.png" }
  }

  /// Where what an arm changes of its anchor is kept.
  static func differencePath(of item: StoredCase) -> String? {
    folder(of: item).map { "\($0)/\(fileNameComponent(item.arm ?? "arm")).png" }
  }

  private static func folder(of item: StoredCase) -> String? {
    guard let finding = item.finding, let baseCase = item.baseCase else { return nil }
    return "gallery/\(fileNameComponent(finding))/\(baseCase)"
  }

  /// The first base case of every finding and label, arms only.
  static func shown(_ cases: [StoredCase]) -> [[StoredCase]] {
    let drawn = cases.filter { $0.placebo == nil && $0.sha256 != nil }
    var seen: Set<String> = []
    return drawn.compactMap { first in
      guard let finding = first.finding, let positive = first.labels[finding],
        seen.insert("\(finding)/\(positive)").inserted
      else { return nil }
      // A patient of a replica cohort may have many twins.
      return Array(
        drawn.filter {
          $0.cluster == first.cluster && (first.noise == nil || $0.noise == first.noise)
        }.prefix(24))
    }
  }

  /// Draws the anchors of the base cases that are shown and writes the differences. Anchors are in no
  /// store and get no score.
  func write(generator: any RadiographGenerator) throws {
    var generator = generator
    for arms in Self.shown(try workspace.store.cases(of: .synthetic)) {
      try context.checkInterrupted()
      guard let first = arms.first, let caption = first.anchor,
        let path = Self.anchorPath(of: first)
      else { continue }
      var item = first
      item.prompt = caption
      _ = try generator.prepare(
        prompts: CohortRendering.prompts(of: [item], for: generator))
      let job = try CohortRendering.job(item, in: workspace)
      let images = try context.rendering(by: generator, [job]) { _, _ in
        try context.checkInterrupted()
      }
      guard let anchor = images.first else { continue }
      try createFolder(at: parentFolder(of: workspace.path(path)))
      try writeAtomically(
        try encodePNG(anchor, text: CohortRendering.text(of: item, generator: generator)),
        to: workspace.path(path))
      for arm in arms {
        guard let image = arm.image, let target = Self.differencePath(of: arm) else { continue }
        let picture = try readPNG(at: workspace.path(image))
        guard let difference = signedDifference(picture, anchor, scale: Self.scale) else {
          continue
        }
        try writeAtomically(
          try encodePNG(difference, text: [("Synthetic", "true")]), to: workspace.path(target))
      }
    }
  }
}
