import Basics
import Foundation

/// Where results go when nobody says: `reports` beside the spec, or, for a spec in a folder named
/// `audits`, beside that folder. Independent of the folder that the command is typed in.
///
/// - Throws: ``AuditFailure`` where that would be the root of the file system.
package func defaultReportsFolder(forSpec spec: String) throws -> String {
  let folder = parentFolder(of: absolutePath(spec))
  let base = folder.hasSuffix("/audits") ? parentFolder(of: folder) : folder
  guard base != "/", !base.isEmpty else {
    throw AuditFailure(
      "the results of '\(spec)' would go to '/reports'",
      hint: "name a folder for them with --reports")
  }
  return base + "/reports"
}
