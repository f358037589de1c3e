import AuditModel
import Fairness
import Foundation
import Randomness
import Vocabulary

/// Scores of a size that one hospital group collects in a year, in the designs that audits have.
enum StatisticsScene {
  /// Patients with one to seven images each, every patient in one group.
  static func patients(rows: Int, groups: Int) -> EvaluationTable {
    var stream = RandomStream(seed: 1, path: ["bench", "patients"])
    var (scores, labels): ([Double], [Bool]) = ([], [])
    var (clusters, membership): ([Int32], [Int32]) = ([], [])
    var patient: Int32 = 0
    while scores.count < rows {
      let group = Int32(stream.integer(below: groups))
      let content = stream.normal()
      let isPositive = stream.uniform() < 0.2
      for _ in 0...stream.integer(below: 7) where scores.count < rows {
        labels.append(stream.uniform() < 0.1 ? !isPositive : isPositive)
        scores.append(
          1 / (1 + exp(2 - (isPositive ? 1.5 : 0) - 0.8 * content - stream.normal())))
        clusters.append(patient)
        membership.append(group)
      }
      patient += 1
    }
    return EvaluationTable(
      classifier: "bench", cohort: "real", finding: "Effusion", scores: scores, labels: labels,
      clusters: clusters, clusterCount: Int(patient),
      attributes: [column(groups: groups, membership: membership)])
  }

  /// Base cases, each in every group, with a seed placebo.
  static func baseCases(rows: Int, groups: Int) -> EvaluationTable {
    var stream = RandomStream(seed: 1, path: ["bench", "base cases"])
    let count = rows / groups
    var (scores, labels): ([Double], [Bool]) = ([], [])
    var (clusters, membership): ([Int32], [Int32]) = ([], [])
    var placebo = Pairing.Placebo(
      kind: "seed", originalScores: [], placeboScores: [], labels: [], clusters: [])
    for base in 0..<count {
      let isPositive = base % 2 == 0
      let content = (isPositive ? 1.5 : 0) + stream.normal()
      func draw() -> Double { 1 / (1 + exp(1 - content - 0.5 * stream.normal())) }
      for group in 0..<groups {
        scores.append(draw())
        labels.append(isPositive)
        clusters.append(Int32(base))
        membership.append(Int32(group))
      }
      placebo.originalScores.append(scores[scores.count - groups])
      placebo.placeboScores.append(draw())
      placebo.labels.append(isPositive)
      placebo.clusters.append(Int32(base))
    }
    let column = column(groups: groups, membership: membership)
    return EvaluationTable(
      classifier: "bench", cohort: "synthetic", finding: "Effusion", scores: scores,
      labels: labels, clusters: clusters, clusterCount: count, attributes: [column],
      pairing: Pairing(
        arms: column.groups.map { Pairing.Arm(id: $0, values: ["age": $0]) },
        armOfRow: membership, placebos: [placebo]))
  }

  private static func column(groups: Int, membership: [Int32]) -> AttributeColumn {
    AttributeColumn(
      name: "age", groups: (0..<groups).map { "group \($0)" }, membership: membership)
  }
}
