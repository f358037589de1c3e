import AuditModel
import Basics
import Tables
import Vocabulary
import Foundation

/// One attribute's column of a table.
package struct AttributeCells {
  package let attribute: Attribute
  private let column: String
  private let cells: (values: [String], codes: [Int32])
  /// By different cell: what it is, or that it is refused.
  private let values: [Result<String?, Refusal>]
  private let table: Table
  private let path: String

  /// - Parameter checksRange: Whether numbers that the attribute cannot have are refused.
  /// - Throws: ``AuditFailure`` where the table has no such column.
  package init(
    _ source: AttributeSource, table: Table, path: String, checksRange: Bool = true
  ) throws {
    attribute = source.attribute
    column = source.column
    cells = try table.codes(source.column)
    // A column of numbers alone is read as one, which tells decimal commas from points.
    if attribute.kind == .number,
      !cells.values.contains(where: { !$0.isEmpty && Attribute.isMissing($0) })
    {
      _ = try table.doubles(source.column)
    }
    self.table = table
    self.path = path
    values = cells.values.map {
      Self.value($0, source.attribute, table, checksRange: checksRange)
    }
  }

  private enum Refusal: Error {
    case notANumber(String)
    case impossible(Double)
  }

  private static func value(
    _ cell: String, _ attribute: Attribute, _ table: Table, checksRange: Bool
  ) -> Result<String?, Refusal> {
    let text = cell.trimmingCharacters(in: .whitespaces)
    guard !text.isEmpty else { return .success(nil) }
    guard attribute.kind == .number else { return .success(text) }
    if Attribute.isMissing(text) { return .success(nil) }
    guard let number = table.number(text) else { return .failure(.notANumber(text)) }
    if checksRange, let range = attribute.range, !range.contains(number) {
      return .failure(.impossible(number))
    }
    return .success(Attribute.text(number))
  }

  /// The number of a row's cell among the different ones.
  func code(ofRow row: Int) -> Int32 { cells.codes[row] }

  /// The value as written, numbers in their shortest form; nil where nothing is known.
  ///
  /// - Throws: ``AuditFailure`` naming file, line and column for a number that is none, or that the
  ///   attribute cannot have.
  package func value(ofRow row: Int) throws -> String? {
    switch values[Int(cells.codes[row])] {
    case .success(let value): return value
    case .failure(let refusal):
      let place = "\(path), line \(table.lineNumber(ofRow: row)), column '\(column)'"
      switch refusal {
      case .notANumber(let text):
        throw AuditFailure(
          "\(place): '\(text.prefix(60))' is not a number",
          hint: "leave the cell empty where there is no value")
      case .impossible(let number):
        let range = attribute.range ?? 0...0
        throw AuditFailure(
          "\(place): \(number) is not an \(attribute.name) in \(attribute.unit ?? "units") between "
            + "\(Attribute.text(range.lowerBound)) and \(Attribute.text(range.upperBound))",
          hint: "correct the row, or leave the cell empty where the \(attribute.name) is unknown")
      }
    }
  }
}
