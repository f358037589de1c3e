import AuditModel
import Vocabulary

/// The audited gaps that rebalancing may act on, with the limits that the audit is sure of.
///
/// - Gaps in AUC come from flagged verdicts and concern both labels of the group that is worse off.
/// - Gaps in sensitivity concern its images with the finding, gaps in the false-positive rate those
///   without. They count when detected after the adjustment that the plan declares, and on real images
///   only: no placebo has vouched for a difference in error rates of synthetic ones.
struct GapTable {
  /// A gap at the expense of one group.
  struct Limit {
    /// Lower simultaneous limit of the gap, above 0 and at most 1.
    var value: Double
    var classifier: String
    var cohort: String
    var metric: RebalanceSpecification.Metric
    var attribute: String
    var group: String
    var better: String
    /// The interval's other end, and what stands between; as the report has them.
    var estimate: Double
    var upper: Double

    /// Whose metric it is, for which groups, and the numbers, as a clause.
    var reason: String {
      func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
      let name =
        switch metric {
        case .auc: "AUC"
        case .sensitivity: "sensitivity"
        case .falsePositiveRate: "false-positive rate"
        }
      let direction = metric == .falsePositiveRate ? "above" : "below"
      return "on \(cohort) images the \(name) of \(classifier) for \(group) (\(attribute)) is "
        + "\(rounded(estimate)) \(direction) that for \(better), and at least \(rounded(value)) "
        + "(simultaneous interval \(rounded(value)) to \(rounded(upper)))"
    }
  }
  private struct Key: Hashable {
    var finding: String
    var isPositive: Bool
    var attribute: String
    var group: String
  }
  private var limits: [Key: Limit] = [:]
  /// Detected differences in error rates of synthetic images, which are not acted on.
  private(set) var unvouchedRates = 0

  /// - Parameter metrics: Gaps in other metrics are left out.
  init(
    comparisons: [ComparisonResult], verdicts: [Verdict], rateGaps: [RateGap],
    metrics: [RebalanceSpecification.Metric]
  ) {
    if metrics.contains(.auc) { add(comparisons, verdicts: verdicts) }
    for gap in rateGaps where gap.isDetected && gap.lower > 0 && gap.groups.count == 2 {
      guard let metric = RebalanceSpecification.Metric(rawValue: gap.metric),
        metrics.contains(metric)
      else { continue }
      guard gap.cohort == "real" else {
        unvouchedRates += 1
        continue
      }
      // The group with the higher rate comes first.
      let isPositive = metric == .sensitivity
      let (worse, better) = isPositive ? (1, 0) : (0, 1)
      keep(
        Limit(
          value: gap.lower, classifier: gap.classifier, cohort: gap.cohort, metric: metric,
          attribute: gap.attribute, group: gap.groups[worse], better: gap.groups[better],
          estimate: gap.difference, upper: gap.upper),
        finding: gap.finding, labels: [isPositive])
    }
  }

  private mutating func add(_ comparisons: [ComparisonResult], verdicts: [Verdict]) {
    let flagged = Set(
      verdicts.filter { $0.verdict == .flagged }
        .map { [$0.classifier, $0.cohort, $0.finding, $0.attribute] })
    for row in comparisons
    where flagged.contains([row.classifier, row.cohort, row.finding, row.attribute]) {
      guard let lower = row.lower, let upper = row.upper else { continue }
      let middle = row.difference ?? (lower + upper) / 2
      // The disadvantaged group is the one whose AUC is lower with simultaneous confidence.
      if lower > 0 {
        keep(
          Limit(
            value: lower, classifier: row.classifier, cohort: row.cohort, metric: .auc,
            attribute: row.attribute, group: row.groupB, better: row.groupA, estimate: middle,
            upper: upper),
          finding: row.finding, labels: [true, false])
      }
      if upper < 0 {
        keep(
          Limit(
            value: -upper, classifier: row.classifier, cohort: row.cohort, metric: .auc,
            attribute: row.attribute, group: row.groupA, better: row.groupB, estimate: -middle,
            upper: -lower),
          finding: row.finding, labels: [true, false])
      }
    }
  }

  private mutating func keep(_ limit: Limit, finding: String, labels: [Bool]) {
    for isPositive in labels {
      let key = Key(
        finding: finding, isPositive: isPositive, attribute: limit.attribute, group: limit.group)
      if limit.value > limits[key]?.value ?? 0 { limits[key] = limit }
    }
  }

  /// The largest lower limit of a gap at the expense of one of the cell's groups, intersections
  /// included; nil without one.
  func largestLowerLimit(for cell: TrainingCell) -> Limit? {
    limits.filter { Self.touches($0.key, cell) }.map(\.value).max {
      ($0.value, $1.reason) < ($1.value, $0.reason)
    }
  }

  private static func touches(_ key: Key, _ cell: TrainingCell) -> Bool {
    key.finding == cell.finding && key.isPositive == cell.isPositive
      && Grouping.contains(group: key.group, of: key.attribute, cell.groups)
  }

  /// A note on gaps whose group no cell holds, so that none of them is passed over in silence.
  func untouched(by cells: [TrainingCell]) -> [String] {
    let missed = limits.keys.filter { key in !cells.contains { Self.touches(key, $0) } }
    let names = Set(missed.map { "\($0.group) (\($0.attribute)) for \($0.finding)" }).sorted()
    guard !names.isEmpty else { return [] }
    return [
      "Not acted on, because no cell of the plan is made of these groups: "
        + names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        + ". Cells are made of the attributes that the cohort draws, of numbers with edges under "
        + "'analysis.groups', and of those named in 'rebalance.columns.attributes'."
    ]
  }
}
