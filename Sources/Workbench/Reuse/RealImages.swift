import AuditModel
import AuditStore
import Basics
import Foundation

/// The user's own images as classifiers are about to see them.
struct RealImages {
  let workspace: AuditWorkspace
  let context: RunContext

  /// Compares every real image with the one that was scored; scores of a replaced image go.
  ///
  /// A file that was not touched since is not read again. One that is missing is left to the
  /// classifier, which names it.
  func refresh() throws {
    let specification = workspace.specification
    let readers = specification.models.filter(\.readsImages).map(\.name)
    guard specification.real?.images != nil, !readers.isEmpty else { return }
    let cases = try workspace.store.cases(of: .real)
    let keys = ReuseKeys(workspace: workspace)
    var found: [(caseID: Int64, sha256: String)] = []
    var new: [KeptFileHash] = []
    for (index, item) in cases.enumerated() {
      try context.checkInterrupted()
      guard let path = try workspace.imagePath(of: item), let file = try? keys.look(at: path)
      else { continue }
      found.append((item.id, file.hash))
      if let kept = file.new { new.append(kept) }
      if new.count == 512 {
        try workspace.store.keep(new)
        new.removeAll()
      }
      if index % 64 == 63 || index == cases.count - 1 {
        context.report(
          StageProgress(
            stage: "looking at the images", done: Double(index + 1), total: Double(cases.count),
            unit: "images"))
      }
    }
    try workspace.store.keep(new)
    let changed = try workspace.store.noteImages(found, imageReaders: readers)
    if changed > 0 {
      context.note(
        "\(changed) real images were replaced since they were scored; they are scored again")
    }
  }
}
