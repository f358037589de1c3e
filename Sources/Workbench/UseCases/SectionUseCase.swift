import AuditModel
import Basics
import Foundation
import Reporting

/// One section of a finished report, for whoever has to answer one question.
package struct SectionUseCase {
  package init() {}

  /// - Returns: The section as Markdown.
  /// - Throws: ``AuditFailure`` for an unknown section, and where there is no report yet.
  package func text(of section: String, specification path: String, reports: String) throws
    -> String
  {
    guard ReportSections.names.contains(section) else {
      throw AuditFailure(
        "no section of a report is called '\(section)'",
        hint: nearestName(to: section, in: ReportSections.names).map { "did you mean '\($0)'?" }
          ?? "sections: \(ReportSections.names.joined(separator: ", "))", kind: .usage)
    }
    let folder = absolutePath(reports) + "/" + (try loadSpecification(at: path)).name
    guard let file = try ConfinedFolder(folder).file("report.json") else {
      throw AuditFailure(
        "there is no report in '\(folder)'", hint: "run 'audit run \(path)' first; it writes one")
    }
    let report = try decodeReportJSON(
      String(decoding: try readBytes(of: file, limit: reportFileLimit), as: UTF8.self))
    return ReportSections.markdown(section, of: report) ?? ""
  }
}
