import Basics

/// Comma-separated text with LF line ends, quotes only where RFC 4180 needs them, cell by cell.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe in front, see
/// ``inertCell(_:)``; names in tables come from strangers, and people open tables by double click.
package struct CSVText {
  package private(set) var bytes: [UInt8] = []
  private let width: Int
  private var cells = 0
  private var rows = 0

  /// - Parameter header: A cell for each column, which is the first row.
  package init(header: [String]) throws {
    width = header.count
    for cell in header { append(cell) }
    try endRow()
  }

  package mutating func append(_ cell: String) {
    if cells > 0 { bytes.append(UInt8(ascii: ",")) }
    cells += 1
    let text = inertCell(cell)
    let quote = UInt8(ascii: "\"")
    // A lone empty cell would be a blank line, which readers skip.
    let needsQuotes =
      (width == 1 && text.isEmpty)
      || text.utf8.contains { $0 == quote || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
      || text.utf8.first == 0x20 || text.utf8.last == 0x20
    guard needsQuotes else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  /// - Throws: ``AuditFailure`` when the row is not as wide as the header.
  package mutating func endRow() throws {
    guard cells == width else {
      throw AuditFailure("row \(rows) of the table has \(cells) cells but the header has \(width)")
    }
    bytes.append(UInt8(ascii: "\n"))
    cells = 0
    rows += 1
  }
}

/// A whole table as ``CSVText``.
///
/// - Throws: ``AuditFailure`` when a row is not as wide as the header.
package func encodeCSV(
  header: [String], rows: some Sequence<[String]>
) throws -> [UInt8] {
  var text = try CSVText(header: header)
  for row in rows {
    for cell in row { text.append(cell) }
    try text.endRow()
  }
  return text.bytes
}

/// Writes ``encodeCSV(header:rows:)`` so that `path` holds the whole table or is untouched.
package func writeCSV(
  header: [String], rows: some Sequence<[String]>, to path: String
) throws {
  try writeAtomically(encodeCSV(header: header, rows: rows), to: path)
}

/// The cell as it is written: with an apostrophe in front of what a spreadsheet would run.
///
/// That is a text that begins with `=`, `+`, `-`, `@`, one of their full-width forms, a tab or a line
/// end, and is no number. Where lists are separated by semicolons a spreadsheet cuts such a file there and at
/// every line end, whatever is quoted, so signs that follow those are treated alike; and, so that the rule can be
/// undone, so are texts that have apostrophes there already. Undoing: replace every match of
/// `^'(?='*[\t\r\n])|(^|[;\r\n][" ]*)'(?='*[=+@＝＋－＠-])` by its group.
///
/// - SeeAlso: OWASP, *CSV Injection*, for the characters.
package func inertCell(_ cell: String) -> String {
  // Nearly all cells begin otherwise and have no such ends inside, and tables are long.
  guard let first = cell.utf8.first else { return cell }
  let mayBegin = first < 0x30 || first == 0x40 || first == 0xef || first == 0x3d
  guard mayBegin || cell.utf8.contains(where: isCut) else { return cell }
  guard first == 0x27 || Double(cell) == nil else { return cell }
  let scalars = Array(cell.unicodeScalars)
  var result = String.UnicodeScalarView()
  var isStart = true
  for (index, scalar) in scalars.enumerated() {
    if isStart, let sign = scalars[index...].first(where: { $0 != "'" }),
      formulaSigns.contains(sign) || (index == 0 && blankSigns.contains(sign))
    {
      result.append("'")
    }
    result.append(scalar)
    // Quotes and spaces after a cut leave the beginning of a cell open.
    let isOpen = isStart && index > 0 && (scalar == "\"" || scalar == " ")
    isStart = isCut(UInt8(truncatingIfNeeded: min(scalar.value, 0x80))) || isOpen
  }
  return String(result)
}

/// Where a spreadsheet may begin another cell inside of one.
private func isCut(_ byte: UInt8) -> Bool { byte == 0x3b || byte == 0x0a || byte == 0x0d }

private let formulaSigns: Set<Unicode.Scalar> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
/// What a spreadsheet skips at the beginning of a cell.
private let blankSigns: Set<Unicode.Scalar> = ["\t", "\r", "\n"]
