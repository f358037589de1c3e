import AuditModel
import Fairness
import Statistics
import Vocabulary

/// Statements of all kinds.
struct AloneTally: Sendable, Codable {
  private enum CodingKeys: String, CodingKey { case counts }

  private(set) var counts = [HeldCount](repeating: HeldCount(), count: Alone.allCases.count)
  private var held = [Int](repeating: 0, count: Alone.allCases.count)
  private var told = [Int](repeating: 0, count: Alone.allCases.count)
  /// By attribute and group.
  private var truths: [[String]: ScoreTruth.Values] = [:]

  static func + (a: AloneTally, b: AloneTally) -> AloneTally {
    var sum = a
    for index in sum.counts.indices { sum.counts[index] = a.counts[index] + b.counts[index] }
    return sum
  }

  init() {}

  init(_ outcome: AnalysisOutcome, of scene: Scene) {
    let pairs = Dictionary(grouping: outcome.comparisons) { $0.question }
    for rows in pairs.values where rows.contains(where: { $0.lower != nil }) {
      note(.limits, rows) { ($0.lower, $0.upper, scene.gap(of: $0)) }
    }
    let strata = Dictionary(grouping: outcome.adjustedGaps) {
      [$0.classifier, $0.finding, $0.attribute, $0.metric.rawValue]
    }
    for rows in strata.values where rows.contains(where: { $0.lower != nil }) {
      note(.adjusted, rows) { row in
        (
          row.lower, row.upper,
          scene.gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
        )
      }
    }
    for row in outcome.equalizedOdds {
      let largest = [Metric.sensitivity, .falsePositiveRate].map {
        scene.largestGap(attribute: row.attribute, metric: $0)
      }.max()
      note(.odds, largest.map { $0 <= row.upper + 1e-12 })
    }
    let panel = Dictionary(grouping: outcome.panelComparisons ?? []) { $0.question }
    for rows in panel.values where rows.contains(where: { $0.lower != nil }) {
      note(.panel, rows) { row in
        let shares = if case .panelShares = scene.truth { true } else { false }
        let gap = scene.gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
        return (row.lower, row.upper, shares ? 0 : gap)
      }
    }
    questions(outcome, scene)
    groups(outcome, scene)
    arms(outcome, scene)
    counts = zip(held, told).map { HeldCount(held: $0, told: $1) }
    truths = [:]
  }

  /// Of a group whose scores are `scores`, worked out once.
  mutating func values(of scores: ScoreTruth, _ row: SubgroupResult) -> ScoreTruth.Values {
    let key = [row.attribute, row.group]
    if let known = truths[key] { return known }
    let values = scores.values
    truths[key] = values
    return values
  }

  mutating func note(_ kind: Alone, _ holds: Bool?) {
    guard let holds else { return }
    told[kind.rawValue] += 1
    held[kind.rawValue] += holds ? 1 : 0
  }

  mutating func note(_ kind: Alone, _ lower: Double?, _ upper: Double?, _ truth: Double?) {
    guard let lower, let upper, let truth else { return }
    note(kind, lower <= truth + 1e-12 && truth <= upper + 1e-12)
  }

  mutating func note(_ kind: Alone, _ interval: IntervalEstimate?, _ truth: Double?) {
    note(kind, interval?.lower, interval?.upper, truth)
  }

  /// A set of limits that hold together; passed over where the truth of one is not known.
  private mutating func note<Row>(
    _ kind: Alone, _ rows: [Row],
    _ part: (Row) -> (lower: Double?, upper: Double?, truth: Double?)
  ) {
    var holds = true
    for row in rows {
      let (lower, upper, truth) = part(row)
      guard let lower, let upper else { continue }
      guard let truth else { return }
      if truth < lower - 1e-12 || truth > upper + 1e-12 { holds = false }
    }
    note(kind, holds)
  }
}

extension Scene {
  fileprivate func gap(of row: ComparisonResult) -> Double? {
    gap(row.groupA, row.groupB, attribute: row.attribute, metric: row.metric)
  }
}
