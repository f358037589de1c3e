import AuditModel
import Fairness
import Foundation
import Statistics

/// The same intervals by scikit-learn, fairlearn and pROC, where `scripts/bench/setup.sh` put them.
struct Peers {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("audit-bench-\(ProcessInfo.processInfo.processIdentifier)")

  func run() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = StatisticsScene.patients(rows: 50_000, groups: 6)
    // A run of seconds averages disturbances out; one of milliseconds needs a median.
    let ours = try median { try intervals(table) }
    let file = folder.appendingPathComponent("scores.csv")
    try write(table, to: file)
    print("")
    print("| same intervals, 50,000 scores × 6 groups | goal | peer | ours | ours is |")
    print("|---|---|---|---|---|")
    for (peer, name, goal, own) in [
      ("sklearn", "scikit-learn + NumPy, cluster bootstrap of all gaps, 200 replicates", 50, ours),
      ("fairlearn", "fairlearn MetricFrame, bootstrap of all AUCs, 200 replicates", 50, ours),
    ] {
      report(name, goal: goal, ours: own, time: python([peer, file.path, "200"]))
    }
    let one = try median { _ = try DeLong(scores: table.scores, labels: table.labels).variance }
    report(
      "pROC, AUC with DeLong's variance of all 50,000", goal: 10, ours: one,
      time: output("Rscript", ["scripts/bench/peers.R", file.path, String(Self.tries)]))
  }

  /// Odd, so that one of them is the median.
  private static let tries = 21

  private func median(_ body: () throws -> Void) rethrows -> Double {
    try (0..<Self.tries).map { _ in try StatisticsBench.seconds(body) }.sorted()[Self.tries / 2]
  }

  /// AUC, clustered standard error, all pairs, simultaneous limits.
  private func intervals(_ table: EvaluationTable) throws {
    let cases = try SortedCases(
      scores: table.scores, labels: table.labels, clusters: table.clusters,
      clusterCount: table.clusterCount)
    let count = table.attributes[0].groups.count
    let grouped = GroupedAUC(
      cases, membership: table.attributes[0].membership, groupCount: count)
    let joint = grouped.jointCovariance(of: Array(0..<count))
    let contrasts = GroupContrast.allPairs(auc: grouped.auc, covariance: joint.covariance)
    _ = MaxT.normal(contrasts, covariance: joint.covariance, level: 0.95, seed: 1, path: ["bench"])
  }

  private func report(_ name: String, goal: Int, ours: Double, time: String?) {
    guard let text = time, let peer = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else {
      print("| \(name) | ≥ \(goal)× | not installed: run scripts/bench/setup.sh | | |")
      return
    }
    print(
      "| \(name) | ≥ \(goal)× | \(String(format: "%.3f s", peer)) | "
        + "\(String(format: "%.4f s", ours)) | \(String(format: "%.0f×", peer / ours)) |")
  }

  private func write(_ table: EvaluationTable, to file: URL) throws {
    var text = "score,label,patient,group\n"
    for row in table.scores.indices {
      text += "\(table.scores[row]),\(table.labels[row] ? 1 : 0),\(table.clusters[row]),"
      text += "\(table.attributes[0].membership[row])\n"
    }
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private func python(_ arguments: [String]) -> String? {
    output(".venv-bench-statistics/bin/python", ["scripts/bench/peers.py"] + arguments)
  }

  /// Standard output of a peer, or nil where it is absent or fails.
  private func output(_ program: String, _ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
