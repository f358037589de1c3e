import AuditModel
import Basics
import Foundation
import Tables
import Vocabulary
import Cohorts

/// How many training images each cell has, read from the user's training table.
///
/// The table has one row per image, or one row per cell with a `count` column.
package struct TrainingCounts: Sendable {
  package var cells: [TrainingCell: Int]
  /// Images in the table, all cells.
  package var total: Int
  /// Images outside the grid (attribute missing or of another value), which no cell counts.
  package var outside: Int

  /// One training image and its cell under each finding; empty where the table has counts.
  package struct Row: Sendable, Equatable {
    /// As the table's column `image` names it; nil without that column.
    package var image: String?
    /// Parallel to the findings; nil where the label or an attribute is missing.
    package var cells: [TrainingCell?]
  }
  package var rows: [Row] = []

  package init(cells: [TrainingCell: Int], total: Int, outside: Int = 0) {
    self.cells = cells
    self.total = total
    self.outside = outside
  }

  /// - Throws: ``AuditFailure`` naming file, line and column of what cannot be read.
  package init(
    contentsOf path: String, specification: RebalanceSpecification, findings: [String],
    grid: CellGrid
  ) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw AuditFailure(
        "the training table '\(path)' does not exist",
        hint: "point 'rebalance.trainingTable' to a CSV with one row per training image")
    }
    let wanted = findings.map { specification.labels[$0] ?? $0 }
    let attributes = grid.groupings.map { specification.column(of: $0.attribute.name) }
    let table = try Table(
      contentsOf: path, format: specification.format,
      keeping: Set(wanted + attributes + ["count", "image"]))
    // Index into the groups by row, for every attribute of the grid.
    let members = try zip(grid.groupings, attributes).map { grouping, column -> [Int32] in
      let cells = try AttributeCells(
        AttributeSource(grouping.attribute, column: column), table: table, path: path,
        checksRange: false)
      return try grouping.column(of: try (0..<table.rowCount).map(cells.value(ofRow:))).membership
    }
    let counts = table.header.contains("count") ? try table.doubles("count") : nil
    let labels = try wanted.map { try table.doubles($0) }
    let images = table.hasColumn("image") ? try table.column("image") : nil

    cells = [:]
    for finding in findings {
      for isPositive in [true, false] {
        for cell in grid.cells(finding: finding, isPositive: isPositive) { cells[cell] = 0 }
      }
    }
    total = 0
    outside = 0
    for row in 0..<table.rowCount {
      let weight = try TrainingCounts.weight(counts?[row] ?? 1, of: row, in: table, path: path)
      total += weight
      // Plans multiply counts with budgets; a bound keeps every product exact.
      guard total <= 1_000_000_000 else {
        throw AuditFailure(
          "\(path), line \(table.lineNumber(ofRow: row)): the counts add up to more than a billion "
            + "images", hint: "correct the column 'count'")
      }
      if members.contains(where: { $0[row] < 0 }) {
        outside += weight
        if counts == nil {
          rows.append(Row(image: images?[row], cells: findings.map { _ in nil }))
        }
        continue
      }
      var groups = AttributeValues()
      for (grouping, member) in zip(grid.groupings, members) {
        groups[grouping.attribute.name] = grouping.groups[Int(member[row])]
      }
      var own: [TrainingCell?] = []
      for (finding, column) in zip(findings, labels) {
        guard let label = column[row] else {
          own.append(nil)
          continue
        }
        guard label == 0 || label == 1 else {
          throw AuditFailure(
            "\(path), line \(table.lineNumber(ofRow: row)): \(label) is not a label of '\(finding)'",
            hint: "labels are 0 or 1")
        }
        let cell = TrainingCell(finding: finding, isPositive: label == 1, groups: groups)
        cells[cell, default: 0] += weight
        own.append(cell)
      }
      if counts == nil { rows.append(Row(image: images?[row], cells: own)) }
    }
  }

  private static func weight(_ count: Double, of row: Int, in table: Table, path: String) throws
    -> Int
  {
    guard count >= 0, count <= 1e9, count == count.rounded() else {
      throw AuditFailure(
        "\(path), line \(table.lineNumber(ofRow: row)), column 'count': \(count) is not a count")
    }
    return Int(count)
  }
}
