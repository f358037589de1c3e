import AuditModel
import AuditStore
import Basics

/// Which shares of a drawing are complete, by what the stores say.
struct ShareLedger {
  let folder: JobFolder
  let shards: Int

  /// Shares with an image that neither their own folder nor the audit's holds, in order.
  ///
  /// - Throws: ``AuditFailure`` where one of the folders is in use.
  func open(_ phase: SpreadPhase) throws -> [Int] {
    let whole = try cases(of: phase, in: folder.files)
    let present = Set(whole.filter { $0.sha256 != nil }.map(\.name))
    return try (1...shards).filter { number in
      guard let shard = Shard("\(number)/\(shards)") else { return true }
      let own = try ownCases(of: number, phase)
      if !own.isEmpty {
        return shard.cases(of: own).contains { $0.sha256 == nil && !present.contains($0.name) }
      }
      if !whole.isEmpty, phase == .cohort {
        return shard.cases(of: whole).contains { $0.sha256 == nil }
      }
      // A set may be empty: then the share's word that it is done counts.
      return try folder.exitCode(of: .draw(phase, number)) != 0
    }
  }

  /// Folders of shares that hold an audit, to take images from.
  func sources(_ phase: SpreadPhase) throws -> [String] {
    try (1...shards).compactMap { number in
      let relative = folder.folder(of: number, in: phase, shards: shards)
      guard try folder.files.file(relative + "/audit.sqlite") != nil else { return nil }
      return folder.report + "/" + relative
    }
  }

  private func ownCases(of number: Int, _ phase: SpreadPhase) throws -> [StoredCase] {
    let relative = folder.folder(of: number, in: phase, shards: shards)
    guard try folder.files.file(relative + "/audit.sqlite") != nil else { return [] }
    return try cases(of: phase, in: ConfinedFolder(folder.report + "/" + relative))
  }

  private func cases(of phase: SpreadPhase, in files: ConfinedFolder) throws -> [StoredCase] {
    guard try files.file("audit.sqlite") != nil else { return [] }
    let lock = try FolderLock(readingIn: files.path)
    defer { withExtendedLifetime(lock) {} }
    return try AuditStore(copyOfStoreIn: files)
      .cases(of: phase == .cohort ? .synthetic : .rebalancing)
  }
}
