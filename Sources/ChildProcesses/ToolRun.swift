import Foundation
import Vocabulary

/// What a tool that ran to its end left behind.
package struct ToolRun: Sendable, Equatable {
  package var status: ChildProcess.Status
  /// Standard output without blank lines.
  package var output: String
  /// The end of standard error, at most 64 kB.
  package var errors: String

  package var succeeded: Bool { status == .exited(0) }

  /// The last line on standard error that has words, for a sentence about what went wrong.
  package var lastWords: String? {
    errors.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map {
      String($0.prefix(300))
    }
  }

  /// Runs a tool to its end and never longer than `seconds`; then it and its children are ended.
  ///
  /// - Parameters:
  ///   - arguments: The tool, looked up in `PATH` unless it has a slash, and its arguments.
  ///   - input: Bytes for its standard input, which is then closed.
  ///   - tick: Called about ten times a second; what it throws ends the tool.
  /// - Throws: ``CommandProblem`` when it cannot be started, hangs or floods; what `tick` throws.
  package static func run(
    _ arguments: [String], in directory: String, environment: [String: String] = [:],
    input: [UInt8] = [], seconds: Double, tick: () throws -> Void = {}
  ) throws -> ToolRun {
    let log = NSTemporaryDirectory() + "/audit-tool-\(UUID().uuidString).log"
    defer { unlink(log) }
    let process: ChildProcess
    do {
      process = try ChildProcess(
        arguments: arguments, directory: directory, environment: environment, logFile: log)
    } catch {
      throw CommandProblem(error.description)
    }
    let deadline = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
    var rest: [UInt8]? = input.isEmpty ? nil : input
    var output: [UInt8] = []
    let status = try process.converse(
      timeout: seconds,
      tick: {
        try tick()
        guard DispatchTime.now().uptimeNanoseconds < deadline else {
          throw CommandProblem(
            "did not finish within \(WrittenNumber.significant(seconds, 6)) seconds")
        }
      },
      nextInput: {
        defer { rest = nil }
        return rest
      },
      output: { lines in
        for line in lines { output += line + [UInt8(ascii: "\n")] }
        guard output.count <= 1 << 24 else { throw CommandProblem("wrote more than 16 MB") }
      })
    let file = FileHandle(forReadingAtPath: log)
    defer { try? file?.close() }
    let size = (try? file?.seekToEnd()) ?? 0
    try? file?.seek(toOffset: size > 65_536 ? size - 65_536 : 0)
    let errors = (try? file?.readToEnd()).flatMap { $0 } ?? Data()
    return ToolRun(
      status: status, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  /// The first of `names` that `PATH` holds, as an absolute path.
  package static func executable(among names: [String]) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      .split(separator: ":")
    for name in names {
      for folder in folders where folder.hasPrefix("/") {
        let path = "\(folder)/\(name)"
        if access(path, X_OK) == 0 { return path }
      }
    }
    return nil
  }
}
