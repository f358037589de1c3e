import AuditModel
import Basics
import Fairness
import Foundation
import Statistics

/// Times the whole analysis, and the same intervals by what people use today.
///
/// The peers read the same scores from a file; what is timed on either side is the computation alone.
enum StatisticsBench {
  /// - Parameter parts: `real`, `counterfactual`, `peers`; all where empty.
  static func run(_ parts: [String]) throws {
    let known = ["real", "counterfactual", "peers"]
    if let wrong = parts.first(where: { !known.contains($0) }) {
      throw AuditFailure(
        "'\(wrong)' is no part of the statistics",
        hint: "the parts are \(known.joined(separator: ", "))",
        kind: .usage)
    }
    func isChosen(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }
    print("| work | goal | measured |")
    print("|---|---|---|")
    let rows = 1_000_000
    for (name, scene) in [
      ("real", StatisticsScene.patients), ("counterfactual", StatisticsScene.baseCases),
    ] where isChosen(name) {
      let table = scene(rows, 12)
      try whole(name, table)
      try resampled(name, table)
    }
    if isChosen("peers") { try Peers().run() }
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }

  private static func whole(_ name: String, _ table: EvaluationTable) throws {
    let time = try seconds {
      _ = try FairnessAnalysis(specification: AnalysisSpecification()).run([table])
    }
    line("whole analysis, \(name), 1,000,000 scores × 12 groups", "≤ 2 s", time)
  }

  /// Two thousand replicates by each scheme that fits the design.
  private static func resampled(_ name: String, _ table: EvaluationTable) throws {
    let cases = try SortedCases(
      scores: table.scores, labels: table.labels, clusters: table.clusters,
      clusterCount: table.clusterCount)
    let attribute = table.attributes[0]
    let grouped = GroupedAUC(
      cases, membership: attribute.membership, groupCount: attribute.groups.count)
    let joint = grouped.jointCovariance(of: Array(attribute.groups.indices))
    let contrasts = GroupContrast.allPairs(auc: grouped.auc, covariance: joint.covariance)
    let resampling = ResampledMaxT(
      cases, membership: attribute.membership, groupCount: attribute.groups.count,
      contrasts: contrasts)
    let permutation: ResampledMaxT.Scheme =
      table.pairing == nil ? .betweenClusters : .withinClusters
    for (scheme, words) in [(permutation, "permutations"), (.bootstrapT, "bootstrap replicates")] {
      let time = seconds {
        _ = resampling.run(scheme, level: 0.95, replicates: 2000, seed: 1, path: ["bench"])
      }
      line("2,000 \(words), \(name), 1,000,000 scores × 12 groups", "≤ 60 s", time)
    }
  }

  static func line(_ work: String, _ goal: String, _ time: Double) {
    print("| \(work) | \(goal) | \(String(format: "%.2f s", time)) |")
    fflush(nil)
  }
}
