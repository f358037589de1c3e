import AuditModel
import Fairness
import Foundation
import Randomness
import Statistics
import Vocabulary

/// A world of real cases and their generated twins, with the true AUC of every group on both sides.
struct TwinWorld: World {
  typealias Result = Tally

  var name: String
  /// Patients with and without the finding, by group; each has one image and one twin.
  var positives: [Int]
  var negatives: [Int]
  var real: [Double]
  var twins: [Double]
  /// Correlation of a case's score with its twin's.
  var correlation = 0.5
  /// Largest difference that the gate allows.
  var delta = 0.05

  private static let specificity = 0.9

  /// Statements about twins that are made at 95 % each.
  enum Statement: Int, CaseIterable, Sendable {
    case groups, gaps, gapDifferences, bias

    var title: String {
      switch self {
      case .groups: "difference in a group"
      case .gaps: "gap on one side"
      case .gapDifferences: "difference of gaps"
      case .bias: "mean difference"
      }
    }
  }

  struct Tally: WorldResult {
    var held = [HeldCount](repeating: HeldCount(), count: Statement.allCases.count)
    var draws = 0
    /// Draws in which the gate passed.
    var passes = 0

    static func + (a: Tally, b: Tally) -> Tally {
      var sum = a
      for index in sum.held.indices { sum.held[index] = a.held[index] + b.held[index] }
      sum.draws += b.draws
      sum.passes += b.passes
      return sum
    }
  }

  /// Whether the gate says something false when it passes: levels or gaps differ by δ or more.
  var isUnlike: Bool {
    let differences = zip(real, twins).map { $1 - $0 }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let spread = (differences.max() ?? 0) - (differences.min() ?? 0)
    return abs(mean) >= delta - 1e-9 || spread >= delta - 1e-9
  }

  static var sources: [String] { Scene.sources + ["Sources/audit-simulate/Twins"] }
  var weight: Double { Double((positives + negatives).reduce(0, +)) * 100 }

  func sampler() throws -> @Sendable (Range<Int>) throws -> Tally {
    { range in
      let parts = parallelMap(count: range.count) {
        try? tally(seed: UInt64(range.lowerBound + $0 + 1))
      }.compactMap { $0 }
      guard parts.count == range.count else { throw WorldFailure(world: name) }
      return parts.reduce(Tally(), +)
    }
  }

  private func tally(seed: UInt64) throws -> Tally {
    var specification = AnalysisSpecification()
    specification.delta = delta
    // Limits from fewer draws are as wide on average, and a quarter of the time.
    specification.replicates = 500
    specification.minimumPositives = 10
    specification.minimumNegatives = 10
    let threshold = SceneScores.probability(of: Self.specificity)
    let found = try ReplicaAnalysis(
      tables(seed: seed),
      thresholds: ["finding": ThresholdRecord(value: threshold, origin: "simulation")],
      specification: specification)
    var counts = [(held: Int, told: Int)](repeating: (0, 0), count: Statement.allCases.count)
    func note(_ kind: Statement, _ interval: IntervalEstimate?, _ truth: Double) {
      guard let lower = interval?.lower, let upper = interval?.upper else { return }
      counts[kind.rawValue].told += 1
      if lower <= truth, truth <= upper { counts[kind.rawValue].held += 1 }
    }
    for row in found.record.groups {
      guard let values = truth(row.metric), let group = place(row.group) else { continue }
      note(.groups, row.difference, values.twins[group] - values.real[group])
    }
    for row in found.record.gaps {
      guard let values = truth(row.metric), let a = place(row.groupA), let b = place(row.groupB)
      else { continue }
      let gaps = (values.real[a] - values.real[b], values.twins[a] - values.twins[b])
      note(.gaps, row.real, gaps.0)
      note(.gaps, row.synthetic, gaps.1)
      note(.gapDifferences, row.difference, gaps.1 - gaps.0)
    }
    for row in found.record.agreements {
      guard let values = truth(row.metric) else { continue }
      let differences = zip(values.real, values.twins).map { $1 - $0 }
      note(.bias, row.bias, differences.reduce(0, +) / Double(differences.count))
    }
    var tally = Tally()
    tally.draws = 1
    tally.held = counts.map { HeldCount(held: $0.held, told: $0.told) }
    tally.passes = found.gates.contains { $0.status == .pass } ? 1 : 0
    return tally
  }

  private func place(_ group: String) -> Int? { Int(group.dropFirst()) }

  /// The metric of every group on both sides; nil for one that follows from others.
  private func truth(_ metric: String) -> (real: [Double], twins: [Double])? {
    switch metric {
    case "auc": (real, twins)
    case "sensitivity": (real.map(sensitivity), twins.map(sensitivity))
    case "falsePositiveRate":
      (real.map { _ in 1 - Self.specificity }, real.map { _ in 1 - Self.specificity })
    default: nil
    }
  }

  private func sensitivity(_ area: Double) -> Double {
    1 - Normal.cumulative(Normal.quantile(Self.specificity) - Self.shift(area))
  }

  /// Of the positives' mean, in standard deviations.
  private static func shift(_ area: Double) -> Double { Normal.quantile(area) * 2.0.squareRoot() }

  private func tables(seed: UInt64) -> [EvaluationTable] {
    var stream = RandomStream(seed: seed, path: ["twins", name])
    var labels: [Bool] = []
    var groups: [Int32] = []
    var scores: (real: [Double], twins: [Double]) = ([], [])
    for group in real.indices {
      for (count, label) in [(positives[group], true), (negatives[group], false)] {
        for _ in 0..<count {
          let shared = correlation.squareRoot() * stream.normal()
          func score(_ area: Double) -> Double {
            let noise = shared + (1 - correlation).squareRoot() * stream.normal()
            return 1 / (1 + exp(-(noise + (label ? Self.shift(area) : 0))))
          }
          scores.real.append(score(real[group]))
          scores.twins.append(score(twins[group]))
          labels.append(label)
          groups.append(Int32(group))
        }
      }
    }
    return [("real", scores.real), ("synthetic", scores.twins)].map { cohort, scores in
      EvaluationTable(
        classifier: "model", cohort: cohort, finding: "finding", scores: scores, labels: labels,
        clusters: labels.indices.map { Int32($0) }, clusterCount: labels.count,
        attributes: [
          AttributeColumn(
            name: "group", groups: real.indices.map { "g\($0)" }, membership: groups)
        ])
    }
  }
}
