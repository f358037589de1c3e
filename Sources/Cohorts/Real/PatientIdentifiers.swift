import AuditModel
import Basics
import Foundation
import Tables

/// The patient of each row, and what must be told about how patients are written.
///
/// The unit of inference hangs on this column: cells that may be two spellings of one patient, or one
/// spelling of several, are refused until the spec says what they are.
struct PatientIdentifiers {
  /// Rows of the table to patient; nil where there is no patient column.
  private let values: [String]?
  private let codes: [Int32]
  private(set) var notes: [String] = []

  init(_ specification: RealCohortSpecification, table: Table, rows: [Int]) throws {
    guard let column = specification.patientColumn else {
      (values, codes) = (nil, [])
      return
    }
    let (cells, codes) = try table.codes(column)
    self.codes = codes
    var names = cells.map { $0.trimmingCharacters(in: .whitespaces) }
    if let component = specification.patientComponent {
      names = names.map { name in
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= component ? String(parts[component - 1]) : ""
      }
    }
    let rule = specification.patientIdentifiers
    var firstRow: [Int32: Int] = [:]
    for row in rows where firstRow[codes[row]] == nil { firstRow[codes[row]] = row }
    if rule == .certain {
      try Self.refuseShortened(
        names, firstRow, column: column, table: table, rows: rows, codes: codes)
      try Self.refuseTwoSpellings(names, firstRow, column: column, table: table)
    }
    if rule == .number {
      let written = Set(firstRow.keys.map { names[Int($0)] }).count
      names = names.map { Self.canonicalNumber($0) ?? $0 }
      let left = Set(firstRow.keys.map { names[Int($0)] }).count
      if left < written {
        notes.append(
          "Patients of the column '\(column)' were compared as numbers: \(written) spellings are "
            + "\(left) patients.")
      }
    }
    values = names
  }

  /// nil where the cell is empty or there is no patient column.
  func patient(ofRow row: Int) -> String? {
    guard let values else { return nil }
    let value = values[Int(codes[row])]
    return value.isEmpty ? nil : value
  }

  /// `1.2345E+11` is what a spreadsheet leaves of a long number: others have become the same.
  private static func refuseShortened(
    _ names: [String], _ firstRow: [Int32: Int], column: String, table: Table, rows: [Int],
    codes: [Int32]
  ) throws {
    let shortened = names.indices.filter {
      firstRow[Int32($0)] != nil && isScientific(names[$0])
    }
    guard let row = shortened.compactMap({ firstRow[Int32($0)] }).min() else { return }
    let set = Set(shortened.map { Int32($0) })
    let count = rows.count { set.contains(codes[$0]) }
    throw AuditFailure(
      "\(table.path), line \(table.lineNumber(ofRow: row)), column '\(column)': "
        + "'\(names[Int(codes[row])])' is a number that a spreadsheet has shortened; \(count) rows "
        + "have only \(Set(shortened.map { names[$0] }).count) such patients",
      hint: "export the column as text again; if these are the patients indeed, say so: "
        + "\"patient\": { \"column\": \"\(column)\", \"ids\": \"text\" }")
  }

  private static func refuseTwoSpellings(
    _ names: [String], _ firstRow: [Int32: Int], column: String, table: Table
  ) throws {
    var known: [String: (name: String, row: Int)] = [:]
    var pairs = 0
    var first: (String, Int, String, Int)?
    for (code, row) in firstRow.sorted(by: { $0.value < $1.value }) {
      let name = names[Int(code)]
      guard !name.isEmpty else { continue }
      let key = canonicalNumber(name) ?? name.lowercased()
      if let other = known[key] {
        guard other.name != name else { continue }
        pairs += 1
        if first == nil { first = (other.name, other.row, name, row) }
      } else {
        known[key] = (name, row)
      }
    }
    guard let first else { return }
    throw AuditFailure(
      "\(table.path), column '\(column)': '\(first.0)' (line \(table.lineNumber(ofRow: first.1))) and "
        + "'\(first.2)' (line \(table.lineNumber(ofRow: first.3))) may be one patient"
        + (pairs > 1 ? ", and so may \(pairs - 1) other pairs" : ""),
      hint: "say what they are: \"patient\": { \"column\": \"\(column)\", \"ids\": \"number\" } "
        + "(one patient) or \"text\" (different patients)")
  }

  private static func isScientific(_ name: String) -> Bool {
    guard let e = name.firstIndex(where: { $0 == "E" || $0 == "e" }) else { return false }
    let mantissa = name[..<e].split(whereSeparator: { $0 == "." || $0 == "," })
    let exponent = name[name.index(after: e)...]
    return exponent.first == "+" && exponent.count > 1
      && exponent.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
      && (1...2).contains(mantissa.count) && mantissa[0].count == 1
      && mantissa.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }

  /// The digits without leading zeros and without a fraction of zeros; nil for other texts.
  private static func canonicalNumber(_ name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty,
      parts[0].allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    if parts.count == 2, parts[1].isEmpty || !parts[1].allSatisfy({ $0 == "0" }) { return nil }
    let digits = parts[0].drop { $0 == "0" }
    return digits.isEmpty ? "0" : String(digits)
  }
}
