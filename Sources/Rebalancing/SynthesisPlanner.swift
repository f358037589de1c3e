import AuditModel
import Vocabulary

/// Shares a number of images out among findings, labels and groups.
package struct SynthesisPlanner: Sendable {
  let specification: SynthesizeSpecification
  let findings: [String]
  let grid: CellGrid
  /// Of the training table; nil for ``SynthesizeSpecification/Plan/grid``.
  let counts: TrainingCounts?

  package init(
    _ specification: SynthesizeSpecification, findings: [String], grid: CellGrid,
    counts: TrainingCounts?
  ) {
    self.specification = specification
    self.findings = findings
    self.grid = grid
    self.counts = counts
  }

  /// Cells of every finding and label, ascending, whose images add up to what was asked for.
  ///
  /// Rounding goes by largest remainders, so no cell is off by a whole image.
  package func plan() -> RebalancingRecord {
    let cells = findings.flatMap { finding in
      [true, false].flatMap { grid.cells(finding: finding, isPositive: $0) }
    }.sorted()
    let shares = apportion(total: specification.images, weights: cells.map(weight))
    var record = RebalancingRecord(
      strategy: specification.plan.rawValue, budget: specification.images,
      cells: zip(cells, shares).map { cell, images in
        RebalancingCell(
          finding: cell.finding, label: cell.label, groups: cell.groups,
          have: counts?.cells[cell] ?? 0, add: images, reason: reason)
      })
    if let counts, counts.outside > 0 {
      record.notes.append(
        "\(counts.outside) of \(counts.total) rows of the table lie outside the grid of groups and are "
          + "in no cell.")
    }
    if shares.allSatisfy({ $0 == 0 }) {
      record.notes.append("The table has no image in any cell of the grid, so none is drawn.")
    }
    let empty = cells.indices.count { weight(cells[$0]) > 0 && shares[$0] == 0 }
    if empty > 0 {
      record.notes.append(
        "\(empty) cells get no image, because \(specification.images) are fewer than a share of one each."
      )
    }
    return record
  }

  private var reason: String {
    specification.plan == .grid
      ? "every group gets as many images" : "as often as in the training table"
  }

  private func weight(_ cell: TrainingCell) -> Double {
    if let counts { return Double(counts.cells[cell] ?? 0) }
    return cell.isPositive ? specification.positives : 1 - specification.positives
  }
}
