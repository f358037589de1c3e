import Basics
import AuditStore
import Foundation
import Images

/// Images that the same audit drew in other folders, on other machines perhaps.
///
/// An image is taken only where generator, options, prompt, anchor, noise and condition are those asked for
/// and where its bytes have the hash that its folder recorded; anything else is drawn.
struct ImagePool {
  let workspace: AuditWorkspace
  let context: RunContext

  /// - Returns: How many of `cases` were found and copied.
  /// - Throws: ``AuditFailure`` for a folder that holds no audit, is in use, or was drawn with other
  ///   weights or options.
  func adopt(_ cases: [StoredCase], cohort: StoredCase.Cohort) throws -> Int {
    var open = Dictionary(cases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var count = 0
    for folder in context.imageFolders where !open.isEmpty {
      let source = absolutePath(folder)
      guard source != workspace.folder else { continue }
      let files = ConfinedFolder(source)
      guard try files.file("audit.sqlite") != nil else {
        throw AuditFailure(
          "'\(folder)' of '--images-from' holds no audit: there is no audit.sqlite in it",
          hint:
            "name the folder of the audit itself, for example shards/2/\(workspace.specification.name)"
        )
      }
      // Another machine's folder is read like a stranger's: from a copy of its store, inside itself.
      let lock = try FolderLock(readingIn: source)
      defer { withExtendedLifetime(lock) {} }
      let store = try AuditStore(copyOfStoreIn: files)
      let found = try store.cases(of: cohort).filter { $0.sha256 != nil && open[$0.name] != nil }
      guard !found.isEmpty else { continue }
      let theirs = try store.value(of: .generator)
      let own = try workspace.store.value(of: .generator)
      guard theirs == own else {
        throw AuditFailure(
          "the images in '\(folder)' were drawn with other weights or options than this audit's: "
            + GeneratorFingerprint(recorded: theirs ?? "").differences(
              from: GeneratorFingerprint(recorded: own ?? "")),
          hint: "draw that share again with the same spec and weights")
      }
      for (index, item) in found.enumerated() {
        try context.checkInterrupted()
        context.report(
          StageProgress(
            stage: "taking images over", done: Double(index), total: Double(found.count),
            unit: "images", detail: folder))
        guard let wanted = open[item.name], try copy(item, for: wanted, from: files) else {
          continue
        }
        open[item.name] = nil
        count += 1
      }
    }
    return count
  }

  private func copy(
    _ item: StoredCase, for wanted: StoredCase, from files: ConfinedFolder
  ) throws -> Bool {
    guard item.prompt == wanted.prompt, item.anchor == wanted.anchor, item.seed == wanted.seed,
      item.noise == wanted.noise,
      item.conditionHash == wanted.conditionHash, let hash = item.sha256,
      // The place is this audit's own: what a foreign store names is never a path to write to.
      let relative = wanted.image
    else { return false }
    guard let path = try files.file(relative) else {
      context.note("'\(files.path)/\(relative)' is missing; it is drawn here")
      return false
    }
    let bytes = try readBytes(of: path, limit: PNGLimits().fileBytes)
    guard SHA256.hex(of: bytes) == hash else {
      context.note("'\(path)' was changed after it was drawn; it is drawn here")
      return false
    }
    // A store that was edited can name another arm's image with its hash; the image itself says for
    // what it was drawn.
    let text = (try? decodePNGText(bytes, name: path)) ?? []
    func says(_ key: String, _ value: String?) -> Bool {
      text.filter { $0.0 == key }.map(\.1) == [value ?? ""]
    }
    guard says("Prompt", wanted.prompt), says("Seed", wanted.seed.map(String.init)),
      wanted.conditionHash.map({ says("Condition", "SHA-256 \($0)") }) ?? true
    else {
      context.note("'\(path)' says that it was drawn for another prompt; it is drawn here")
      return false
    }
    let target = try workspace.path(relative)
    try createFolder(at: parentFolder(of: target))
    try writeAtomically(bytes, to: target)
    try workspace.store.setImage(hash: hash, ofCase: wanted.id)
    return true
  }
}
