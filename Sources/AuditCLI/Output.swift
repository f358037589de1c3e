import Basics
import Foundation
import Synchronization
import Workbench

#if canImport(Glibc)
  import Glibc
#endif

/// How results are printed on standard output.
package enum OutputFormat: String, Sendable, CaseIterable { case text, json }

enum Output {
  // The first error of standard output; the exit code depends on it, the results do not.
  private static let outputError = Atomic<Int32>(0)
  private static let resultWasPrinted = Atomic<Bool>(false)

  /// Whether something was printed on standard output already.
  static var hasResult: Bool { resultWasPrinted.load(ordering: .relaxed) }

  /// Writes the result; a reader that went away is no error.
  ///
  /// Names in it may be a stranger's, and so nothing in it acts on a terminal.
  static func result(_ text: String, lineEnd: String = "\n") {
    writeResult(visible(text, keepingLines: true) + lineEnd)
  }

  /// Writes a result with colours in it, whose names were made ``visible(_:keepingLines:)`` before.
  static func painted(_ text: String) { writeResult(text + "\n") }

  /// Writes what a script may read on (a path, a job's script): byte for byte, unless a terminal gets it.
  static func verbatim(_ text: String, lineEnd: String = "\n") {
    writeResult((isatty(STDOUT_FILENO) == 1 ? visible(text, keepingLines: true) : text) + lineEnd)
  }

  private static func writeResult(_ text: String) {
    resultWasPrinted.store(true, ordering: .relaxed)
    let code =
      ProcessGuards.outputWasClosed ? EBADF : writeAll(text, to: STDOUT_FILENO)
    if code != 0, code != EPIPE { outputError.store(code, ordering: .relaxed) }
  }

  /// Says on standard error that the result could not be printed.
  /// - Returns: Whether that was so.
  static func sayWhatWasNotPrinted() -> Bool {
    let code = outputError.load(ordering: .relaxed)
    guard code != 0 else { return false }
    let reason = String(cString: strerror(code))
    diagnostic("error: the result could not be written to standard output: \(reason)")
    diagnostic(
      "hint: what was computed is kept in the report folder; repeat the command to print it")
    return true
  }

  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    writeResult(visibleJSON(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n")
  }

  /// A failure for programs that read standard output as JSON: `{"error": {…}}`. Nothing where a result
  /// stands there already, because two documents are none.
  static func failureAsJSON(_ message: String, hint: String?, exitCode: Int32) {
    guard !hasResult else { return }
    try? json(
      FailureDocument(error: .init(message: message, hint: hint, exitCode: Int(exitCode))))
  }

  private struct FailureDocument: Encodable {
    struct Failure: Encodable {
      var message: String
      var hint: String?
      var exitCode: Int
    }
    var error: Failure
  }

  /// A line on standard error; where that cannot be written there is nobody to tell.
  static func diagnostic(_ text: String) {
    // Names of files, columns and cells may be a stranger's; a terminal obeys what it is sent.
    writeAll(visible(text, keepingLines: true) + "\n", to: STDERR_FILENO)
  }

  /// `error: …` and `hint: …`, on standard error.
  static func failure(_ failure: AuditFailure) {
    diagnostic("error: \(failure.message)")
    if let hint = failure.hint { diagnostic("hint: \(hint)") }
  }
}

/// The context of a command: progress to standard error, Ctrl-C as cancellation.
struct CommandSession {
  let printer: ProgressPrinter
  let context: RunContext

  init(isQuiet: Bool) {
    let printer = ProgressPrinter(isQuiet: isQuiet)
    self.printer = printer
    context = RunContext(
      report: { printer.report($0) }, note: { printer.note($0) },
      isInterrupted: { Interruption.isRequested })
  }
}
