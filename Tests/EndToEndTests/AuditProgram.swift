import Foundation

/// What one run of the program left behind.
struct ProgramResult {
  var exitCode: Int32
  var standardOutput: String
  var standardError: String
  /// True when the time was over and the program was killed.
  var timedOut: Bool

  /// Both streams and the exit code, for the message of a failed expectation.
  var transcript: String {
    "exit code \(exitCode)\(timedOut ? " (killed: out of time)" : "")\n"
      + "--- standard output\n\(standardOutput)\n--- standard error\n\(standardError)"
  }
}

/// The built `audit`, run as a user runs it.
enum AuditProgram {
  /// Beside the running test bundle, `.build/release/audit` or `.build/debug/audit`, unless the
  /// environment variable `AUDIT_PROGRAM` names another build.
  static func path() throws -> String {
    if let path = ProcessInfo.processInfo.environment["AUDIT_PROGRAM"] { return path }
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var folder = URL(fileURLWithPath: bundle).deletingLastPathComponent()
    // The bundle may be a folder around the executable.
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("audit").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
        !isFolder.boolValue
      {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    throw MissingProgram(bundle: bundle)
  }

  struct MissingProgram: Error, CustomStringConvertible {
    var bundle: String
    var description: String { "there is no 'audit' beside \(bundle); build the whole package" }
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - folder: The working directory; relative paths of `arguments` start here.
  ///   - seconds: After this time the program is killed and the result says so.
  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:],
    seconds: Double = 120
  ) throws -> ProgramResult {
    let run = try start(arguments, in: folder, environment: environment)
    return try run.wait(seconds: seconds)
  }

  /// Starts the program and returns at once.
  static func start(
    _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws -> RunningProgram {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try path())
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files instead of pipes: nobody has to empty them while the program runs.
    let output = try CapturedStream()
    let errors = try CapturedStream()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.run()
    return RunningProgram(process: process, output: output, errors: errors)
  }
}

/// A program that was started.
struct RunningProgram {
  let process: Process
  let output: CapturedStream
  let errors: CapturedStream

  /// SIGKILL: no handler of the program can run.
  func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

  func interrupt() { Foundation.kill(process.processIdentifier, SIGINT) }

  /// Waits until `condition` holds or the program ends; false when `seconds` passed before.
  func wait(upTo seconds: Double, until condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while process.isRunning {
      if condition() { return true }
      if Date() > end { return false }
      usleep(5_000)
    }
    return condition()
  }

  func wait(seconds: Double) throws -> ProgramResult {
    let end = Date().addingTimeInterval(seconds)
    var timedOut = false
    while process.isRunning {
      if Date() > end {
        timedOut = true
        kill()
        break
      }
      usleep(5_000)
    }
    process.waitUntilExit()
    return ProgramResult(
      exitCode: process.terminationStatus, standardOutput: try output.text(),
      standardError: try errors.text(), timedOut: timedOut)
  }
}

/// A stream written to a file that nobody else can see.
struct CapturedStream {
  let handle: FileHandle
  private let path: String

  init() throws {
    path = NSTemporaryDirectory() + "audit-stream-\(UUID().uuidString)"
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forUpdatingAtPath: path)
    else { throw CocoaError(.fileWriteUnknown) }
    self.handle = handle
  }

  func text() throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try? FileManager.default.removeItem(atPath: path)
    return String(decoding: data, as: UTF8.self)
  }
}

/// A fresh folder that goes when the last reference goes.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "audit-end-to-end-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = file(name)
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// Every file below the folder, relative, sorted.
  func files() -> [String] {
    (FileManager.default.subpaths(atPath: path) ?? []).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: file(name), isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}

/// The root of the package, from this file's place in it.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path
