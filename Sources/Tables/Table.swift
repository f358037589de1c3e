import Basics
import Glibc

/// What a table file may ask of this machine before it is refused.
package struct TableLimits: Sendable {
  /// Bytes on disk.
  package var fileBytes = 1 << 30
  /// Bytes of text after unpacking; below 4 GiB.
  package var textBytes = 1 << 31
  package var columns = 20_000

  package init() {}
}

/// A CSV file with a header, read as a whole; cells are text until a column is asked for.
///
/// `.gz` content is recognised by itself. Rows count from 0 and do not include the header.
package struct Table: Sendable {
  package let path: String
  /// Column names without surrounding blanks.
  package let header: [String]
  package let rowCount: Int

  private let text: [UInt8]
  private let ends: [UInt32]
  private let lines: [UInt32]
  private let positions: [String: Int]

  /// Reads a CSV or CSV.gz file.
  /// - Throws: ``AuditFailure`` with path and line; see ``CSVParser`` for what is refused, further:
  ///   no header, a column name twice, text that is not UTF-8, a file beyond the limits.
  package init(contentsOf path: String, limits: TableLimits = TableLimits()) throws {
    try self.init(bytes: readBytes(of: path, limit: limits.fileBytes), path: path, limits: limits)
  }

  /// The same from memory; `path` is what failures call it.
  package init(bytes: [UInt8], path: String, limits: TableLimits = TableLimits()) throws {
    var parser = CSVParser(path: path, limits: limits)
    try forEachPiece(of: bytes, path: path, limit: min(limits.textBytes, Int(UInt32.max))) {
      try parser.parse($0)
    }
    try parser.finish()
    guard parser.columnCount > 0 else {
      throw AuditFailure("\(path) is empty", hint: "a header line with column names is needed")
    }
    self.path = path
    text = parser.text
    ends = parser.ends
    lines = Array(parser.lines.dropFirst())
    rowCount = lines.count
    var names: [String] = []
    var positions: [String: Int] = [:]
    for column in 0..<parser.columnCount {
      let bytes = text[(column == 0 ? 0 : Int(ends[column - 1]))..<Int(ends[column])]
      let name = trimmed(String(decoding: bytes, as: UTF8.self))
      names.append(name)
      // Spreadsheets and pandas write index columns without a name; those cannot be asked for.
      if name.isEmpty { continue }
      guard positions.updateValue(column, forKey: name) == nil else {
        throw AuditFailure("\(path), line 1: the column '\(name)' is there twice")
      }
    }
    header = names
    self.positions = positions
    if !parser.isASCII { try checkEncoding() }
    if names.count == 1, let separator = names[0].first(where: { $0 == ";" || $0 == "\t" }) {
      let word = separator == ";" ? "semicolons" : "tabs"
      throw AuditFailure("\(path), line 1: columns are separated by \(word); save it with commas")
    }
  }

  package func hasColumn(_ name: String) -> Bool { positions[name] != nil }

  /// The cells of a column as text, empty cells as "".
  /// - Throws: ``AuditFailure`` that names the nearest column when there is none of this name.
  package func column(_ name: String) throws -> [String] {
    let column = try position(of: name)
    return text.withUnsafeBufferPointer { bytes in
      (0..<rowCount).map {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range($0, column)]), as: UTF8.self)
      }
    }
  }

  /// The cells of a column as finite numbers, empty cells as `nil`.
  /// - Throws: ``AuditFailure`` with path, line, column and the cell for anything else, `NaN` and
  ///   infinity included, or when there is no such column.
  package func doubles(_ name: String) throws -> [Double?] {
    let column = try position(of: name)
    return try text.withUnsafeBufferPointer { bytes in
      try (0..<rowCount).map { row in
        let cell = UnsafeBufferPointer(rebasing: bytes[range(row, column)])
        switch number(in: cell) {
        case .empty: return nil
        case .value(let value): return value
        case .invalid:
          let shown = String(String(decoding: cell, as: UTF8.self).prefix(60))
          throw AuditFailure(
            "\(path), line \(lineNumber(ofRow: row)), column '\(name)': '\(shown)' is not a number",
            hint: "leave the cell empty where there is no value")
        }
      }
    }
  }

  /// The line of the file on which a row begins, the header being line 1.
  package func lineNumber(ofRow row: Int) -> Int { Int(lines[row]) }

  /// One cell as text.
  package func cell(row: Int, column: String) throws -> String {
    String(decoding: text[range(row, try position(of: column))], as: UTF8.self)
  }

  private func position(of name: String) throws -> Int {
    if let position = positions[name] { return position }
    let nearest = nearestName(to: name, in: header)
    let known = header.filter { !$0.isEmpty }.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    throw AuditFailure(
      "\(path) has no column '\(name)'",
      hint: nearest.map { "did you mean '\($0)'?" }
        ?? "its columns are \(known)\(header.count > 12 ? ", …" : "")")
  }

  private func range(_ row: Int, _ column: Int) -> Range<Int> {
    let field = (row + 1) * header.count + column
    return Int(ends[field - 1])..<Int(ends[field])
  }

  private func checkEncoding() throws {
    let width = header.count
    for row in 0...rowCount {
      let start = row == 0 ? 0 : Int(ends[row * width - 1])
      guard String(validating: text[start..<Int(ends[(row + 1) * width - 1])], as: UTF8.self) != nil
      else {
        let line = row == 0 ? 1 : lineNumber(ofRow: row - 1)
        throw AuditFailure("\(path), line \(line): the text is not UTF-8; save the file as UTF-8")
      }
    }
  }
}

private enum Cell { case empty, value(Double), invalid }

/// A decimal number with optional sign, point and exponent; no hexadecimal, no words.
private func number(in cell: UnsafeBufferPointer<UInt8>) -> Cell {
  var start = 0
  var end = cell.count
  while start < end, cell[start] == 0x20 { start += 1 }
  while end > start, cell[end - 1] == 0x20 { end -= 1 }
  if start == end { return .empty }
  guard end - start < 64 else { return .invalid }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
    for i in start..<end {
      switch cell[i] {
      case 0x30...0x39, 0x2b, 0x2d, 0x2e, 0x45, 0x65: buffer[i - start] = CChar(cell[i])
      default: return .invalid
      }
    }
    buffer[end - start] = 0
    guard let base = buffer.baseAddress else { return .invalid }
    var rest: UnsafeMutablePointer<CChar>?
    let value = strtod(base, &rest)
    guard rest == base + (end - start), value.isFinite else { return .invalid }
    return .value(value)
  }
}

private func trimmed(_ name: String) -> String {
  var name = name[...]
  while name.first?.isWhitespace == true { name.removeFirst() }
  while name.last?.isWhitespace == true { name.removeLast() }
  return String(name)
}
