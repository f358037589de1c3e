import AuditModel
import Basics
import Foundation
import Tables

/// How many training images each cell has, read from the user's training table.
///
/// The table has one row per image, or one row per cell with a `count` column.
package struct TrainingCounts: Sendable {
  package var cells: [TrainingCell: Int]
  /// Images in the table, all cells.
  package var total: Int
  /// Images outside the grid (missing sex or age, other values), which no cell counts.
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
    let table = try Table(
      contentsOf: path, format: specification.format,
      keeping: Set(
        wanted + [specification.sexColumn, specification.ageColumn, "count", "image"]
          + (specification.raceColumn.map { [$0] } ?? [])))
    let sexes = grid.sexes.isEmpty ? nil : try table.column(specification.sexColumn)
    let ages = grid.ages.isEmpty ? nil : try table.doubles(specification.ageColumn)
    var races: [String]?
    if !grid.races.isEmpty {
      guard let column = specification.raceColumn else {
        throw AuditFailure(
          "the cohort varies race but 'rebalance.columns.race' names no column of '\(path)'",
          hint: "name the column, or leave race out of the rebalancing")
      }
      races = try table.column(column)
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
      let sex = sexes.map { sexWord($0[row]) }
      let age = ages.flatMap { column in
        column[row].flatMap { years in grid.ages.first { $0.contains(years) }?.name }
      }
      let race = races?[row]
      if (sexes != nil && !grid.sexes.contains(sex ?? "")) || (ages != nil && age == nil)
        || (races != nil && !grid.races.contains(race ?? ""))
      {
        outside += weight
        if counts == nil {
          rows.append(Row(image: images?[row], cells: findings.map { _ in nil }))
        }
        continue
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
        let cell = TrainingCell(
          finding: finding, isPositive: label == 1, sex: sex, age: age, race: race)
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
