import AuditModel
import Basics
import Foundation
import Tables

/// Where two JSON values differ, by path.
enum JSONDifference {
  /// Differences of two encodable values: `verdicts[2].range: recomputed 0.07, report 0.08`.
  static func between(
    _ expected: some Encodable, _ found: some Encodable, expectedName: String = "spec",
    foundName: String = "report", limit: Int = 200
  ) -> [String] {
    let encoder = JSONEncoder()
    guard let left = try? JSONSerialization.jsonObject(with: encoder.encode(expected)),
      let right = try? JSONSerialization.jsonObject(with: encoder.encode(found))
    else { return ["the values cannot be compared"] }
    var differences: [String] = []
    walk(left, right, path: "", names: (expectedName, foundName), limit: limit, into: &differences)
    return differences
  }

  /// Differences of two JSON texts.
  static func between(_ old: String, _ new: String, limit: Int) -> [String] {
    guard let left = try? JSONSerialization.jsonObject(with: Data(old.utf8)),
      let right = try? JSONSerialization.jsonObject(with: Data(new.utf8))
    else { return [] }
    var differences: [String] = []
    walk(left, right, path: "", names: ("then", "now"), limit: limit, into: &differences)
    return differences
  }

  /// Differences of two lists of lines, in order: `source …, store …`.
  static func lines(_ expected: [String], _ found: [String], limit: Int = 200) -> [String] {
    var differences: [String] = []
    for index in 0..<max(expected.count, found.count) where differences.count < limit {
      let left = index < expected.count ? expected[index] : "nothing"
      let right = index < found.count ? found[index] : "nothing"
      if left != right { differences.append("source \(left), report \(right)") }
    }
    return differences
  }

  private static func walk(
    _ left: Any, _ right: Any, path: String, names: (String, String), limit: Int,
    into differences: inout [String]
  ) {
    guard differences.count < limit else { return }
    if let left = left as? [String: Any], let right = right as? [String: Any] {
      for key in Set(left.keys).union(right.keys).sorted() {
        walk(
          left[key] ?? NSNull(), right[key] ?? NSNull(),
          path: path.isEmpty ? key : "\(path).\(key)",
          names: names, limit: limit, into: &differences)
      }
    } else if let left = left as? [Any], let right = right as? [Any] {
      if left.count != right.count {
        differences.append("\(path): \(names.0) \(left.count) entries, \(names.1) \(right.count)")
      }
      for (index, pair) in zip(left, right).enumerated() {
        walk(
          pair.0, pair.1, path: "\(path)[\(index)]", names: names, limit: limit, into: &differences)
      }
    } else if !isSame(left, right) {
      differences.append("\(path): \(names.0) \(text(left)), \(names.1) \(text(right))")
    }
  }

  private static func isSame(_ left: Any, _ right: Any) -> Bool {
    if left is NSNull, right is NSNull { return true }
    if let left = left as? String, let right = right as? String { return left == right }
    if let left = left as? NSNumber, let right = right as? NSNumber { return left == right }
    return false
  }

  private static func text(_ value: Any) -> String {
    value is NSNull ? "nothing" : String("\(value)".prefix(120))
  }
}

/// Where a CSV file differs from the rows it should hold.
enum TableDifference {
  static func between(file: String, header: [String], rows: [[String]], limit: Int = 50) throws
    -> [String]
  {
    let name = (file as NSString).lastPathComponent
    guard FileManager.default.fileExists(atPath: file) else { return ["\(name) is missing"] }
    let table: Table
    // A table that cannot be read is not the store's, and the other checks still have their say.
    do { table = try Table(contentsOf: file) } catch let failure as AuditFailure {
      return ["\(name) cannot be read: \(failure.message)"]
    }
    // Cells that a spreadsheet would run are written with an apostrophe in front.
    let written = header.map(inertCell)
    guard table.header == written else { return ["\(name) has other columns"] }
    var differences: [String] = []
    if table.rowCount != rows.count {
      differences.append("\(name) has \(table.rowCount) rows, the store \(rows.count)")
    }
    for (position, column) in written.enumerated() {
      let cells = try table.column(column)
      for (row, expected) in rows.enumerated() where row < cells.count {
        guard cells[row] != inertCell(expected[position]) else { continue }
        differences.append(
          "\(expected[0]), '\(column)': store '\(expected[position])', \(name) '\(cells[row])'")
        if differences.count >= limit { return differences }
      }
    }
    return differences
  }
}
