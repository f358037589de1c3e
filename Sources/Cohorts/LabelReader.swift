import AuditModel
import Basics
import Foundation
import Tables

/// Reads finding labels from 0/1 columns or from one column of joined finding names.
struct LabelReader {
  let findings: [String]
  private let path: String
  private let table: Table
  private let columns: [(name: String, cells: [String])]
  private let list: (cells: [String], separator: String)?

  init(
    _ source: RealCohortSpecification.LabelSource, table: Table, path: String,
    defaultFindings: [String]
  ) throws {
    self.table = table
    self.path = path
    switch source {
    case .columns(let map):
      // Columns keep the table's order so that reports do not depend on the spec's key order.
      let order = Dictionary(
        table.header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      let sorted = map.sorted {
        (order[$0.value] ?? .max, $0.key) < (order[$1.value] ?? .max, $1.key)
      }
      findings = sorted.map(\.key)
      columns = try sorted.map { ($0.value, try table.column($0.value)) }
      list = nil
    case .list(let column, let separator, let listed):
      findings = listed.isEmpty ? defaultFindings : listed
      columns = []
      list = (try table.column(column), separator)
    }
  }

  /// One label per finding; nil where the cell is empty.
  func labels(ofRow row: Int) throws -> [Bool?] {
    if let list {
      let names = Set(
        list.cells[row].components(separatedBy: list.separator)
          .map { $0.trimmingCharacters(in: .whitespaces) })
      return findings.map { names.contains($0) }
    }
    return try columns.map { column in
      switch column.cells[row].trimmingCharacters(in: .whitespaces) {
      case "1", "1.0": return true
      case "0", "0.0": return false
      case "": return nil
      case let other:
        throw AuditFailure(
          "\(path), line \(table.lineNumber(ofRow: row)), column '\(column.name)': "
            + "'\(other)' is not a label",
          hint: "labels are 0 or 1; leave the cell empty where the label is unknown")
      }
    }
  }
}
