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
    var question: Question
    var gap: Gap
    /// Lower simultaneous limit of the gap, above 0 and at most 1.
    var value: Double

    /// Whose metric it is, for which groups, and the numbers, as a clause.
    var reason: String {
      func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
      let direction = question.metric.largerIsBetter ? "below" : "above"
      return "on \(question.cohort) images the \(question.metric.title) of \(question.classifier) "
        + "for \(gap.worse) (\(question.attribute)) is \(rounded(gap.size)) \(direction) that for "
        + "\(gap.better), and at least \(rounded(value)) (simultaneous interval \(rounded(value)) "
        + "to \(rounded(gap.upper ?? gap.size)))"
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
    comparisons: [ComparisonResult], verdicts: [Verdict], rateGaps: [RateGap], metrics: [Metric]
  ) {
    let flagged = Set(verdicts.filter { $0.verdict == .flagged }.map(\.question))
    for row in comparisons
    where flagged.contains(row.question) && metrics.contains(row.metric) {
      if let gap = row.gap { keep(gap, of: row.question) }
    }
    for row in rateGaps where row.isDetected && metrics.contains(row.metric) {
      guard let gap = row.gap, let lower = gap.lower, lower > 0 else { continue }
      guard row.cohort == "real" else {
        unvouchedRates += 1
        continue
      }
      keep(gap, of: row.question)
    }
  }

  /// Remembers a gap that is shown, for the labels that its metric is about.
  private mutating func keep(_ gap: Gap, of question: Question) {
    guard let lower = gap.lower, lower > 0 else { return }
    let limit = Limit(question: question, gap: gap, value: lower)
    for isPositive in question.metric.labels {
      let key = Key(
        finding: question.finding, isPositive: isPositive, attribute: question.attribute,
        group: gap.worse)
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
