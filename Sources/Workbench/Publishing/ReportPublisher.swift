import AuditModel
import Basics
import Foundation
import Reporting

/// Writes a finished report and what vouches for it into the audit's folder.
struct ReportPublisher {
  let workspace: AuditWorkspace
  let context: RunContext
  /// nil where the user asked for no signature.
  let signer: ReportSigner?

  /// Writes the report's files, then `provenance.json` with their hashes, then its signature.
  ///
  /// - Returns: The page's path.
  func publish(_ report: AuditReport, scores: ScoreTables) throws -> String? {
    try removeOutdated()
    let paths = try ReportWriter(report: report, folder: workspace.folder).writeAll()
    try scores.write(to: try workspace.path("tables"))
    var provenance = report.provenance
    provenance.files = try hashes()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try writeAtomically(
      String(decoding: try encoder.encode(provenance), as: UTF8.self) + "\n",
      to: try workspace.path("provenance.json"))
    try signer?.sign(folder: workspace.folder, context: context)
    return paths.first
  }

  /// A print or a signature of the former report would say something else than the new one.
  private func removeOutdated() throws {
    for name in ["report.pdf", ReportSigner.signatureFile] {
      guard try workspace.files.removeFile(name) else { continue }
      context.note(
        name == "report.pdf"
          ? "removed the report.pdf of the former report; --pdf prints the new one"
          : "removed the signature of the former report; --sign signs the new one")
    }
  }

  private func hashes() throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: Self.vouchedFiles(in: workspace.folder).map { name in
        (name, try SHA256.hex(ofFile: try workspace.path(name)))
      })
  }

  /// The files that `provenance.json` names with their hashes, relative to `folder`, sorted.
  static func vouchedFiles(in folder: String) -> [String] {
    let top = ["report.html", "report.md", "report.json", "junit.xml", "fairness-equity.xml"]
    let manager = FileManager.default
    let tables = ((try? manager.contentsOfDirectory(atPath: folder + "/tables")) ?? [])
      .filter { $0.hasSuffix(".csv") }.map { "tables/" + $0 }
    return (top + ["cohort/manifest.csv"] + tables).filter {
      manager.fileExists(atPath: folder + "/" + $0)
    }.sorted()
  }
}

/// Whether `provenance.json` is that of the report and names its files as they are.
struct ProvenanceVerification {
  let files: ConfinedFolder
  let report: AuditReport

  private var folder: String { files.path }

  func check() throws -> VerificationCheck {
    var differences: [String] = []
    var found: Provenance?
    do {
      if let path = try files.file("provenance.json") {
        found = try JSONDecoder().decode(
          Provenance.self, from: Data(try readBytes(of: path, limit: 256 << 20)))
      } else {
        differences.append("provenance.json is missing")
      }
    } catch let failure as AuditFailure {
      differences.append(failure.message)
    } catch {
      differences.append("provenance.json is not readable as such")
    }
    if let found {
      differences += hashDifferences(found.files)
      var bare = found
      bare.files = nil
      differences += JSONDifference.between(
        report.provenance, bare, expectedName: "report.json", foundName: "provenance.json")
    }
    return VerificationCheck(
      subject: "provenance", status: differences.isEmpty ? .same : .different,
      detail: differences.isEmpty
        ? "provenance.json is the report's and has the hash of each of its files"
        : differences.joined(separator: "; "), differences: differences)
  }

  private func hashDifferences(_ listed: [String: String]?) -> [String] {
    // Reports of programs before 'files' have none; what they hold is compared otherwise.
    guard let listed else { return [] }
    var differences: [String] = []
    for (name, hash) in listed.sorted(by: { $0.key < $1.key }) {
      guard ConfinedFolder.isPlain(name) else {
        differences.append("provenance.json names '\(name)', which is outside the report's folder")
        continue
      }
      if let path = try? files.file(name), let now = try? SHA256.hex(ofFile: path) {
        if now != hash { differences.append("\(name) has another hash than provenance.json names") }
      } else {
        differences.append("\(name), which provenance.json names, is missing")
      }
    }
    for name in ReportPublisher.vouchedFiles(in: folder) where listed[name] == nil {
      differences.append("\(name) is not named in provenance.json")
    }
    return differences
  }
}
