import AuditModel

@testable import Reporting

/// The name of a made-up report: what a parameterised test takes, because every argument is printed
/// in the log of a run and a whole report is two hundred thousand characters.
enum NamedReport: String, CaseIterable, Sendable {
  case quickstart, fourteenFindings, empty, twoHundredGroups, large

  var report: AuditReport {
    switch self {
    case .quickstart: SampleReports.quickstart
    case .fourteenFindings: SampleReports.fourteenFindings
    case .empty: SampleReports.empty
    case .twoHundredGroups: SampleReports.manyGroups(200)
    case .large: SampleReports.large
    }
  }

  /// The page, made once in a run.
  var page: String { Self.pages[self] ?? "" }

  private static let pages = Dictionary(
    uniqueKeysWithValues: allCases.map { sample in
      (
        sample,
        sample == .quickstart
          ? renderHTML(sample.report, images: SampleImages.png)
          : renderHTML(sample.report) { _ in nil }
      )
    })
}
