import AuditModel
import Basics
import Dispatch
import Foundation
import Images

/// Times decoding and resizing of JPEG radiographs against Pillow on the same cores.
enum ImageBench {
  private static let python = ".venv-images/bin/python"
  private static let side = 2000
  private static let count = 48
  private static let rounds = 5

  static func run() throws {
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw AuditFailure(
        "\(python) is missing, so there is no Pillow to compare with",
        hint: "run 'scripts/images-setup.sh' in the package's folder")
    }
    let folder = NSTemporaryDirectory() + "audit-bench-images-\(getpid())"
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try peer(["make", folder, "\(count)", "\(side)"])
    let paths = (0..<count).map { "\(folder)/\($0).jpg" }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    var own: [Double] = []
    var pillow: [Double] = []
    // In turn, so that whatever else the machine does falls on both.
    for _ in 0..<rounds {
      own.append(try time(paths))
      let answer = try peer(["time", folder, "\(cores)"])
      guard let seconds = Double(answer) else {
        throw AuditFailure("the peer answered '\(answer)' instead of seconds")
      }
      pillow.append(seconds)
    }
    let (ours, theirs) = (own.sorted()[rounds / 2], pillow.sorted()[rounds / 2])
    print("| work | goal | Pillow \(try peer(["version"])) | ours | ours is |")
    print("|---|---|---|---|---|")
    print(
      "| JPEG of \(side) × \(side) decoded and resized to 224 × 224, \(cores) cores | ≥ 1.0× | "
        + String(
          format: "%.1f ms | %.1f ms | %.2f× |", theirs / Double(count) * 1000,
          ours / Double(count) * 1000, theirs / ours))
  }

  private static func time(_ paths: [String]) throws -> Double {
    let failures = FailureBox()
    let start = DispatchTime.now().uptimeNanoseconds
    DispatchQueue.concurrentPerform(iterations: paths.count) { index in
      do {
        let image = try decodeImage(at: paths[index])
        let small = WorkingImage(image.picture).gray().resized(
          width: 224, height: 224, as: .bilinear)
        guard small.width == 224 else { throw AuditFailure("the picture has another size") }
      } catch { failures.note(error) }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    try failures.rethrow()
    return seconds
  }

  private static func peer(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: python)
    process.arguments = ["scripts/bench/images.py"] + arguments
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw AuditFailure("the peer failed") }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// The first failure of many threads.
private final class FailureBox: @unchecked Sendable {
  // Unchecked: the lock guards the value.
  private let lock = NSLock()
  private var first: (any Error)?

  func note(_ error: any Error) { lock.withLock { first = first ?? error } }

  func rethrow() throws { if let error = lock.withLock({ first }) { throw error } }
}
