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
  /// nil where the user asked for no print.
  var printer: PDFPrinter?
  /// Everything in one page instead of a first page that links to others.
  var singleFile = false
  /// The generator's model card, byte for byte; nil where no cohort was drawn or there is none.
  var generatorCard: String?

  /// What came of publishing.
  struct Published {
    /// The page's path.
    var page: String?
    var pdf: String?
    /// Why the page was not printed; everything else is there.
    var printFailure: AuditFailure?
  }

  /// Writes the report's files, prints the page where asked, then `files.sha256` with the hash of
  /// everything in the folder, `provenance.json` with the hash of that list, and its signature.
  func publish(_ report: AuditReport, scores: ScoreTables) throws -> Published {
    try removeOutdated()
    var published = Published()
    let paths = try ReportWriter(
      report: report, folder: workspace.folder, singleFile: singleFile
    ).writeAll()
    published.page = paths.first
    if let generatorCard {
      try writeAtomically(generatorCard, to: try workspace.path(ReportFiles.generatorCard))
    } else {
      _ = try workspace.files.removeFile(ReportFiles.generatorCard)
    }
    let written = try scores.write(to: try workspace.path("tables"))
    let kept = Set(paths.map { ($0 as NSString).lastPathComponent } + written)
    try removeFormer(ReportFiles.tables, ".csv", except: kept)
    try removeFormer(ReportFiles.detailPages, ".html", except: kept)
    do {
      published.pdf = try printer?.print(folder: workspace.folder, context: context)
    } catch let failure as AuditFailure { published.printFailure = failure }
    try FileList(files: workspace.files).write(known: drawnHashes())
    var provenance = report.provenance
    provenance.files = try hashes()
    try writeAtomically(
      try ProvenanceVerification.text(of: provenance), to: try workspace.path("provenance.json"))
    try signer?.sign(folder: workspace.folder, context: context)
    return published
  }

  /// Generated images that were compared with their recorded hash in this run.
  private func drawnHashes() throws -> [String: String] {
    var hashes: [String: String] = [:]
    for item in try workspace.store.cases(of: .synthetic) {
      if let image = item.image, let hash = item.sha256 { hashes[image] = hash }
    }
    return hashes
  }

  /// A table or page that this report does not have would be taken for its own.
  private func removeFormer(_ name: String, _ suffix: String, except written: Set<String>) throws {
    let path = try workspace.path(name)
    guard FileManager.default.fileExists(atPath: path) else { return }
    let folder = ConfinedFolder(path)
    for file in try folder.contents().files where file.hasSuffix(suffix) && !written.contains(file)
    {
      try folder.removeFile(file)
    }
    // Without pages there is no folder for them: a reader would look for what is not there.
    if name == ReportFiles.detailPages, singleFile { _ = rmdir(path) }
  }

  /// A print or a signature of the former report would say something else than the new one.
  private func removeOutdated() throws {
    for name in [ReportFiles.print, ReportFiles.signature] {
      guard try workspace.files.removeFile(name) else { continue }
      context.note(
        name == ReportFiles.print
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
  ///
  /// - Throws: An error of the file system for a folder that cannot be listed: what is in it would go
  ///   without a hash.
  static func vouchedFiles(in folder: String) throws -> [String] {
    let manager = FileManager.default
    func files(in name: String, _ suffix: String) throws -> [String] {
      let path = folder + "/" + name
      guard manager.fileExists(atPath: path) else { return [] }
      return try manager.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(suffix) }.map { name + "/" + $0 }
    }
    return
      (try ReportFiles.pages + [
        ReportFiles.print, ReportFiles.fileList, ReportFiles.manifest, ReportFiles.generatorCard,
        ReportFiles.tablesReadMe,
      ] + files(in: ReportFiles.tables, ".csv") + files(in: ReportFiles.detailPages, ".html"))
      .filter {
        manager.fileExists(atPath: folder + "/" + $0)
      }.sorted()
  }
}

/// Whether `provenance.json` is that of the report and names its files as they are.
struct ProvenanceVerification {
  let files: ConfinedFolder
  let report: AuditReport
  let context: RunContext

  private var folder: String { files.path }

  /// The only spelling of `provenance.json`: one value, one text.
  static func text(of provenance: Provenance) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(provenance), as: UTF8.self) + "\n"
  }

  func check() throws -> VerificationCheck {
    var differences: [String] = []
    var found: Provenance?
    do {
      if let path = try files.file("provenance.json") {
        let bytes = try readBytes(of: path, limit: 256 << 20)
        try checkValueCount(ofJSON: bytes, path: "provenance.json")
        let read = try JSONDecoder().decode(Provenance.self, from: Data(bytes))
        // No list can have the hash of the file that has the list's, so its bytes are compared.
        if try Array(Self.text(of: read).utf8) != bytes {
          differences.append(
            "provenance.json is not written as this program writes it: it was changed after the "
              + "report was made, or another version wrote it")
        }
        found = read
      } else {
        differences.append("provenance.json is missing")
      }
    } catch let failure as AuditFailure {
      differences.append(failure.message)
    } catch {
      differences.append("provenance.json is not readable as such")
    }
    if let found {
      differences += try hashDifferences(found.files)
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

  private func hashDifferences(_ listed: [String: String]?) throws -> [String] {
    guard let listed else {
      return [
        "provenance.json has no hashes of the report's files; reports of versions without them have "
          + "to be made again to be verified"
      ]
    }
    var differences: [String] = []
    for (name, hash) in listed.sorted(by: { $0.key < $1.key }) {
      guard ConfinedFolder.isPlain(name) else {
        differences.append("provenance.json names '\(name)', which is outside the report's folder")
        continue
      }
      if let now = try currentHash(of: name) {
        if now != hash { differences.append("\(name) has another hash than provenance.json names") }
      } else {
        differences.append("\(name), which provenance.json names, is missing or cannot be read")
      }
    }
    for name in try ReportPublisher.vouchedFiles(in: folder) where listed[name] == nil {
      differences.append("\(name) is not named in provenance.json")
    }
    return differences
  }

  /// nil: missing, or not to be read.
  /// - Throws: What an interruption throws.
  private func currentHash(of name: String) throws -> String? {
    do {
      return try files.file(name).map { try SHA256.hex(ofFile: $0, tick: context.checkInterrupted) }
    } catch let failure as AuditFailure where failure.kind != .interrupted { return nil }
  }
}
