import Basics
import Foundation
import Workbench

#if canImport(Glibc)
  import Glibc
#endif

/// How results are printed on standard output.
package enum OutputFormat: String, Sendable, CaseIterable { case text, json }

enum Output {
  /// Writes the result; a reader that went away is no error.
  static func result(_ text: String, lineEnd: String = "\n") {
    try? FileHandle.standardOutput.write(contentsOf: Data((text + lineEnd).utf8))
  }

  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    result(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  static func diagnostic(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }

  /// `error: …` and `hint: …`, on standard error.
  static func failure(_ failure: AuditFailure) {
    // Names of files, columns and cells may be a stranger's; a terminal obeys what it is sent.
    diagnostic("error: \(visible(failure.message, keepingLines: true))")
    if let hint = failure.hint { diagnostic("hint: \(visible(hint, keepingLines: true))") }
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
