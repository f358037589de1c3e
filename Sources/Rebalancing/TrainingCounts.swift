import AuditModel
import Basics
import Cohorts
import Foundation
import Tables
import Vocabulary

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
    let groups = try Self.groups(of: table, path: path, grid: grid, columns: attributes)
    let counts = table.header.contains("count") ? try table.doubles("count") : nil
    let labels = try wanted.map { try table.doubles($0) }
    let images = table.hasColumn("image") ? try table.column("image") : nil

    let every = findings.flatMap { finding in
      [true, false].flatMap { grid.cells(finding: finding, isPositive: $0) }
    }
    cells = Dictionary(every.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
    total = 0
    outside = 0
    for row in 0..<table.rowCount {
      let weight = try Self.weight(counts?[row] ?? 1, of: row, in: table, path: path)
      total += weight
      // Plans multiply counts with budgets; a bound keeps every product exact.
      guard total <= 1_000_000_000 else {
        throw AuditFailure(
          "\(path), line \(table.lineNumber(ofRow: row)): the counts add up to more than a billion "
            + "images", hint: "correct the column 'count'")
      }
      if groups[row] == nil { outside += weight }
      let own = try zip(findings, labels).map { finding, column -> TrainingCell? in
        guard let groups = groups[row], let label = column[row] else { return nil }
        guard label == 0 || label == 1 else {
          throw AuditFailure(
            "\(path), line \(table.lineNumber(ofRow: row)): \(label) is not a label of '\(finding)'",
            hint: "labels are 0 or 1")
        }
        return TrainingCell(finding: finding, isPositive: label == 1, groups: groups)
      }
      for cell in own.compactMap({ $0 }) { cells[cell, default: 0] += weight }
      if counts == nil { rows.append(Row(image: images?[row], cells: own)) }
    }
  }

  /// The group of every attribute of the grid by row; nil where one has none.
  private static func groups(
    of table: Table, path: String, grid: CellGrid, columns: [String]
  ) throws -> [AttributeValues?] {
    // Index into the groups by row, for every attribute of the grid.
    let members = try zip(grid.groupings, columns).map { grouping, column -> [Int32] in
      let cells = try AttributeCells(
        AttributeSource(grouping.attribute, column: column), table: table, path: path,
        checksRange: false)
      return try grouping.column(of: try (0..<table.rowCount).map(cells.value(ofRow:))).membership
    }
    return (0..<table.rowCount).map { row in
      guard members.allSatisfy({ $0[row] >= 0 }) else { return nil }
      var groups = AttributeValues()
      for (grouping, member) in zip(grid.groupings, members) {
        groups[grouping.attribute.name] = grouping.groups[Int(member[row])]
      }
      return groups
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
