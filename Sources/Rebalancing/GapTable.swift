import AuditModel

/// The audited gaps that rebalancing may act on: flagged verdicts and their lower limits.
struct GapTable {
  struct Limit {
    var value: Double
    var attribute: String
    var group: String
    var better: String
  }
  private struct Key: Hashable {
    var finding: String
    var attribute: String
    var group: String
  }
  private var limits: [Key: Limit] = [:]

  init(comparisons: [ComparisonResult], verdicts: [Verdict]) {
    let flagged = Set(
      verdicts.filter { $0.verdict == .flagged }
        .map { [$0.classifier, $0.cohort, $0.finding, $0.attribute] })
    for row in comparisons
    where flagged.contains([row.classifier, row.cohort, row.finding, row.attribute]) {
      guard let lower = row.lower, let upper = row.upper else { continue }
      // The disadvantaged group is the one whose AUC is lower with simultaneous confidence.
      if lower > 0 { keep(lower, row, worse: row.groupB, better: row.groupA) }
      if upper < 0 { keep(-upper, row, worse: row.groupA, better: row.groupB) }
    }
  }

  private mutating func keep(
    _ value: Double, _ row: ComparisonResult, worse: String, better: String
  ) {
    let key = Key(finding: row.finding, attribute: row.attribute, group: worse)
    if value > limits[key]?.value ?? 0 {
      limits[key] = Limit(value: value, attribute: row.attribute, group: worse, better: better)
    }
  }

  /// The largest lower limit of a gap at the expense of one of the cell's groups.
  func largestLowerLimit(for cell: TrainingCell) -> Limit? {
    let groups = [("sex", cell.sex), ("age", cell.age), ("race", cell.race)]
    return groups.compactMap { attribute, group -> Limit? in
      guard let group else { return nil }
      let spellings = attribute == "sex" ? [group, String(group.prefix(1))] : [group]
      return spellings.compactMap {
        limits[Key(finding: cell.finding, attribute: attribute, group: $0)]
      }.max { $0.value < $1.value }
    }.max { $0.value < $1.value }
  }
}
