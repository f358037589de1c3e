import AuditModel
import Basics
import ChildProcesses
import Foundation
import Reporting

/// Finds the first page of a finished report and hands it to a browser.
package struct OpenUseCase {
  package init() {}

  /// The page of a report folder, or of the report that a spec's audit wrote.
  ///
  /// - Parameter reports: The folder of reports, asked for only where a spec is given.
  /// - Throws: ``AuditFailure`` where there is no report yet.
  package func page(of audit: String, reports: () throws -> String) throws -> String {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: audit, isDirectory: &isFolder)
    var folder = absolutePath(audit)
    if exists, !isFolder.boolValue {
      let specification = try loadSpecification(at: audit)
      folder = absolutePath(try reports()) + "/" + specification.name
    }
    guard let page = try ConfinedFolder(folder).file(ReportFiles.page) else {
      throw AuditFailure(
        "there is no report in '\(folder)'", hint: "run 'audit run SPEC' first; it writes one")
    }
    return page
  }

  /// Hands the page to `$BROWSER`, else to `xdg-open`.
  ///
  /// - Returns: The program that took it; nil where there is none.
  package func open(_ page: String) throws -> String? {
    let named = ProcessInfo.processInfo.environment["BROWSER"].flatMap { $0.isEmpty ? nil : $0 }
    guard let program = named ?? ToolRun.executable(among: ["xdg-open"]) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, URL(fileURLWithPath: page).absoluteString]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    return program
  }
}
