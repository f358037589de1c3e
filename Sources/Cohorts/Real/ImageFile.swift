import Basics
import Foundation
import Images

/// The file of an image that the table may name without its extension.
///
/// The file of the very name counts where it is there; else the one that an extension of radiographs
/// makes of it, and the name itself where there is none, so that its absence is told as such.
/// - Throws: ``AuditFailure`` where several files have the name, such as `a.png` and `a.dcm` for `a`.
package func locatedImage(_ path: String) throws -> String {
  let extensions = imageFormats.flatMap { $0.extensions }
  let manager = FileManager.default
  // Names with an extension are most of all; they cost no look at the disk.
  if extensions.contains((path as NSString).pathExtension.lowercased()) { return path }
  if manager.fileExists(atPath: path) { return path }
  let found = (extensions + extensions.map { $0.uppercased() }).map { "\(path).\($0)" }
    .filter { manager.fileExists(atPath: $0) }
  guard found.count < 2 else {
    throw AuditFailure(
      "the image '\(path)' may be '\(found[0])' or '\(found[1])'",
      hint: "give the extension in the table")
  }
  return found.first ?? path
}
