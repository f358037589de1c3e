import AuditModel
import Tables

/// Sampling weights for the user's own training images, one per cell.
///
/// Reweighing makes label and group independent: w = P(group) P(label) / P(group, label), with the
/// probabilities counted in the training table.
/// - SeeAlso: Kamiran and Calders 2012, "Data preprocessing techniques for classification without
///   discrimination".
package struct TrainingWeights: Sendable {
  private let counts: TrainingCounts
  private let findings: [String]
  private let grid: CellGrid

  package init(counts: TrainingCounts, findings: [String], grid: CellGrid) {
    self.counts = counts
    self.findings = findings
    self.grid = grid
  }

  /// Weight by cell; nil for an empty cell, which no weight can fill.
  package func reweighing() -> [(cell: TrainingCell, count: Int, weight: Double?)] {
    findings.flatMap { finding -> [(cell: TrainingCell, count: Int, weight: Double?)] in
      func cells(_ isPositive: Bool) -> [TrainingCell] {
        grid.cells(finding: finding, isPositive: isPositive).sorted()
      }
      func count(_ cell: TrainingCell) -> Int { counts.cells[cell] ?? 0 }
      let total = (cells(true) + cells(false)).map(count).reduce(0, +)
      return [true, false].flatMap { isPositive in
        let labelTotal = cells(isPositive).map(count).reduce(0, +)
        return cells(isPositive).map { cell in
          var other = cell
          other.isPositive.toggle()
          let own = count(cell)
          let groupTotal = own + count(other)
          let weight =
            own > 0 && total > 0
            ? Double(groupTotal) * Double(labelTotal) / (Double(total) * Double(own)) : nil
          return (cell, own, weight)
        }
      }
    }
  }

  /// `weights.csv`: one row per cell.
  package func write(to folder: String) throws {
    try ExportFolder.build(folder) { export in
      try writeCSV(
        header: ["finding", "label", "sex", "age", "race", "count", "reweighing_weight"],
        rows: reweighing().map { row in
          [
            row.cell.finding, row.cell.label, row.cell.sex ?? "", row.cell.age ?? "",
            row.cell.race ?? "", String(row.count), row.weight.map { "\($0)" } ?? "",
          ]
        }, to: export.path("weights.csv"))
    }
  }
}
