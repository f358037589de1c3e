import AuditModel
import Basics
import Foundation

/// Writes a report in all its formats into the report's folder.
package struct ReportWriter {
  package let report: AuditReport
  /// `reports/NAME`; the gallery's image paths are relative to it.
  package let folder: String
  /// Everything in one page instead of a short first page that links to others.
  package let singleFile: Bool

  package init(report: AuditReport, folder: String, singleFile: Bool = false) {
    self.report = report
    self.folder = folder
    self.singleFile = singleFile
  }

  /// Writes `report.html` with the pages it links to, `report.md`, `report.json`, `tables/`,
  /// `fairness-equity.xml` and `junit.xml`; each file is complete or keeps its former content.
  ///
  /// - Returns: The paths written, the page first.
  /// - Throws: ``AuditFailure`` when a number is not finite or a file cannot be written.
  package func writeAll() throws -> [String] {
    // Whatever can fail without touching the disk comes first.
    let files = try contents()
    let place = ConfinedFolder(folder)
    try createFolder(at: place.resolve(ReportFiles.tables))
    if !singleFile { try createFolder(at: place.resolve(ReportFiles.detailPages)) }
    return try files.map { name, content in
      let path = try place.resolve(name)
      try writeAtomically(content, to: path)
      return path
    }
  }

  /// What ``writeAll()`` writes, by path relative to the folder, the page first.
  ///
  /// - Throws: ``AuditFailure`` when a number is not finite.
  package func contents() throws -> [(name: String, content: String)] {
    let json = try encodeReportJSON(report)
    let document = SectionWriter(report).document
    let renderer = HTMLRenderer(document: document, images: thumbnail)
    let pages = singleFile ? [(ReportFiles.page, renderer.page())] : renderer.pages()
    let contents = [
      MarkdownRenderer(document: document).text(), json, FairnessEquityXML.document(report),
      JUnitXML.document(report),
    ]
    let tables = try CSVTables.all(report)
    return pages + zip(ReportFiles.pages.dropFirst(), contents).map { ($0, $1) }
      + tables.map { (ReportFiles.tables + "/" + $0.name, $0.content) }
      + [(ReportFiles.tablesReadMe, CSVTables.readMe(tables))]
  }

  private func thumbnail(_ path: String) -> [UInt8]? {
    // A report's paths may be a stranger's words.
    guard let place = try? ConfinedFolder(folder).file(path) else { return nil }
    return Thumbnail.png(of: place)
  }
}
