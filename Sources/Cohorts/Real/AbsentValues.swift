import AuditModel
import Basics
import Foundation
import Tables

/// What a spec names and no row of the table has, where it looks like a slip of the pen: refused, all
/// of it at once.
package struct AbsentNames: Sendable, Equatable {
  /// Values of `real.where`: which rows are meant is not known.
  package var rows: [AuditFailure] = []
  /// Findings, their other names and the cells of label columns.
  package var labels: [AuditFailure] = []

  package init() {}

  package var all: [AuditFailure] { rows + labels }
}

/// Values that a spec names and no row of the table has: refused where they look like a slip of the
/// pen, told where the table merely lacks them, as presets name what some tables of their kind have.
enum AbsentValues {
  /// Cells of label columns to which the spec gives a meaning, by cell the columns without it.
  ///
  /// - Parameter faults: Gathers those that are much like a cell which only `*` gives a meaning.
  static func ofLabels(
    _ specification: RealCohortSpecification, table: Table, absent faults: inout AbsentNames
  ) throws -> [String] {
    guard case .columns(let columns) = specification.labels else { return [] }
    var absent: [String: [String]] = [:]
    for (finding, meanings) in specification.labelRules.values.sorted(by: { $0.key < $1.key }) {
      guard let column = columns[finding], !column.isEmpty else { continue }
      let cells = try table.codes(column).values.map { $0.trimmingCharacters(in: .whitespaces) }
      let named = meanings.keys.filter { $0 != LabelRules.everyOther }
      let present = Set(named.filter { isPresent($0, in: cells, table: table) })
      let strange = cells.filter { cell in
        !cell.isEmpty && !named.contains { isPresent($0, in: [cell], table: table) }
      }
      for value in named.sorted() where !present.contains(value) && !value.isEmpty {
        if let nearest = slip(value, among: strange) {
          faults.labels.append(
            AuditFailure(
              "\(table.path): no row has '\(value.prefix(60))' in the column '\(column)', to which the "
                + "\"values\" of '\(finding)' give a meaning",
              hint: "did you mean '\(nearest.prefix(60))'?"))
          continue
        }
        absent[value, default: []].append(column)
      }
    }
    return absent.sorted { $0.key < $1.key }.map { value, columns in
      sentence(value, columns: columns, key: "real.columns.labels names")
    }
  }

  /// Values of a list of `real.where` that no row has, where others of the list were found.
  static func ofFilter(_ specification: RealCohortSpecification, table: Table) throws -> [String] {
    try specification.alternatives.sorted { $0.key < $1.key }.flatMap { column, values in
      let cells = Set(try table.codes(column).values)
      return values.filter { !cells.contains($0) }.sorted().map {
        sentence($0, columns: [column], key: "real.where names")
      }
    }
  }

  /// As text, or as a number that is written in another way.
  private static func isPresent(_ value: String, in cells: [String], table: Table) -> Bool {
    if cells.contains(value) { return true }
    guard let number = Double(value) else { return false }
    return cells.contains { table.number($0) == number }
  }

  /// The cell that was meant, as far as letters tell: numbers and single letters are all alike.
  private static func slip(_ value: String, among cells: [String]) -> String? {
    if let same = cells.first(where: { $0.lowercased() == value.lowercased() }) { return same }
    guard value.count >= 3, Double(value) == nil else { return nil }
    return nearestName(to: value, in: cells)
  }

  private static func sentence(_ value: String, columns: [String], key: String) -> String {
    let shown = columns.prefix(3).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
    let more = columns.count > 3 ? " and \(columns.count - 3) more" : ""
    return "No row of the real table has '\(value.prefix(40))' in the column"
      + (columns.count > 1 ? "s " : " ") + "\(shown)\(more), which \(key)."
  }
}
