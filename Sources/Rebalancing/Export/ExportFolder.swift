import AuditModel
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A folder that appears whole or not at all: built beside its place and renamed.
struct ExportFolder {
  /// Where files are written until the export is complete.
  let temporary: String

  /// Runs `body` with the temporary folder and puts the result in the place of `folder`.
  ///
  /// An older export stays until the new one is complete.
  static func build(_ folder: String, _ body: (ExportFolder) throws -> Void) throws {
    let manager = FileManager.default
    let temporary = folder + ".tmp"
    do {
      if manager.fileExists(atPath: temporary) { try manager.removeItem(atPath: temporary) }
      try createFolder(at: temporary)
      try body(ExportFolder(temporary: temporary))
      if manager.fileExists(atPath: folder) { try manager.removeItem(atPath: folder) }
      try manager.moveItem(atPath: temporary, toPath: folder)
    } catch let failure as AuditFailure {
      throw failure
    } catch {
      throw AuditFailure(
        "cannot write the export '\(folder)': \(error.localizedDescription)",
        hint: "check free space and permissions; the same command continues")
    }
  }

  /// Puts an image into the export: a hard link costs no space, other file systems get a copy.
  func add(_ source: String, as relative: String) throws {
    let destination = temporary + "/" + relative
    try createFolder(at: (destination as NSString).deletingLastPathComponent)
    if link(source, destination) != 0 {
      try FileManager.default.copyItem(atPath: source, toPath: destination)
    }
  }

  func path(_ relative: String) -> String { temporary + "/" + relative }
}
