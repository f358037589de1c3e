import Basics

/// A table of text with a header; cells are text until a column is asked for.
///
/// Read piece by piece: in memory are the cells of the columns asked for, nothing else. `.gz`
/// content is recognised by itself, and so are separator, decimal sign and encoding where the
/// format does not name them. Rows count from 0 and do not include the header.
package struct Table: Sendable {
  package let path: String
  /// Column names without surrounding blanks; those that were not kept are among them.
  package let header: [String]
  package let rowCount: Int
  /// How the table is written: as named, or as recognised.
  package let format: TableFormat
  /// What was recognised beyond commas, points and UTF-8, as a sentence; nil where nothing was.
  package let formatNote: String?

  private let text: [UInt8]
  private let ends: [UInt32]
  private let lines: [UInt32]
  /// Column name to its place among the columns that are kept.
  private let places: [String: Int]
  private let keptCount: Int
  /// Lines on which decimals stand after a point and after a comma.
  private let mixedDecimals: (point: Int, comma: Int)?

  /// Reads a table from a file.
  /// - Parameters:
  ///   - keeping: The columns to keep; nil keeps all. Names that are not there are no fault here.
  /// - Throws: ``AuditFailure`` with path and line; see ``CSVParser`` for what is refused, further:
  ///   no header, a column name twice, text whose separator or encoding is uncertain, a file beyond
  ///   the limits, Parquet and spreadsheets.
  package init(
    contentsOf path: String, format: TableFormat = TableFormat(), keeping: Set<String>? = nil,
    limits: TableLimits = TableLimits()
  ) throws {
    try self.init(path: path, format: format, keeping: keeping, limits: limits) {
      try forEachPiece(ofFile: path, limits: limits, $0)
    }
  }

  /// The same from memory; `path` is what failures call it.
  package init(
    bytes: [UInt8], path: String, format: TableFormat = TableFormat(), keeping: Set<String>? = nil,
    limits: TableLimits = TableLimits()
  ) throws {
    try self.init(path: path, format: format, keeping: keeping, limits: limits) {
      try forEachPiece(of: bytes, path: path, limits: limits, $0)
    }
  }

  private init(
    path: String, format named: TableFormat, keeping: Set<String>?, limits: TableLimits,
    pieces: ((UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Void
  ) throws {
    var reader = TableTextReader(path: path, format: named, keeping: keeping, limits: limits)
    try pieces { try reader.take($0) }
    var format = try reader.finish()
    guard let parser = reader.parser, !parser.header.isEmpty else {
      throw AuditFailure("\(path) is empty", hint: "a header line with column names is needed")
    }
    self.path = path
    header = reader.columnNames()
    var places: [String: Int] = [:]
    var seen: Set<String> = []
    var keptCount = 0
    for name in header {
      let isKept = keeping?.contains(name) ?? true
      defer { if isKept { keptCount += 1 } }
      // Spreadsheets and pandas write index columns without a name; those cannot be asked for.
      if name.isEmpty { continue }
      guard seen.insert(name).inserted else {
        // Exports repeat columns that nobody asks for.
        guard isKept else { continue }
        throw AuditFailure("\(path), line 1: the column '\(name)' is there twice")
      }
      if isKept { places[name] = keptCount }
    }
    self.places = places
    self.keptCount = keptCount
    text = parser.text
    ends = parser.ends
    lines = parser.lines
    rowCount = lines.count
    let signs = Self.decimalLines(
      text, ends, keptCount: keptCount, lines: lines,
      isSearched: format.decimal == nil && format.separator != .comma)
    mixedDecimals =
      if let point = signs.point, let comma = signs.comma { (point, comma) } else { nil }
    format.decimal =
      format.decimal ?? (signs.comma != nil && mixedDecimals == nil ? .comma : .point)
    self.format = format
    formatNote = Self.note(on: format, named: named, emptyRows: parser.emptyRows, path: path)
  }

  /// This table with further columns, one cell per row, in the given order.
  func appending(_ added: [[String]], names: [String]) -> Table {
    Table(self, added: added, names: names)
  }

  private init(_ table: Table, added: [[String]], names: [String]) {
    path = table.path
    header = table.header + names
    rowCount = table.rowCount
    format = {
      var format = table.format
      format.encoding = .utf8
      return format
    }()
    formatNote = table.formatNote
    lines = table.lines
    mixedDecimals = table.mixedDecimals
    keptCount = table.keptCount + names.count
    places = table.places.merging(
      names.enumerated().map { ($1, table.keptCount + $0) }, uniquingKeysWith: { first, _ in first }
    )
    var text: [UInt8] = []
    var ends: [UInt32] = []
    text.reserveCapacity(table.text.count + added.count * 8 * table.rowCount)
    ends.reserveCapacity(keptCount * table.rowCount)
    let isUTF8 = table.format.encoding != .windows1252 && table.format.encoding != .latin1
    table.text.withUnsafeBufferPointer { bytes in
      for row in 0..<table.rowCount {
        for column in 0..<table.keptCount {
          let cell = bytes[table.range(row, column)]
          if isUTF8 {
            text.append(contentsOf: UnsafeBufferPointer(rebasing: cell))
          } else {
            text.append(contentsOf: table.string(cell).utf8)
          }
          ends.append(UInt32(text.count))
        }
        for column in added {
          text.append(contentsOf: column[row].utf8)
          ends.append(UInt32(text.count))
        }
      }
    }
    self.text = text
    self.ends = ends
  }

  /// The first lines with decimals after a point and after a comma, where commas may be decimal.
  private static func decimalLines(
    _ text: [UInt8], _ ends: [UInt32], keptCount: Int, lines: [UInt32], isSearched: Bool
  ) -> (point: Int?, comma: Int?) {
    guard isSearched, keptCount > 0 else { return (nil, nil) }
    var found: (point: Int?, comma: Int?) = (nil, nil)
    text.withUnsafeBufferPointer { bytes in
      var start = 0
      for (index, end) in ends.enumerated() {
        let cell = UnsafeBufferPointer(rebasing: bytes[start..<Int(end)])
        start = Int(end)
        switch decimalSign(in: cell) {
        case .point where found.point == nil: found.point = Int(lines[index / keptCount])
        case .comma where found.comma == nil: found.comma = Int(lines[index / keptCount])
        default: continue
        }
        if found.point != nil, found.comma != nil { return }
      }
    }
    return found
  }

  private static func note(
    on format: TableFormat, named: TableFormat, emptyRows: Int, path: String
  ) -> String? {
    var parts: [String] = []
    if named.separator == nil, let separator = format.separator, separator != .comma {
      parts.append("\(separator.inWords) between columns")
    }
    if named.decimal == nil, format.decimal == .comma { parts.append("decimal commas") }
    switch format.encoding {
    case .utf16 where named.encoding == nil: parts.append("UTF-16")
    case .windows1252 where named.encoding == nil: parts.append("Windows-1252, as it is not UTF-8")
    default: break
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var sentences: [String] = []
    if !parts.isEmpty {
      sentences.append(
        "The table '\(name)' was recognised as written with \(parts.joined(separator: ", ")).")
    }
    if emptyRows > 0 {
      sentences.append(
        "\(emptyRows) \(emptyRows == 1 ? "row" : "rows") of the table '\(name)' without any cell "
          + "\(emptyRows == 1 ? "was" : "were") passed over.")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  package func hasColumn(_ name: String) -> Bool { header.contains(name) && !name.isEmpty }

  /// The cells of a column as text, empty cells as "".
  /// - Throws: ``AuditFailure`` that names the nearest column when there is none of this name.
  package func column(_ name: String) throws -> [String] {
    let column = try position(of: name)
    return text.withUnsafeBufferPointer { bytes in
      (0..<rowCount).map { string(bytes[range($0, column)]) }
    }
  }

  /// The different cells of a column, in order of first appearance, and which of them each row has.
  /// - Throws: As ``column(_:)``.
  package func codes(_ name: String) throws -> (values: [String], codes: [Int32]) {
    let column = try position(of: name)
    var values: [String] = []
    var known: [String: Int32] = [:]
    // Cells of labels and groups are short and few: the first of them are found by their bytes, five times as
    // fast as by a text that is made for every cell.
    var shortOnes: [(number: UInt64, code: Int32)] = []
    let codes = text.withUnsafeBufferPointer { bytes in
      (0..<rowCount).map { row -> Int32 in
        let place = range(row, column)
        let short = Self.number(ofShort: UnsafeBufferPointer(rebasing: bytes[place]))
        if let short, let found = shortOnes.first(where: { $0.number == short }) {
          return found.code
        }
        let cell = string(bytes[place])
        let code = known[cell] ?? Int32(values.count)
        if code == values.count {
          known[cell] = code
          values.append(cell)
        }
        if let short, shortOnes.count < 16 { shortOnes.append((short, code)) }
        return code
      }
    }
    return (values, codes)
  }

  /// Another number for every cell of at most seven bytes; nil for longer ones.
  private static func number(ofShort cell: UnsafeBufferPointer<UInt8>) -> UInt64? {
    guard cell.count < 8 else { return nil }
    var number = UInt64(cell.count)
    for byte in cell { number = number << 8 | UInt64(byte) }
    return number
  }

  /// The cells of a column as finite numbers, empty cells as `nil`.
  /// - Throws: ``AuditFailure`` with path, line, column and the cell for anything else, `NaN` and
  ///   infinity included, or when there is no such column.
  package func doubles(_ name: String) throws -> [Double?] {
    let column = try position(of: name)
    try refuseMixedDecimals(in: name)
    let decimal = format.decimal ?? .point
    return try text.withUnsafeBufferPointer { bytes in
      try (0..<rowCount).map { row in
        let cell = UnsafeBufferPointer(rebasing: bytes[range(row, column)])
        switch parsedNumber(in: cell, decimal: decimal) {
        case .empty: return nil
        case .value(let value): return value
        case .invalid:
          let shown = String(string(bytes[range(row, column)]).prefix(60))
          let other: TableFormat.Decimal = decimal == .point ? .comma : .point
          var isOther = false
          if case .value = parsedNumber(in: cell, decimal: other) { isOther = true }
          throw AuditFailure(
            "\(path), line \(lineNumber(ofRow: row)), column '\(name)': '\(shown)' is not a number",
            hint: isOther
              ? "if decimals stand after '\(other.rawValue)', say so beside the table: \"format\": "
                + "{ \"decimal\": \"\(other.rawValue)\" }"
              : "leave the cell empty where there is no value")
        }
      }
    }
  }

  /// A text as the number that it would be in a cell of this table; nil where it is none.
  package func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 {
      if case .value(let value) = parsedNumber(in: $0, decimal: format.decimal ?? .point) {
        return value
      }
      return nil
    }
  }

  private func refuseMixedDecimals(in column: String) throws {
    guard let mixed = mixedDecimals else { return }
    throw AuditFailure(
      "\(path): decimals stand after a comma on line \(mixed.comma) and after a point on line "
        + "\(mixed.point), so the numbers of column '\(column)' are uncertain",
      hint: "say which beside the table: \"format\": { \"decimal\": \",\" }")
  }

  /// The line of the file on which a row begins, the header being line 1.
  package func lineNumber(ofRow row: Int) -> Int { Int(lines[row]) }

  /// One cell as text.
  package func cell(row: Int, column: String) throws -> String {
    let range = range(row, try position(of: column))
    return text.withUnsafeBufferPointer { string($0[range]) }
  }

  private func string(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    Tables.text(of: UnsafeBufferPointer(rebasing: bytes), encoding: format.encoding ?? .utf8)
  }

  private func position(of name: String) throws -> Int {
    if let position = places[name] { return position }
    let nearest = nearestName(to: name, in: header)
    let known = header.filter { !$0.isEmpty }.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    throw AuditFailure(
      "\(path) has no column '\(name)'",
      hint: nearest.map { "did you mean '\($0)'?" }
        ?? "its columns are \(known)\(header.count > 12 ? ", …" : "")")
  }

  private func range(_ row: Int, _ column: Int) -> Range<Int> {
    let field = row * keptCount + column
    return (field == 0 ? 0 : Int(ends[field - 1]))..<Int(ends[field])
  }
}
