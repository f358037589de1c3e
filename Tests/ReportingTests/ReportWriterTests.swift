import AuditModel
import Basics
import Foundation
import Images
import Testing

@testable import Reporting

@Suite struct ReportWriterTests {
  @Test func allFilesAreWrittenAndTheGalleryShowsSmallCopies() throws {
    try withFolder { folder in
      let report = SampleReports.quickstart
      let big = RasterImage(
        width: 512, height: 512, channels: 1, bytes: [UInt8](repeating: 90, count: 512 * 512))
      let path = report.gallery[0].images[0].path
      try createFolder(at: folder + "/" + (path as NSString).deletingLastPathComponent)
      try writeAtomically(try encodePNG(big), to: folder + "/" + path)

      let written = try ReportWriter(report: report, folder: folder).writeAll()
      #expect(written.first == folder + "/report.html")
      let names = Set(written.map { String($0.dropFirst(folder.count + 1)) })
      #expect(
        names.isSuperset(of: [
          "report.html", "report.md", "report.json", "fairness-equity.xml", "junit.xml",
          "tables/subgroups.csv", "tables/verdicts.csv", "tables/README.md",
          "pages/08-counterfactual.html",
        ]))
      for file in written { #expect(FileManager.default.fileExists(atPath: file)) }
      let leftovers = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0.hasSuffix(".tmp")
      }
      #expect(leftovers.isEmpty)

      let page = try String(
        contentsOfFile: folder + "/pages/08-counterfactual.html", encoding: .utf8)
      #expect(page.contains("href=\"../\(RelativePath.percentEncoded(path))\""))
      let picture = try #require(page.firstMatch(of: /data:image\/png;base64,([A-Za-z0-9+\/=]+)/))
      let small = try decodePNG(
        Array(try #require(Data(base64Encoded: String(picture.1)))), name: "thumbnail")
      #expect(small.width == Thumbnail.side && small.bytes.allSatisfy { $0 == 90 })
      // One of twelve pictures exists; the page says so for the others.
      #expect(page.matches(of: /Image not available/).count == 11)
    }
  }

  @Test func aSecondRunGivesTheSameBytes() throws {
    try withFolder { folder in
      let writer = ReportWriter(report: SampleReports.quickstart, folder: folder)
      let first = try writer.writeAll().map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      let second = try writer.writeAll().map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(first == second)
    }
  }

  @Test func nothingIsWrittenWhenANumberIsNotFinite() throws {
    try withFolder { folder in
      var report = SampleReports.quickstart
      report.verdicts[0].range = .infinity
      #expect(throws: AuditFailure.self) {
        try ReportWriter(report: report, folder: folder + "/new").writeAll()
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
    }
  }

  @Test func aFileInTheWayIsNamed() throws {
    try withFolder { folder in
      try writeAtomically("x", to: folder + "/tables")
      let failure = #expect(throws: AuditFailure.self) {
        try ReportWriter(report: SampleReports.empty, folder: folder).writeAll()
      }
      #expect(failure?.message.contains("\(folder)/tables") == true)
    }
  }

  @Test func buildServersSeeFlagsAsFailuresAndOpenQuestionsAsSkipped() throws {
    let text = JUnitXML.document(SampleReports.quickstart)
    let report = SampleReports.quickstart
    let flagged = report.verdicts.count { $0.verdict == .flagged }
    #expect(flagged > 0)
    // One validity check and one check of the policy fail, and one was not run.
    #expect(text.matches(of: #/<failure /#).count == flagged + 2)
    let open = report.verdicts.count { $0.verdict == .inconclusive || $0.verdict == .notEvaluable }
    #expect(text.matches(of: #/<skipped /#).count == open + 1)
    let checks = try #require(report.policy?.checks?.count)
    #expect(text.contains("tests=\"\(report.verdicts.count + report.gates.count + checks)\""))
    #expect(text.contains("failures=\"\(flagged + 2)\""))
  }

  @Test func thePolicyDecidesWhatFails() throws {
    var report = SampleReports.quickstart
    report.policy = PolicyRecord(failOn: [.inconclusive], passed: false)
    let inconclusive = report.verdicts.count { $0.verdict == .inconclusive }
    let text = JUnitXML.document(report)
    #expect(text.matches(of: /type="inconclusive"/).count == inconclusive)
    #expect(!text.contains("type=\"flagged\""))
  }

  @Test func theModelCardBlockFollowsItsSchemasOrder() throws {
    for report in [SampleReports.quickstart, SampleReports.empty] {
      let names = try XMLNames(FairnessEquityXML.document(report)).list.filter {
        !["MetricResult", "Label", "ValueJson"].contains($0)
      }
      #expect(
        names == [
          "FairnessEquity", "MetricGoal", "Results", "Interpretation", "TestType",
          "TestingDataDescription", "ValidationProcessAndJustification",
        ])
      let text = FairnessEquityXML.document(report)
      let values = text.matches(of: /<ValueJson>([^<]*)</)
      #expect(!values.isEmpty)
      for value in values {
        let json = value.1.replacing("&quot;", with: "\"")
        #expect((try? JSONSerialization.jsonObject(with: Data(json.utf8))) != nil)
      }
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/report-" + UUID().uuidString
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}
