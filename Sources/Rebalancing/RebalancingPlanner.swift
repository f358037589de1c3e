import AuditModel

/// Turns training counts and audited gaps into how many synthetic images each cell gets.
///
/// A strategy says what its cells want; ``Companions`` add the other label in the same groups, so that
/// "synthetic" does not come to mean "diseased"; both are cut in proportion where the budget or the
/// maximum synthetic share says so. `decorrelate` is complete in itself: see ``Decorrelation``.
package struct RebalancingPlanner: Sendable {
  let specification: RebalanceSpecification
  let counts: TrainingCounts
  let findings: [String]
  let grid: CellGrid

  package init(
    _ specification: RebalanceSpecification, counts: TrainingCounts, findings: [String],
    grid: CellGrid
  ) {
    self.specification = specification
    self.counts = counts
    self.findings = findings
    self.grid = grid
  }

  /// What a strategy and its companions ask for one cell.
  struct Wish {
    /// Images, before any limit.
    var images: Int
    var reason: String
  }

  /// The plan: cells of every finding and label, ascending, with a reason each.
  ///
  /// - Parameters:
  ///   - comparisons: Gaps in AUC; those of flagged verdicts count.
  ///   - verdicts: Of the same audit.
  ///   - rateGaps: Gaps in error rates; detected ones on real images count.
  package func plan(
    comparisons: [ComparisonResult], verdicts: [Verdict], rateGaps: [RateGap] = []
  ) -> RebalancingRecord {
    let cells = findings.flatMap { finding in
      [true, false].flatMap { grid.cells(finding: finding, isPositive: $0) }
    }.sorted()
    let limit = min(specification.budget, shareLimit)
    let wishes: [Wish]
    var granted: [Int]?
    var notes: [String] = []
    switch specification.strategy {
    case .parity: wishes = withCompanions(cells, cells.map(parity))
    case .balancedGrid:
      wishes = sharing(limit, cells, cells.map { _ in balancedWeight })
    case .gapWeighted:
      let gaps = GapTable(
        comparisons: comparisons, verdicts: verdicts, rateGaps: rateGaps,
        metrics: specification.metrics)
      wishes = sharing(limit, cells, cells.map { gapWeight($0, gaps) })
      if gaps.unvouchedRates > 0 {
        notes.append(
          "\(gaps.unvouchedRates) detected gaps in error rates of synthetic images are not acted on: "
            + "no placebo tells them from noise of the generator.")
      }
      notes += gaps.untouched(by: cells)
    case .weightsOnly:
      wishes = cells.map { _ in Wish(images: 0, reason: "weights only: no images are added") }
    case .decorrelate: (wishes, granted) = decorrelated(cells, limit: limit)
    }

    let asked = wishes.map(\.images).reduce(0, +)
    let added = granted ?? apportion(wishes.map(\.images), limit: limit)
    var record = RebalancingRecord(
      strategy: specification.strategy.rawValue, budget: specification.budget,
      cells: zip(cells, zip(wishes, added)).map { cell, planned in
        let (wish, add) = planned
        let cut =
          add < wish.images ? "; cut from \(wish.images) by the limit of \(limit) images" : ""
        return RebalancingCell(
          finding: cell.finding, label: cell.label, groups: cell.groups,
          have: counts.cells[cell] ?? 0, add: add, reason: wish.reason + cut)
      })
    record.notes = notes
    if asked > limit {
      record.notes.append(
        cutNote(asked: asked, limit: limit, isInProportion: granted == nil))
    }
    record.notes += labelNotes(on: record)
    record.subgroups = expectedSubgroups(of: record)
    if counts.outside > 0 {
      record.notes.append(
        "\(counts.outside) of \(counts.total) training images lie outside the grid of groups "
          + "(attribute missing or of another value) and are counted in no cell.")
    }
    return record
  }

  private func cutNote(asked: Int, limit: Int, isInProportion: Bool) -> String {
    "The strategy asks for \(asked) images; \(limit) are allowed by the budget of "
      + "\(specification.budget) and the maximum synthetic share of "
      + "\(specification.maximumSyntheticShare), so "
      + (isInProportion
        ? "every cell was cut in proportion."
        : "the images that remove most of the dependence come first.")
  }

  /// The most synthetic images that keep their share of the enlarged training set within the limit.
  private var shareLimit: Int {
    let share = specification.maximumSyntheticShare
    let exact = Double(counts.total) * share / (1 - share)
    guard exact < Double(specification.budget) else { return specification.budget }
    // The nearest whole number, or the one below it where that exceeds the share; the slack is the
    // rounding of the quotient.
    let nearest = Int(exact.rounded())
    return Double(nearest) <= exact * (1 + 1e-12) ? nearest : nearest - 1
  }

  /// As many as the largest group of the same finding and label has (ChexGen's own recipe).
  private func parity(_ cell: TrainingCell) -> Wish {
    let peers = grid.cells(finding: cell.finding, isPositive: cell.isPositive)
    let largest = peers.max { (counts.cells[$0] ?? 0, $1) < (counts.cells[$1] ?? 0, $0) } ?? cell
    let most = counts.cells[largest] ?? 0
    let have = counts.cells[cell] ?? 0
    return most > have
      ? Wish(
        images: most - have, reason: "the largest group (\(largest.groupDescription)) has \(most)")
      : Wish(images: 0, reason: "this is the largest group")
  }

  /// The same weight for every cell (RoentGen-v2's recipe).
  private var balancedWeight: (weight: Double, reason: String) {
    (1, "every group of the grid gets the same share of the budget")
  }

  /// The lower confidence limit of the gap over the root of the count.
  private func gapWeight(_ cell: TrainingCell, _ gaps: GapTable) -> (
    weight: Double, reason: String
  ) {
    guard let limit = gaps.largestLowerLimit(for: cell) else {
      return (0, "no flagged gap touches this cell")
    }
    return (limit.value / Double(max(1, counts.cells[cell] ?? 0)).squareRoot(), limit.reason)
  }
}
