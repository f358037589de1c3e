import AuditModel
import Basics
import Cohorts
import AuditStore
import Foundation
import Images
import Reporting
import Vocabulary

/// One audit's folder: its spec, its store and the exclusive right to change them.
package struct AuditWorkspace {
  package let specification: AuditSpecification
  /// Absolute path of the spec file.
  package let specificationPath: String
  /// Absolute path of `reports/NAME`.
  package let folder: String
  let store: AuditStore
  /// The folder as the place that every stored path is resolved in.
  let files: ConfinedFolder
  private let lock: FolderLock?

  /// Opens or creates the folder of the audit at `specificationPath`.
  ///
  /// - Parameters:
  ///   - reports: Folder that holds one folder per audit.
  ///   - startOver: Removes what an earlier run left.
  /// - Throws: ``AuditFailure`` for a wrong spec, and a folder that cannot be written or is in use.
  package init(
    specificationPath: String, reports: String, startOver: Bool = false,
    purpose: AuditSpecification.Purpose = .audit
  ) throws {
    specification = try loadSpecification(at: specificationPath, for: purpose)
    self.specificationPath = absolutePath(specificationPath)
    folder = absolutePath(reports) + "/" + specification.name
    files = ConfinedFolder(folder)
    try createFolder(at: folder)
    lock = try FolderLock(folder: folder)
    var discarded: [DiscardedAudit] = []
    if startOver {
      discarded = AuditWorkspace.traces(in: files)
      try AuditWorkspace.clear(folder)
    }
    try AuditWorkspace.removeUnfinished(in: files)
    store = try AuditStore(path: folder + "/audit.sqlite")
    if !discarded.isEmpty { try store.encode(discarded, for: .discarded) }
    // Verification starts from the report folder alone, so the folder remembers its spec.
    let bytes = try readBytes(of: specificationPath)
    try store.set(String(decoding: bytes, as: UTF8.self), for: .specificationText)
    try store.set(self.specificationPath, for: .specificationPath)
  }

  /// Looks at a finished audit's folder, which may be a stranger's, on a medium that cannot be
  /// written: the store is a copy, and nothing that it names is opened.
  /// - Throws: ``AuditFailure`` when the folder holds no finished audit, or one that was edited into
  ///   something else.
  package init(reading folder: String) throws {
    self.folder = absolutePath(folder)
    files = ConfinedFolder(self.folder)
    guard try files.file("audit.sqlite") != nil else {
      throw AuditFailure(
        "'\(folder)' holds no audit: there is no audit.sqlite in it",
        hint: "name a folder that 'audit run' wrote, for example reports/quickstart")
    }
    lock = try FolderLock(readingIn: self.folder)
    store = try AuditStore(copyOfStoreIn: files)
    guard let text = try store.value(of: .specificationText),
      let path = try store.value(of: .specificationPath)
    else {
      throw AuditFailure(
        "'\(folder)' holds an unfinished audit", hint: "run 'audit run' with its spec first")
    }
    specificationPath = path
    specification = try loadSpecification(
      from: text, path: path, directory: parentFolder(of: path))
  }

  /// Removes what runs write; a file that is not ours is left alone.
  private static func clear(_ folder: String) throws {
    for name in ReportFiles.all {
      let path = folder + "/" + name
      guard FileManager.default.fileExists(atPath: path) else { continue }
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw AuditFailure("cannot remove '\(path)': \(error.localizedDescription)")
      }
    }
  }

  /// Removes what a killed run was writing; the folder is locked, so nobody writes it now.
  private static func removeUnfinished(in files: ConfinedFolder) throws {
    for path in try files.contents().files
    where isUnfinishedFile(path.split(separator: "/").last ?? "") {
      try files.removeFile(path)
    }
  }

  /// What starting over is about to discard, with what was discarded before.
  private static func traces(in files: ConfinedFolder) -> [DiscardedAudit] {
    let now = ISO8601DateFormatter().string(from: Date())
    guard (try? files.file("audit.sqlite")) != nil else { return [] }
    guard let store = try? AuditStore(copyOfStoreIn: files) else {
      return [DiscardedAudit(when: now, scoresHadBeenRead: nil, planHash: nil)]
    }
    let former = (try? store.decoded([DiscardedAudit].self, of: .discarded)) ?? nil
    return (former ?? []) + [
      DiscardedAudit(
        when: now, scoresHadBeenRead: try? store.hasScores(),
        planHash: (try? store.value(of: .planHash)) ?? nil)
    ]
  }

  /// Runs `body` as the named stage and adds its time to the log.
  func stage<Result>(
    _ name: String, context: RunContext, _ body: () throws -> Result
  ) throws -> Result {
    try context.checkInterrupted()
    let start = context.now()
    // An interrupted or failed stage has still cost its time; the log adds up over resumptions.
    defer {
      try? store.record(
        StageRecord(
          name: name, seconds: context.now().timeIntervalSince(start), finished: context.timestamp))
    }
    return try body()
  }

  /// The absolute path of something named relative to the report folder.
  /// - Throws: As ``ConfinedFolder/resolve(_:)``: nothing outside the folder has such a name.
  func path(_ relative: String) throws -> String { try files.resolve(relative) }

  /// The file of a case's image: in the report folder, or below the user's own image folder as this
  /// spec names it, whatever the store says of other places.
  ///
  /// - Returns: nil for a case without an image.
  /// - Throws: ``AuditFailure`` for an image outside its folder.
  func imagePath(of item: StoredCase) throws -> String? {
    guard let image = item.image else { return nil }
    guard item.cohort == .real else { return try path(image) }
    guard let folder = specification.real?.images.map(specification.resolve) else { return nil }
    // Stores of earlier versions have absolute paths.
    let relative = image.hasPrefix(folder + "/") ? String(image.dropFirst(folder.count + 1)) : image
    guard ConfinedFolder.isPlain(relative) else {
      throw AuditFailure(
        "the audit store names the image '\(visible(image.shortened(to: 200)))', which is not below "
          + "'real.images' (\(folder))",
        hint: "the images were moved or the store was edited; add --start-over to read them again")
    }
    // Data sets are often links to shared storage, so links of the user's own folder are followed.
    return try locatedImage(folder + "/" + relative)
  }
}

extension AuditWorkspace {
  /// How the images of a cohort are read; those that we drew need no choices.
  func imageReading(of cohort: StoredCase.Cohort) -> ImageReadingOptions {
    guard cohort == .real, let real = specification.real else { return ImageReadingOptions() }
    return ImageReadingOptions(real.imageOptions)
  }

  /// Whether a real image that cannot be read is left out instead of ending the audit.
  func leavesOutUnreadable(of cohort: StoredCase.Cohort) -> Bool {
    cohort == .real && specification.real?.imageOptions.unreadable == .leaveOut
  }
}

/// `path` made absolute against the current folder, without `.` and `..`.
package func absolutePath(_ path: String) -> String {
  URL(fileURLWithPath: path).standardizedFileURL.path
}
