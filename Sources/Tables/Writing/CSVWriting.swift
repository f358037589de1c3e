import Basics

/// Whether text cells are made harmless for spreadsheets.
package enum SpreadsheetSafety: Sendable {
  /// Cells as given: reading back gives the same text. For files that programs read.
  case exact
  /// A text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, tab or
  /// carriage return and is no number) gets an apostrophe in front. For files that people open.
  case formulaSafe
}

/// Comma-separated text with LF line ends, quotes only where RFC 4180 needs them.
///
/// - Throws: ``AuditFailure`` when a row is not as wide as the header.
package func encodeCSV(
  header: [String], rows: some Sequence<[String]>, safety: SpreadsheetSafety = .exact
) throws -> [UInt8] {
  var bytes: [UInt8] = []
  append(header, to: &bytes, safety: safety)
  for (index, row) in rows.enumerated() {
    guard row.count == header.count else {
      throw AuditFailure(
        "row \(index + 1) of the table has \(row.count) cells but the header has \(header.count)")
    }
    append(row, to: &bytes, safety: safety)
  }
  return bytes
}

/// Writes ``encodeCSV(header:rows:safety:)`` so that `path` holds the whole table or is untouched.
package func writeCSV(
  header: [String], rows: some Sequence<[String]>, to path: String,
  safety: SpreadsheetSafety = .exact
) throws {
  try writeAtomically(encodeCSV(header: header, rows: rows, safety: safety), to: path)
}

private func append(_ cells: [String], to bytes: inout [UInt8], safety: SpreadsheetSafety) {
  for (index, cell) in cells.enumerated() {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    let text = safety == .formulaSafe && isFormula(cell) ? "'" + cell : cell
    let quote = UInt8(ascii: "\"")
    // A lone empty cell would be a blank line, which readers skip.
    let needsQuotes =
      (cells.count == 1 && text.isEmpty)
      || text.utf8.contains { $0 == quote || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
      || text.first == " " || text.last == " "
    guard needsQuotes else {
      bytes.append(contentsOf: text.utf8)
      continue
    }
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
  bytes.append(UInt8(ascii: "\n"))
}

private func isFormula(_ cell: String) -> Bool {
  guard let first = cell.utf8.first else { return false }
  guard first == 0x09 || first == 0x0d || "=+-@".utf8.contains(first) else { return false }
  return Double(cell) == nil
}
