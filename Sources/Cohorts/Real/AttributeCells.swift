import AuditModel
import Basics
import Tables
import Vocabulary
import Foundation

/// One attribute's column of a table.
package struct AttributeCells {
  package let attribute: Attribute
  private let column: String
  private let cells: [String]
  private let table: Table
  private let path: String
  private let checksRange: Bool

  /// - Parameter checksRange: Whether numbers that the attribute cannot have are refused.
  /// - Throws: ``AuditFailure`` where the table has no such column.
  package init(
    _ source: AttributeSource, table: Table, path: String, checksRange: Bool = true
  ) throws {
    self.checksRange = checksRange
    attribute = source.attribute
    column = source.column
    cells = try table.column(source.column)
    // A column of numbers alone is read as one, which tells decimal commas from points.
    if attribute.kind == .number, !cells.contains(where: { !$0.isEmpty && Attribute.isMissing($0) })
    {
      _ = try table.doubles(source.column)
    }
    self.table = table
    self.path = path
  }

  /// The value as written, numbers in their shortest form; nil where nothing is known.
  ///
  /// - Throws: ``AuditFailure`` naming file, line and column for a number that is none, or that the
  ///   attribute cannot have.
  package func value(ofRow row: Int) throws -> String? {
    let text = cells[row].trimmingCharacters(in: .whitespaces)
    guard !text.isEmpty else { return nil }
    guard attribute.kind == .number else { return text }
    if Attribute.isMissing(text) { return nil }
    let place = "\(path), line \(table.lineNumber(ofRow: row)), column '\(column)'"
    guard let number = table.number(text) else {
      throw AuditFailure(
        "\(place): '\(text.prefix(60))' is not a number",
        hint: "leave the cell empty where there is no value")
    }
    if checksRange, let range = attribute.range, !range.contains(number) {
      throw AuditFailure(
        "\(place): \(number) is not an \(attribute.name) in \(attribute.unit ?? "units") between "
          + "\(Attribute.text(range.lowerBound)) and \(Attribute.text(range.upperBound))",
        hint: "correct the row, or leave the cell empty where the \(attribute.name) is unknown")
    }
    return Attribute.text(number)
  }
}
