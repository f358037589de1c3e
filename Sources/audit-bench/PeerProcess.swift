import Basics
import Foundation

/// PyTorch in a Python process of its own, asked to do one piece of work at a time.
final class PeerProcess {
  static let python = ".venv-bench/bin/python"
  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private var unread = Data()

  /// - Throws: `AuditFailure` when `make bench-setup` has not been run.
  init() throws {
    guard FileManager.default.isExecutableFile(atPath: Self.python) else {
      throw AuditFailure(
        "\(Self.python) is missing, so there is no PyTorch to compare with",
        hint: "run 'make bench-setup' in the package's folder")
    }
    process.executableURL = URL(filePath: Self.python)
    process.arguments = ["-u", "Sources/audit-bench/Peers/peer.py"]
    process.standardInput = requests
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func load(_ work: [String]) throws { _ = try ask((["load"] + work).joined(separator: "\t")) }

  /// Seconds of one run of what was loaded.
  func run() throws -> Double {
    let answer = try ask("run")
    guard let seconds = Double(answer) else {
      throw AuditFailure("the peer answered '\(answer)' instead of seconds")
    }
    return seconds
  }

  func versions() throws -> String { try ask("versions") }

  private func ask(_ request: String) throws -> String {
    try requests.fileHandleForWriting.write(contentsOf: Data((request + "\n").utf8))
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeSubrange(...end)
        guard !line.hasPrefix("error: ") else { throw AuditFailure("peer: \(line.dropFirst(7))") }
        return line
      }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else {
        throw AuditFailure("the peer ended while it was asked '\(request)'")
      }
      unread.append(more)
    }
  }
}
