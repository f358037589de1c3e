import AuditModel
import Foundation
import Testing

@testable import Reporting

/// Whole reports against recorded ones; `RECORD_GOLDEN=1 swift test` rewrites them.
@Suite struct GoldenReportTests {
  @Test(arguments: ["report.html", "report.md", "report.json", "fairness-equity.xml", "junit.xml"])
  func theQuickstartSampleIsWrittenAsRecorded(_ name: String) throws {
    let report = SampleReports.quickstart
    let text =
      switch name {
      // Another zlib may pack pictures differently, so they stay out of the recorded page.
      case "report.html": renderHTML(report) { _ in nil }
      case "report.md": renderMarkdown(report)
      case "report.json": try encodeReportJSON(report)
      case "junit.xml": JUnitXML.document(report)
      default: FairnessEquityXML.document(report)
      }
    try expectGolden(text, name)
  }

  @Test func theTablesAreWrittenAsRecorded() throws {
    let tables = try CSVTables.all(SampleReports.quickstart)
    let joined = tables.map { "--- \($0.name)\n\($0.content)" }.joined()
    try expectGolden(joined, "tables.txt")
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  /// What is recorded.
  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  private func expectGolden(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let recorded = try Self.text(name)
    guard recorded != text else { return }
    let (old, new) = (
      recorded.split(separator: "\n", omittingEmptySubsequences: false),
      text.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(name) differs from the recorded one at line \((line?.offset ?? min(old.count, new.count)) + 1)
      recorded: \(line.map { String($0.element.0.prefix(300)) } ?? "\(old.count) lines")
      now:      \(line.map { String($0.element.1.prefix(300)) } ?? "\(new.count) lines")
      """, sourceLocation: sourceLocation)
  }
}
