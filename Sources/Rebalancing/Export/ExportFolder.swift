import Basics
import CExchange
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A folder that appears whole or not at all: built beside its place and exchanged with what is there.
struct ExportFolder {
  /// Where files are written until the export is complete.
  let temporary: String

  /// First line of every export's README; a folder without it is not ours to replace.
  static let mark = "# Synthetic radiographs for rebalancing"

  /// Runs `body` with the temporary folder and puts the result in the place of `folder`.
  ///
  /// An older export stays, whole, until the new one is complete; then the two change places in one
  /// step, so that a reader or a crash meets either the old or the new one.
  /// - Throws: ``AuditFailure`` when a folder is there that no export left, and when the disk is full
  ///   or read-only; what was there before is then untouched.
  static func build(_ folder: String, _ body: (ExportFolder) throws -> Void) throws {
    let manager = FileManager.default
    let temporary = folder + ".tmp"
    let isReplacing = manager.fileExists(atPath: folder)
    guard !isReplacing || isOurs(folder) else {
      throw AuditFailure(
        "'\(folder)' exists and is not an export of this program",
        hint: "move it away; an export replaces its folder and would delete what is in it")
    }
    do {
      // What a killed process left.
      if manager.fileExists(atPath: temporary) { try manager.removeItem(atPath: temporary) }
      try createFolder(at: temporary)
      try body(ExportFolder(temporary: temporary))
      try flush(temporary)
      guard rename(temporary, folder, exchanging: isReplacing) else {
        throw AuditFailure(
          "cannot put the export in its place '\(folder)': \(String(cString: strerror(errno)))",
          hint: "check permissions; the same command continues")
      }
      try flush(parentFolder(of: folder))
      if isReplacing { try manager.removeItem(atPath: temporary) }
    } catch let failure as AuditFailure {
      throw failure
    } catch {
      throw AuditFailure(
        "cannot write the export '\(folder)': \(error.localizedDescription)",
        hint: "check free space and permissions; the same command continues")
    }
  }

  /// Removes an export; a folder that is not one stays.
  static func remove(_ folder: String) throws {
    guard FileManager.default.fileExists(atPath: folder), isOurs(folder) else { return }
    do { try FileManager.default.removeItem(atPath: folder) } catch {
      throw AuditFailure("cannot remove '\(folder)': \(error.localizedDescription)")
    }
  }

  private static func isOurs(_ folder: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? ["?"]
    guard !names.isEmpty else { return true }
    let text = try? readBytes(of: folder + "/README.md", limit: 1 << 20)
    return text.map { String(decoding: $0.prefix(mark.utf8.count), as: UTF8.self) == mark } ?? false
  }

  /// Moves the folder, or exchanges the two where one is there already.
  private static func rename(_ from: String, _ to: String, exchanging: Bool) -> Bool {
    guard exchanging else { return Glibc.rename(from, to) == 0 }
    if cexchange_names(from, to) == 0 { return true }
    // Some network file systems cannot exchange. The old export then leaves first: for a moment
    // there is none, never half of one.
    guard errno == EINVAL || errno == ENOSYS else { return false }
    let aside = from + ".old"
    return Glibc.rename(to, aside) == 0 && Glibc.rename(from, to) == 0
      && Glibc.rename(aside, from) == 0
  }

  /// Makes the entries of a folder survive a power cut, as far as its file system can.
  private static func flush(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Puts an image into the export: a hard link costs no space, other file systems get a copy.
  func add(_ source: String, as relative: String) throws {
    let destination = temporary + "/" + relative
    try createFolder(at: parentFolder(of: destination))
    if link(source, destination) != 0 {
      try writeAtomically(try readBytes(of: source), to: destination)
    }
  }

  func path(_ relative: String) -> String { temporary + "/" + relative }
}
