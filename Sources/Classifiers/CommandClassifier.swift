import AuditModel
import Basics
import ChildProcesses
import Foundation
import Images

/// A classifier that is any command: JSON lines in, JSON lines out (contract, section 2).
///
/// One process scores all cases of a call. Answers may come in any order and are delivered as they
/// arrive. The environment variable `AUDIT_BATCH` tells the command the spec's `batch`.
package struct CommandClassifier: Classifier {
  package let name: String
  package let findings: [String]
  package let record: ClassifierRecord
  private let specification: CommandSpecification
  private let directory: String
  private let logFile: String
  private let checkInterrupted: @Sendable () throws -> Void

  package init(
    name: String, specification: CommandSpecification, directory: String, findings: [String],
    logFile: String? = nil, checkInterrupted: @escaping @Sendable () throws -> Void = {}
  ) {
    self.name = name
    self.specification = specification
    self.directory = directory
    self.findings = findings
    self.checkInterrupted = checkInterrupted
    self.logFile =
      logFile ?? NSTemporaryDirectory() + "audit-classifier-\(UUID().uuidString).log"
    record = ClassifierRecord(
      name: name, kind: "command", hash: nil,
      description: "command \(specification.arguments.joined(separator: " "))")
  }

  package func score(_ cases: [ImageCase], deliver: ([ImageScore]) throws -> Void) throws {
    guard !cases.isEmpty else { return }
    var answers = CommandAnswers(cases: cases, findings: findings)
    let process: ChildProcess
    do {
      process = try ChildProcess(
        arguments: specification.arguments, directory: directory,
        environment: ["AUDIT_BATCH": "\(specification.batch)"], logFile: logFile)
    } catch {
      throw AuditFailure("classifier '\(name)': \(error)", hint: "correct its 'command'")
    }
    defer { process.kill() }
    var requests = RequestLines(cases: cases)
    do {
      let status = try process.converse(
        timeout: specification.timeoutSeconds,
        // A silent command must not make the whole program deaf; it and its children are then ended.
        tick: checkInterrupted,
        nextInput: { try requests.next() },
        output: { lines in
          var arrived: [ImageScore] = []
          do {
            for line in lines { arrived.append(try answers.read(line)) }
          } catch {
            if !arrived.isEmpty { try deliver(arrived) }
            throw error
          }
          if !arrived.isEmpty { try deliver(arrived) }
        })
      guard status == .exited(0) else { throw CommandProblem("\(status)") }
      if let missing = answers.firstMissing {
        throw CommandProblem("ended without an answer for '\(missing)'")
      }
    } catch let problem as CommandProblem {
      throw failure(problem, answers: answers)
    }
  }

  private func failure(_ problem: CommandProblem, answers: CommandAnswers) -> AuditFailure {
    var message = "classifier '\(name)' \(problem.words)"
    message += ", after \(answers.count) of \(answers.expectedCount) answers"
    if problem.showsMissing, let missing = answers.firstMissing {
      message += " (first without one: '\(missing)')"
    }
    let lines = lastLines(of: logFile)
    let log =
      lines.isEmpty
      ? "it wrote nothing to stderr" : "its log ends: \(lines.joined(separator: " | "))"
    return AuditFailure(message, hint: "\(log) (\(logFile)); the answers received are kept")
  }

  private func lastLines(of path: String) -> [String] {
    guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? handle.close() }
    let size = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: size > 8192 ? size - 8192 : 0)
    let data = (try? handle.readToEnd()) ?? Data()
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.suffix(5).map { String($0.prefix(300)) }
  }
}

/// The lines a command reads, made one by one so that a large cohort is never in memory as text.
private struct RequestLines {
  private struct Request: Encodable {
    let id: String
    let image: String
    /// As stored in the file; absent where this program cannot tell.
    let width: Int?
    let height: Int?
  }

  private var rest: ArraySlice<ImageCase>
  private let encoder = JSONEncoder()

  init(cases: [ImageCase]) {
    rest = cases[...]
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  mutating func next() throws -> [UInt8]? {
    guard let item = rest.popFirst() else { return nil }
    // A file that is not there is our matter; what is in it is the command's.
    let size =
      item.leavesOutUnreadable ? (try? imageSize(at: item.path)) : try imageSize(at: item.path)
    let path = URL(fileURLWithPath: item.path).path
    let request = Request(id: item.id, image: path, width: size?.width, height: size?.height)
    return Array(try encoder.encode(request)) + [UInt8(ascii: "\n")]
  }
}

extension CommandSpecification: OpenableClassifierKind {
  func open(_ specification: ClassifierSpecification, in place: ClassifierPlace) throws
    -> any Classifier
  {
    CommandClassifier(
      name: specification.name, specification: self, directory: place.directory,
      findings: place.findings, logFile: place.logFile, checkInterrupted: place.checkInterrupted)
  }
}
