import Basics
import ChildProcesses
import Foundation

/// Prints a report's page to PDF with a Chromium that the machine has.
///
/// The browser gets a profile of its own that goes afterwards, no network and a time limit.
package struct PDFPrinter {
  /// Names under which distributions install it, in the order of preference.
  static let browsers = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge",
  ]
  /// Seconds after which the browser is ended.
  package var timeLimit = 180.0
  /// Absolute path of the browser; nil: the first one in `PATH`, or what `AUDIT_CHROMIUM` names.
  package var browser: String?

  package init(browser: String? = nil, timeLimit: Double = 180) {
    self.browser = browser
    self.timeLimit = timeLimit
  }

  /// Prints `folder/report.html` to `folder/report.pdf`.
  ///
  /// - Returns: The PDF's path.
  /// - Throws: ``AuditFailure`` when there is no browser, or it fails, hangs or writes no whole PDF;
  ///   a `report.pdf` that was there is then untouched.
  package func print(folder: String, context: RunContext) throws -> String {
    let page = folder + "/report.html"
    guard FileManager.default.isReadableFile(atPath: page) else {
      throw AuditFailure(
        "there is no page to print: '\(page)' is missing", hint: "run 'audit run' first")
    }
    guard
      let browser = browser ?? ProcessInfo.processInfo.environment["AUDIT_CHROMIUM"]
        ?? ToolRun.executable(among: Self.browsers)
    else {
      throw AuditFailure(
        "report.pdf was not written: no Chromium was found on this machine",
        hint: "install the package 'chromium' (or set AUDIT_CHROMIUM to a browser) and run "
          + "'audit report SPEC --pdf'; any browser can also print \(page)")
    }
    context.report(StageProgress(stage: "printing", done: 0, total: 1, unit: "PDF"))
    let bytes = try withPrivateFolder { scratch in
      // Chromium refuses to run as root inside its sandbox. The page has no script and no network.
      var isSandboxed = geteuid() != 0
      while true {
        let run = try start(
          browser, page: page, scratch: scratch, sandbox: isSandboxed, context: context)
        let bytes = (try? readBytes(of: scratch + "/report.pdf")) ?? []
        if run.succeeded, isWholePDF(bytes) { return bytes }
        if isSandboxed, run.errors.localizedCaseInsensitiveContains("sandbox") {
          isSandboxed = false
          continue
        }
        throw AuditFailure(
          "report.pdf was not written: \(browser) \(run.status)"
            + (run.lastWords.map { "; it last said: \($0)" } ?? ""),
          hint: "any browser can print \(page)")
      }
    }
    let path = folder + "/report.pdf"
    try writeAtomically(bytes, to: path)
    context.report(StageProgress(stage: "printing", done: 1, total: 1, unit: "PDF"))
    return path
  }

  private func start(
    _ browser: String, page: String, scratch: String, sandbox: Bool, context: RunContext
  ) throws -> ToolRun {
    do {
      return try ToolRun.run(
        [
          browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
          "--disable-extensions", "--disable-background-networking", "--disable-sync",
          // Nothing listens on port 9: whatever the page or the browser asked for would fail.
          "--proxy-server=127.0.0.1:9", "--user-data-dir=\(scratch)/profile",
          // Headings become the PDF's bookmarks.
          "--generate-pdf-document-outline", "--no-pdf-header-footer",
          "--print-to-pdf=\(scratch)/report.pdf",
        ] + (sandbox ? [] : ["--no-sandbox"]) + [URL(fileURLWithPath: page).absoluteString],
        in: scratch, environment: ["HOME": scratch, "DBUS_SESSION_BUS_ADDRESS": "disabled:"],
        seconds: timeLimit, tick: context.checkInterrupted)
    } catch let problem as CommandProblem {
      throw AuditFailure(
        "report.pdf was not written: \(browser) \(problem.words)",
        hint: "any browser can print \(page)")
    }
  }

  private func isWholePDF(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "%PDF-".utf8)
      && String(decoding: bytes.suffix(1024), as: UTF8.self).contains("%%EOF")
  }

  /// A folder that only this user can enter and that goes when `body` ends.
  private func withPrivateFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array((NSTemporaryDirectory() + "/audit-print-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw AuditFailure(
        "report.pdf was not written: no folder can be made in \(NSTemporaryDirectory())")
    }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }
}
