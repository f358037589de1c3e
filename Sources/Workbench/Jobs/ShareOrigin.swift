import AuditStore
import Basics
import Foundation
import Reporting

/// What a share's folder takes from the audit's before it draws.
///
/// A share of the cohort needs what was tuned; a share of the rebalancing set needs all that the set rests
/// on: the store with its scores, and the images that were scored.
struct ShareOrigin {
  /// The audit's report folder.
  let source: String
  /// The share's report folder.
  let target: String

  /// Copies what is not there yet.
  ///
  /// - Throws: ``AuditFailure`` where the audit's folder is in use, or the disk is full.
  func copy(for phase: SpreadPhase) throws {
    let files = ConfinedFolder(absolutePath(source))
    guard files.path != absolutePath(target) else {
      throw AuditFailure(
        "'--copy-of' and '--reports' name the same folder", hint: "a share needs one of its own")
    }
    try createFolder(at: target)
    // Tuned again since: images of the former strength are refused by the share's own store.
    if let tuning = try files.file(StrengthTuning.fileName) {
      try writeAtomically(
        readBytes(of: tuning), to: ConfinedFolder(target).resolve(StrengthTuning.fileName))
    }
    guard phase == .set, try ConfinedFolder(target).file("audit.sqlite") == nil else { return }
    guard try files.file("audit.sqlite") != nil else {
      throw AuditFailure(
        "'\(source)' of '--copy-of' holds no audit: there is no audit.sqlite in it",
        hint: "a rebalancing set is drawn after the audit was analysed")
    }
    let lock = try FolderLock(readingIn: files.path)
    defer { withExtendedLifetime(lock) {} }
    for name in try images(in: files) { try take(name, from: files) }
    // The store last: a copy that was interrupted is then made again.
    for name in ReportFiles.store.reversed() where !name.hasSuffix("-shm") {
      guard let path = try files.file(name) else { continue }
      unlink(target + "/" + name)
      let isStore = name == ReportFiles.store[0]
      let place = target + "/" + (isStore ? ".copied.sqlite" : name)
      unlink(place)
      try copyFile(from: path, to: place)
      if isStore, rename(place, target + "/" + name) != 0 {
        throw AuditFailure(
          "cannot write '\(target)/\(name)': \(String(cString: strerror(errno)))")
      }
    }
  }

  private func images(in files: ConfinedFolder) throws -> [String] {
    let folder = try files.resolve("cohort")
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try ConfinedFolder(folder).contents().files.map { "cohort/" + $0 }
  }

  /// A second name where the file system has them: images are replaced and never written through.
  private func take(_ name: String, from files: ConfinedFolder) throws {
    guard let path = try files.file(name) else { return }
    let place = try ConfinedFolder(target).resolve(name)
    try createFolder(at: parentFolder(of: place))
    unlink(place)
    if link(path, place) != 0 { try copyFile(from: path, to: place) }
  }
}
