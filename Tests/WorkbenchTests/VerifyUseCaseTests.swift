import AuditModel
import Basics
import AuditStore
import Foundation
import Testing
import Workbench

/// Verification names what was changed after a report was written.
///
/// Nothing is drawn again here (sample size 0), because the test generator is not ChexGen; the end-to-end
/// tests verify a drawn cohort.
@Suite struct VerifyUseCaseTests {
  private func finished() throws -> AuditFolder {
    let folder = try AuditFolder()
    _ = try RunUseCase(
      specificationPath: folder.specificationPath, reports: folder.reports,
      makeGenerator: { _, _ in PatternGenerator() }
    ).run(context: RunContext())
    return folder
  }

  /// Differences by subject; empty when everything is as reported.
  private func differences(
    _ folder: AuditFolder, sources: VerificationSources = VerificationSources()
  ) throws -> [String: [String]] {
    let checks = try VerifyUseCase(sampleSize: 0, sources: sources)
      .run(folder: folder.report, context: RunContext())
    return Dictionary(
      checks.filter { $0.status == .different }.map { ($0.subject, $0.differences) },
      uniquingKeysWith: { first, _ in first })
  }

  private func replace(_ old: String, with new: String, in path: String) throws {
    let url = URL(fileURLWithPath: path)
    let text = try String(contentsOf: url, encoding: .utf8)
    let range = try #require(text.range(of: old), "\(old) is not in \(path)")
    try Data(text.replacingCharacters(in: range, with: new).utf8).write(to: url)
  }

  @Test func anUntouchedReportIsTheSame() throws {
    let folder = try finished()
    defer { folder.remove() }
    #expect(try differences(folder).isEmpty)
  }

  @Test func anEditedScoreIsNamed() throws {
    let folder = try finished()
    defer { folder.remove() }
    let image: String
    do {
      let store = try AuditStore(path: folder.report + "/audit.sqlite")
      let item = try #require(try store.cases(of: .synthetic).first)
      try store.insertScores(
        classifier: "shell", findings: ["Effusion"], [(item.id, [0.123])])
      image = item.name
    }
    let found = try differences(folder)
    #expect(
      found["scores, synthetic"]?.contains { $0.contains(image) && $0.contains("0.123") } == true)
    #expect(found["statistics"] != nil)
  }

  @Test func aChangedPixelIsNamed() throws {
    let folder = try finished()
    defer { folder.remove() }
    let relative = "cohort/Effusion/p0003/female-black.png"
    let url = URL(fileURLWithPath: folder.report + "/" + relative)
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: url)
    #expect(try differences(folder)["images"] == ["\(relative) was changed"])
  }

  @Test func aChangedNumberInTheReportIsNamedByItsPath() throws {
    let folder = try finished()
    defer { folder.remove() }
    let path = folder.report + "/report.json"
    let report = try JSONDecoder().decode(
      AuditReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let auc = try #require(report.overall.first?.auc)
    try replace("\(auc)", with: "0.987654", in: path)
    let found = try differences(folder)
    #expect(found["statistics"]?.contains { $0.contains("auc") && $0.contains("0.987654") } == true)
  }

  @Test func aChangedNumberInThePageIsFound() throws {
    let folder = try finished()
    defer { folder.remove() }
    try replace("0.0", with: "0.9", in: folder.report + "/report.md")
    #expect(try differences(folder)["documents"]?.first?.contains("report.md") == true)
  }

  @Test func aChangedDeltaIsNamed() throws {
    let folder = try finished()
    defer { folder.remove() }
    try folder.write(delta: 0.25)
    // The report's own words about where its spec lies are not followed; the verifier names his.
    #expect(try differences(folder).isEmpty)
    let mine = try VerificationSources(
      specification: folder.specificationPath, data: nil, models: nil, allowsCommands: false)
    #expect(
      try differences(folder, sources: mine)["spec"]?.contains {
        $0.contains("delta") && $0.contains("0.25")
      }
        == true)
  }

  @Test func aFolderWithoutAnAuditIsRefused() throws {
    let folder = try AuditFolder()
    defer { folder.remove() }
    #expect(throws: AuditFailure.self) {
      try VerifyUseCase().run(folder: folder.root, context: RunContext())
    }
  }
}
