import Foundation
import Testing

@testable import Reporting

/// Writes the sample pages for the browser checks of `Tests/Report/check.sh`.
@Suite struct SamplePagesTests {
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["SAMPLE_PAGES"] != nil,
      "SAMPLE_PAGES names no folder ('make test-report' does)"))
  func writesSamplePagesWhereAsked() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["SAMPLE_PAGES"])
    let samples = [
      ("quickstart", SampleReports.quickstart), ("empty", SampleReports.empty),
      ("fourteen-findings", SampleReports.fourteenFindings),
      ("many-groups", SampleReports.manyGroups(200)),
      ("hostile", try SampleReports.hostile("<script>alert(1)</script>")),
      ("large", SampleReports.large),
    ]
    for (name, report) in samples {
      let place = "\(folder)/\(name)"
      for image in report.gallery.flatMap(\.images) where !image.path.contains(":") {
        let path = "\(place)/\(image.path)"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let bytes = try #require(SampleImages.png(image.path))
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
      }
      let written = try ReportWriter(report: report, folder: place).writeAll()
      #expect(written.first?.hasSuffix("report.html") == true)
    }
    for (name, comparison) in [
      ("comparison", SampleComparisons.retraining),
      ("comparison-hostile", SampleComparisons.hostile("<script>alert(1)</script>")),
    ] {
      let written = try writeComparison(comparison, json: "{}", to: "\(folder)/\(name)")
      #expect(written.first?.hasSuffix("comparison.html") == true)
    }
  }
}
