import Basics
import Tables
import Vocabulary

/// Weights for the user's own training images, by cell and, where the table lists images, by image.
package struct TrainingWeights: Sendable {
  /// The weights of one cell; nil for an empty cell, which no weight can fill.
  package struct Row: Sendable, Equatable {
    package var cell: TrainingCell
    package var count: Int
    /// P(group) P(label) / P(group, label), counted in the training table: weighted so, label and
    /// group are independent.
    /// - SeeAlso: Kamiran and Calders 2012, "Data preprocessing techniques for classification without
    ///   discrimination".
    package var reweighing: Double?
    /// Mean 1 over the images; every cell that has images is drawn equally often.
    package var sampling: Double?
    /// Start of the group weights q of group DRO: the same for every cell that has images, sum 1.
    /// - SeeAlso: Sagawa et al. 2020, "Distributionally robust neural networks for group shifts",
    ///   algorithm 1.
    package var groupDRO: Double?
  }
  private let counts: TrainingCounts
  private let findings: [String]
  private let grid: CellGrid

  package init(counts: TrainingCounts, findings: [String], grid: CellGrid) {
    self.counts = counts
    self.findings = findings
    self.grid = grid
  }

  /// Weights of every cell, finding by finding.
  package func rows() -> [Row] {
    findings.flatMap { finding -> [Row] in
      func cells(_ isPositive: Bool) -> [TrainingCell] {
        grid.cells(finding: finding, isPositive: isPositive).sorted()
      }
      func count(_ cell: TrainingCell) -> Int { counts.cells[cell] ?? 0 }
      let all = cells(true) + cells(false)
      let total = all.map(count).reduce(0, +)
      let filled = all.count { count($0) > 0 }
      return [true, false].flatMap { isPositive in
        let labelTotal = cells(isPositive).map(count).reduce(0, +)
        return cells(isPositive).map { cell in
          var row = Row(cell: cell, count: count(cell))
          guard row.count > 0 else { return row }
          var other = cell
          other.isPositive.toggle()
          let groupTotal = row.count + count(other)
          row.reweighing =
            Double(groupTotal) * Double(labelTotal) / (Double(total) * Double(row.count))
          row.sampling = Double(total) / (Double(filled) * Double(row.count))
          row.groupDRO = 1 / Double(filled)
          return row
        }
      }
    }
  }

  /// `weights.csv`, one row per cell, and `samples.csv`, one row per image of the training table.
  package func write(to folder: String) throws {
    let rows = rows()
    let others = Attribute.columns(with: grid.groupings.map(\.attribute.name))
      .dropFirst(Attribute.known.count)
    try ExportFolder.build(folder) { export in
      try writeCSV(
        header: ["finding", "label"] + Attribute.known.map(\.name)
          + ["count", "reweighing_weight", "sampling_weight", "group_dro_start"] + others,
        rows: rows.map { row in
          [row.cell.finding, row.cell.label]
            + Attribute.known.map { row.cell.groups[$0.name] ?? "" } + [
              String(row.count), Self.text(row.reweighing), Self.text(row.sampling),
              Self.text(row.groupDRO),
            ] + others.map { row.cell.groups[$0] ?? "" }
        }, to: export.path("weights.csv"))
      if !counts.rows.isEmpty { try writeSamples(rows, to: export.path("samples.csv")) }
      try writeAtomically(Self.readme, to: export.path("README.md"))
    }
  }

  private func writeSamples(_ rows: [Row], to path: String) throws {
    let byCell = Dictionary(rows.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
    try writeCSV(
      header: ["row", "image"]
        + findings.flatMap { ["reweighing_weight \($0)", "sampling_weight \($0)"] },
      rows: counts.rows.enumerated().map { number, image in
        [String(number), image.image ?? ""]
          + image.cells.flatMap { cell -> [String] in
            let row = cell.flatMap { byCell[$0] }
            return [Self.text(row?.reweighing), Self.text(row?.sampling)]
          }
      }, to: path)
  }

  private static func text(_ weight: Double?) -> String { weight.map { "\($0)" } ?? "" }

  private static let readme = """
    \(ExportFolder.mark)

    Weights for your own training images; nothing here is synthetic. `weights.csv` has one row per
    cell (finding, label and groups); `samples.csv` has one row per row of the training table, in its
    order (`row` counts from 0), unless that table holds counts.

    - `reweighing_weight` (Kamiran and Calders): multiply the loss of an image by it; label and group are
      then independent. Every finding has weights of its own.
    - `sampling_weight`: draw images with it and every cell comes equally often:

      ```python
      import pandas
      from torch.utils.data import WeightedRandomSampler
      weights = pandas.read_csv("samples.csv")["sampling_weight FINDING"].fillna(0)
      sampler = WeightedRandomSampler(weights.tolist(), len(weights))
      ```
    - `group_dro_start`: the first group weights of group DRO (Sagawa et al.), one per cell; the
      training loop updates them by each cell's loss, and needs strong regularisation.

    An empty weight belongs to a cell without images, or to an image whose label or group is unknown.
    This folder is replaced as a whole when the audit runs again.

    """
}
