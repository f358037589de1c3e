import AuditModel
import Basics
import Foundation
import Tables

/// The table of a real cohort with what is joined to it, and the rows that the spec asks for.
enum RealTable {
  /// The columns that the spec names, of the table and of those joined to it; with what a reader
  /// should know about the joins.
  /// - Throws: ``AuditFailure`` for a table that is absent, and what reading and joining throw.
  static func joined(
    _ specification: RealCohortSpecification, path: String, resolve: (String) -> String
  ) throws -> (table: Table, notes: [String]) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw AuditFailure(
        "the real cohort's table '\(path)' does not exist",
        hint: specification.howToGet ?? "correct 'real.table' in the spec")
    }
    let needed = specification.neededColumns
    var table = try Table(contentsOf: path, format: specification.format, keeping: needed)
    var notes: [String] = []
    for join in specification.joins {
      let other = resolve(join.table)
      guard FileManager.default.fileExists(atPath: other) else {
        throw AuditFailure(
          "the table '\(other)' that 'real.join' names does not exist",
          hint: specification.howToGet ?? "correct 'table' under 'real.join'")
      }
      // What nobody asks for is not joined, so that a preset's columns cost nothing.
      let columns = join.columns.filter { needed.contains($0.own) }
      guard !columns.isEmpty else { continue }
      let partner = try Table(
        contentsOf: other, format: join.format,
        keeping: Set(join.keys.map(\.other) + columns.map(\.other)))
      let result = try table.joined(
        with: partner, on: join.keys.map { ($0.own, $0.other) },
        adding: columns.map { ($0.own, $0.other) })
      table = result.table
      let name = (join.table as NSString).lastPathComponent
      if result.alone > 0 {
        notes.append(
          "\(result.alone) of \(table.rowCount) rows of the real table have no partner in '\(name)'; "
            + "what it would give them is unknown.")
      }
      for (column, count) in result.differing.sorted(by: { $0.key < $1.key }) {
        notes.append(
          "\(count) of \(table.rowCount) rows of the real table have several partners in '\(name)' that "
            + "differ in '\(column)'; it is unknown there.")
      }
    }
    return (table, notes)
  }

  /// - Parameter absent: Gathers the values that no row has; such a rule then leaves no row out.
  /// - Throws: ``AuditFailure`` when no row is left.
  static func selectedRows(
    of table: Table, _ specification: RealCohortSpecification, path: String,
    absent faults: inout AbsentNames
  ) throws -> [Int] {
    var rows = Array(0..<table.rowCount)
    let wanted = specification.filter.mapValues { [$0] }
      .merging(specification.alternatives) { first, _ in first }
    for (column, values) in wanted.sorted(by: { $0.key < $1.key }) {
      let (cells, codes) = try table.codes(column)
      let before = faults.rows.count
      let absent = values.filter { !cells.contains($0) }.sorted()
      for value in absent {
        let nearest = nearestName(to: value, in: cells.filter { !values.contains($0) })
        // A list may name more than this table has; what is like nothing else is no slip of the pen.
        guard nearest != nil || absent.count == values.count else { continue }
        let found = cells.sorted().prefix(10).map { "'\($0.prefix(40))'" }
        faults.rows.append(
          AuditFailure(
            "\(path): no row has '\(value.prefix(60))' in the column '\(column)', which real.where names",
            hint: nearest.map { "did you mean '\($0)'?" }
              ?? "the column holds \(found.joined(separator: ", "))"))
      }
      guard faults.rows.count == before else { continue }
      let isWanted = cells.map { values.contains($0) }
      rows = rows.filter { isWanted[Int(codes[$0])] }
    }
    guard !rows.isEmpty else {
      throw AuditFailure(
        table.rowCount == 0
          ? "\(path) has no rows after its header"
          : "\(path): none of its \(table.rowCount) rows has the values of 'real.where'",
        hint: table.rowCount == 0 ? nil : "correct 'real.where' in the spec")
    }
    return rows
  }

  /// How many rows `real.where` left out, and by which rule.
  static func note(
    on filtered: Int, of table: Table, _ specification: RealCohortSpecification
  ) -> String {
    let single = specification.filter.map { ($0.key, "\($0.key) = \($0.value)") }
    let several = specification.alternatives.map {
      ($0.key, "\($0.key) = \($0.value.joined(separator: " or "))")
    }
    let rule = (single + several).sorted { $0.0 < $1.0 }.map(\.1).joined(separator: ", ")
    return
      "\(filtered) of \(table.rowCount) rows of the real table were left out by 'real.where' (\(rule))."
  }
}
