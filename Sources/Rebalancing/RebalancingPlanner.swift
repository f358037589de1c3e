import AuditModel

/// Turns training counts and audited gaps into how many synthetic images each cell gets.
package struct RebalancingPlanner: Sendable {
  private let specification: RebalanceSpecification
  private let counts: TrainingCounts
  private let findings: [String]
  private let grid: CellGrid

  package init(
    _ specification: RebalanceSpecification, counts: TrainingCounts, findings: [String],
    grid: CellGrid
  ) {
    self.specification = specification
    self.counts = counts
    self.findings = findings
    self.grid = grid
  }

  /// The plan. Positive and negative cells are planned by the same rule, so that "synthetic" never
  /// comes to mean "diseased".
  package func plan(comparisons: [ComparisonResult], verdicts: [Verdict]) -> RebalancingRecord {
    let cells = findings.flatMap { finding in
      [true, false].flatMap { grid.cells(finding: finding, isPositive: $0) }
    }.sorted()
    let limit = min(specification.budget, shareLimit)
    let wishes: [(add: Int, reason: String)]
    var granted: [Int]?
    switch specification.strategy {
    case .parity: wishes = cells.map(parity)
    case .balancedGrid: wishes = balancedGrid(cells)
    case .gapWeighted:
      wishes = gapWeighted(cells, gaps: GapTable(comparisons: comparisons, verdicts: verdicts))
    case .weightsOnly:
      wishes = cells.map { _ in (0, "weights only: no images are added") }
    case .decorrelate: (wishes, granted) = decorrelated(cells, limit: limit)
    }

    let asked = wishes.map(\.add).reduce(0, +)
    let added = granted ?? apportion(wishes.map(\.add), limit: limit)
    var record = RebalancingRecord(
      strategy: specification.strategy.rawValue, budget: specification.budget,
      cells: zip(cells, zip(wishes, added)).map { cell, planned in
        let (wish, add) = planned
        let cut = add < wish.add ? "; cut from \(wish.add) by the limit of \(limit) images" : ""
        return RebalancingCell(
          finding: cell.finding, label: cell.label, sex: cell.sex, age: cell.age, race: cell.race,
          have: counts.cells[cell] ?? 0, add: add, reason: wish.reason + cut)
      })
    if asked > limit {
      record.notes.append(
        "The strategy asks for \(asked) images; \(limit) are allowed by the budget of "
          + "\(specification.budget) and the maximum synthetic share of "
          + "\(specification.maximumSyntheticShare), so "
          + (granted == nil
            ? "every cell was cut in proportion."
            : "the images that remove most of the dependence come first."))
    }
    record.notes += lopsidedLabels(in: record)
    record.subgroups = expectedSubgroups(of: record)
    if counts.outside > 0 {
      record.notes.append(
        "\(counts.outside) of \(counts.total) training images lie outside the grid of groups "
          + "(attribute missing or of another value) and are counted in no cell.")
    }
    return record
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
  private func parity(_ cell: TrainingCell) -> (add: Int, reason: String) {
    let peers = grid.cells(finding: cell.finding, isPositive: cell.isPositive)
    let largest = peers.max { (counts.cells[$0] ?? 0, $1) < (counts.cells[$1] ?? 0, $0) } ?? cell
    let most = counts.cells[largest] ?? 0
    let have = counts.cells[cell] ?? 0
    return most > have
      ? (most - have, "the largest group (\(largest.groupDescription)) has \(most)")
      : (0, "this is the largest group")
  }

  /// As few as make the finding equally frequent in every group, and the best use of a limit.
  private func decorrelated(_ cells: [TrainingCell], limit: Int)
    -> (wishes: [(add: Int, reason: String)], granted: [Int])
  {
    var needs: [TrainingCell: Decorrelation.Need] = [:]
    var shares: [TrainingCell: (own: Double, all: Double)] = [:]
    for finding in findings {
      let positive = grid.cells(finding: finding, isPositive: true)
      let groups = zip(positive, grid.cells(finding: finding, isPositive: false)).map {
        (positives: counts.cells[$0] ?? 0, negatives: counts.cells[$1] ?? 0)
      }
      let positives = groups.reduce(0) { $0 + $1.positives }
      let total = groups.reduce(0) { $0 + $1.positives + $1.negatives }
      for (cell, (group, need)) in zip(
        positive, zip(groups, Decorrelation.needs(of: groups)))
      {
        guard let need else { continue }
        var target = cell
        target.isPositive = need.isPositive
        needs[target] = need
        shares[target] = (
          Double(group.positives) / Double(group.positives + group.negatives),
          Double(positives) / Double(total)
        )
      }
    }
    let granted = Decorrelation.allot(cells.map { needs[$0] }, limit: limit)
    let wishes = cells.map { cell -> (add: Int, reason: String) in
      guard let need = needs[cell], let share = shares[cell] else {
        return (
          0, "the finding is as frequent in this group as in all, or the other label is added"
        )
      }
      func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
      return (
        need.images,
        "brings the share with the finding from \(percent(share.own)) to the \(percent(share.all)) of "
          + "the whole table"
      )
    }
    return (wishes, granted)
  }

  /// The budget spread evenly over all cells (RoentGen-v2's recipe).
  private func balancedGrid(_ cells: [TrainingCell]) -> [(add: Int, reason: String)] {
    apportion(
      total: min(specification.budget, shareLimit), weights: cells.map { _ in 1 }
    ).map { ($0, "every cell of the grid gets the same share of the budget") }
  }

  /// The budget in proportion to the lower confidence limit of the gap over the root of the count.
  private func gapWeighted(_ cells: [TrainingCell], gaps: GapTable) -> [(add: Int, reason: String)]
  {
    let limits = cells.map { gaps.largestLowerLimit(for: $0) }
    let weights = zip(cells, limits).map { cell, limit in
      (limit?.value ?? 0) / Double(max(1, counts.cells[cell] ?? 0)).squareRoot()
    }
    let shares = apportion(total: min(specification.budget, shareLimit), weights: weights)
    return zip(shares, limits).map { share, limit in
      guard let limit else { return (0, "no flagged gap touches this cell") }
      let rounded = (limit.value * 1000).rounded() / 1000
      return (
        share,
        "the AUC of \(limit.group) (\(limit.attribute)) is at least \(rounded) below that of "
          + "\(limit.better)"
      )
    }
  }

  /// Sets in which one label is more than twice as frequent as the other.
  ///
  /// Networks tell generated images from real ones, and then learn the label that comes with them;
  /// `audits/retraining-loop/RESULTS.md` has an example.
  private func lopsidedLabels(in record: RebalancingRecord) -> [String] {
    findings.compactMap { finding in
      func added(_ label: String) -> Int {
        record.cells.filter { $0.finding == finding && $0.label == label }
          .reduce(0) { $0 + $1.add }
      }
      let (positives, negatives) = (added("positive"), added("negative"))
      guard max(positives, negatives) > 2 * min(positives, negatives) else { return nil }
      return "Of the \(positives + negatives) images for \(finding), \(positives) show it and "
        + "\(negatives) do not. A network that tells synthetic images from real ones can learn that "
        + "synthetic means \(positives > negatives ? "diseased" : "healthy"); consider "
        + "'balancedGrid', which adds both labels alike, or sampling weights."
    }
  }
}
