import Basics
import Foundation
import Reporting

/// `jobs` in a report folder: scripts, logs, exit codes and the folders of the shares.
///
/// A share keeps a report folder of its own there until its images are in the audit's. What lies in
/// `jobs` is written by this program and never executed because it lies there: scripts are written anew
/// before they are submitted.
struct JobFolder {
  static let name = ReportFiles.jobs

  /// The audit's report folder, absolute.
  let report: String
  let audit: String
  /// The report folder as the place that every path is resolved in.
  let files: ConfinedFolder

  init(report: String, audit: String) {
    self.report = report
    self.audit = audit
    files = ConfinedFolder(report)
  }

  var path: String { report + "/" + Self.name }

  /// What `--reports` of a share is, relative to the report folder.
  func reports(of share: Int, in phase: SpreadPhase, shards: Int) -> String {
    "\(Self.name)/\(phase.rawValue)-of-\(shards)/\(share)"
  }

  /// A share's own report folder, relative to the audit's.
  func folder(of share: Int, in phase: SpreadPhase, shards: Int) -> String {
    reports(of: share, in: phase, shards: shards) + "/" + audit
  }

  /// `cohort.sh` or `gather-cohort.sh`, absolute.
  func script(_ task: JobTask.Kind, _ phase: SpreadPhase) -> String {
    "\(path)/\(task == .gather ? "gather-" : "")\(phase.rawValue).sh"
  }

  /// A task's log, relative to the report folder.
  func log(of task: JobTask) -> String { "\(Self.name)/logs/\(task.name).log" }

  /// Where a task's exit code is kept when it ends, relative to the report folder.
  func mark(of task: JobTask) -> String { "\(Self.name)/ended/\(task.name)" }

  func createFolders() throws {
    for folder in ["", "/logs", "/ended"] {
      try createFolder(at: files.resolve(Self.name + folder))
    }
  }

  /// Takes shares away whose images are in the audit's folder.
  func removeShares() throws {
    for phase in SpreadPhase.allCases { try removeShares(of: phase) }
  }

  func removeShares(of phase: SpreadPhase) throws {
    for shards in 1...SpreadOptions.mostShards {
      let path = try files.resolve("\(Self.name)/\(phase.rawValue)-of-\(shards)")
      guard FileManager.default.fileExists(atPath: path) else { continue }
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw AuditFailure("cannot remove '\(path)': \(error.localizedDescription)")
      }
    }
  }

  /// How a task ended; nil while it runs, and where it was killed before it could say.
  func exitCode(of task: JobTask) throws -> Int32? {
    guard let path = try files.file(mark(of: task)) else { return nil }
    let text = String(decoding: try readBytes(of: path, limit: 64), as: UTF8.self)
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  func forgetEnd(of task: JobTask) throws { _ = try files.removeFile(mark(of: task)) }

  /// The last lines of a task's log with words in them; empty where it wrote none.
  func lastLines(of task: JobTask, count: Int = 3) throws -> [String] {
    guard let path = try files.file(log(of: task)) else { return [] }
    let handle = FileHandle(forReadingAtPath: path)
    defer { try? handle?.close() }
    let size = (try? handle?.seekToEnd()) ?? 0
    try? handle?.seek(toOffset: size > 16_384 ? size - 16_384 : 0)
    let bytes = (try? handle?.read(upToCount: 16_384)).flatMap { $0 } ?? Data()
    return String(decoding: bytes, as: UTF8.self)
      .split(whereSeparator: \.isNewline)
      .filter { !$0.allSatisfy(\.isWhitespace) }
      .suffix(count).map { visible(String($0.prefix(300))) }
  }

  /// Images that a share's folder holds by now; nil where the folder is gone or not there yet.
  func images(of share: Int, in phase: SpreadPhase, shards: Int) -> Int? {
    guard
      let folder = try? files.resolve(
        folder(of: share, in: phase, shards: shards)
          + (phase == .cohort ? "/cohort" : "/rebalancing")),
      let contents = try? ConfinedFolder(folder).contents(limit: 1_000_000)
    else { return nil }
    return contents.files.count { $0.hasSuffix(".png") && !$0.contains("condition") }
  }
}

extension SpreadOptions {
  /// More than the arrays of Slurm's own default limit.
  package static let mostShards = 1000
}

/// One process or job of a spread audit.
package struct JobTask: Sendable, Equatable, Hashable {
  package enum Kind: String, Sendable, Codable { case draw, gather }

  package var kind: Kind
  package var phase: SpreadPhase
  /// From 1; 0 for a gathering task.
  package var share: Int

  static func draw(_ phase: SpreadPhase, _ share: Int) -> JobTask {
    JobTask(kind: .draw, phase: phase, share: share)
  }

  static func gather(_ phase: SpreadPhase) -> JobTask {
    JobTask(kind: .gather, phase: phase, share: 0)
  }

  /// `cohort-3`, `gather-set`: its place in file names.
  package var name: String {
    kind == .draw ? "\(phase.rawValue)-\(share)" : "gather-\(phase.rawValue)"
  }
}
