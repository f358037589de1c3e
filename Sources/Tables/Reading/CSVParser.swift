import Basics

/// Splits separated text into fields, piece by piece; the state lives between pieces.
///
/// RFC 4180: quotes, doubled quotes, separators and line ends inside quotes, CRLF, LF or CR; blank
/// lines are skipped. Only the cells of the columns asked for are kept.
/// - Throws: ``AuditFailure`` with path and line for a text after a closing quote, a quote that is
///   never closed, a NUL (not a text file), a row whose width is not the header's, and what is
///   beyond the limits.
struct CSVParser {
  private enum Place {
    case rowStart, fieldStart, plain, quoted, quoteInQuoted, afterCarriageReturn
  }

  let path: String
  let limits: TableLimits
  /// The bytes of each column name.
  private(set) var header: [[UInt8]] = []
  /// All kept cells after each other.
  private(set) var text: [UInt8] = []
  /// Where each kept cell ends in `text`.
  private(set) var ends: [UInt32] = []
  /// The line on which each row begins.
  private(set) var lines: [UInt32] = []
  /// Rows that have separators and nothing else, which spreadsheets write below a table.
  private(set) var emptyRows = 0
  private(set) var check = UTF8Check()

  private let separator: UInt8
  private let mustBeUTF8: Bool
  private let keeps: ([UInt8]) -> Bool
  /// By column; set when the header has been read.
  private var isKept: [Bool] = []
  private var keptCount = 0

  private var place = Place.rowStart
  private var line: UInt32
  private var rowLine: UInt32
  private var quoteLine: UInt32 = 1
  /// Fields of the current row that have ended.
  private var width = 0
  /// Whether the current row has text, or quotes that say that there is none.
  private var hasText = false
  private var rowStart = (text: 0, ends: 0)
  /// Whether the current field is kept, and its bytes so far.
  private var keepsField = true
  private var fieldBytes = 0

  /// - Parameters:
  ///   - firstLine: Number of the header's line.
  ///   - mustBeUTF8: Refuses other text at once.
  ///   - keeps: Which columns are kept, by the bytes of their names.
  init(
    path: String, limits: TableLimits, separator: UInt8, firstLine: UInt32, mustBeUTF8: Bool,
    keeps: @escaping ([UInt8]) -> Bool
  ) {
    self.path = path
    self.limits = limits
    self.separator = separator
    self.mustBeUTF8 = mustBeUTF8
    self.keeps = keeps
    line = firstLine
    rowLine = firstLine
  }

  mutating func parse(_ piece: UnsafeBufferPointer<UInt8>) throws {
    try split(piece)
    if mustBeUTF8, let broken = check.brokenLine {
      throw failure(broken, "the text is not UTF-8; save the file as UTF-8")
    }
  }

  private mutating func split(_ piece: UnsafeBufferPointer<UInt8>) throws {
    var i = 0
    while i < piece.count {
      let byte = piece[i]
      if byte == 0 { throw failure(line, "contains a NUL byte; it is not a text file") }
      switch place {
      case .afterCarriageReturn:
        place = .rowStart
        if byte == newline { break }
        continue
      case .rowStart:
        rowLine = line
        width = 0
        hasText = false
        rowStart = (text.count, ends.count)
        guard byte == newline || byte == carriageReturn else {
          place = .fieldStart
          continue
        }
        line += 1
        if byte == carriageReturn { place = .afterCarriageReturn }
      case .fieldStart:
        beginField()
        if byte == quote {
          quoteLine = line
          hasText = true
          place = .quoted
        } else {
          place = .plain
          continue
        }
      case .plain:
        // Most bytes of a table are here: take the run up to the next separator at once.
        let end = try takeRun(of: piece, from: i) { [separator] in
          $0 == separator || $0 == newline || $0 == carriageReturn
        }
        if end > i {
          i = end
          continue
        }
        try endField(at: byte)
      case .quoted:
        if byte == quote {
          place = .quoteInQuoted
        } else if byte == newline {
          // A line end belongs to the text and to the count of lines.
          try take(UnsafeBufferPointer(rebasing: piece[i...i]), isASCII: true)
          line += 1
        } else {
          i = try takeRun(of: piece, from: i) { $0 == quote || $0 == newline }
          continue
        }
      case .quoteInQuoted: try followQuote(by: byte)
      }
      i += 1
    }
  }

  /// Takes the bytes from `start` up to one that ends the run, or a NUL.
  ///
  /// - Returns: Where the run ends.
  @inline(__always)
  private mutating func takeRun(
    of piece: UnsafeBufferPointer<UInt8>, from start: Int, until isEnd: (UInt8) -> Bool
  ) throws -> Int {
    var end = start
    var high: UInt8 = 0
    while end < piece.count, !isEnd(piece[end]), piece[end] != 0 {
      high |= piece[end]
      end += 1
    }
    if end > start {
      try take(UnsafeBufferPointer(rebasing: piece[start..<end]), isASCII: high < 0x80)
    }
    return end
  }

  /// A quote inside quotes ends the field, unless another one follows.
  private mutating func followQuote(by byte: UInt8) throws {
    if byte == quote {
      try withUnsafePointer(to: byte) {
        try take(UnsafeBufferPointer(start: $0, count: 1), isASCII: true)
      }
      place = .quoted
    } else if byte == separator || byte == newline || byte == carriageReturn {
      try endField(at: byte)
    } else {
      throw failure(line, "has text after a closing quote; double the quotes inside a field")
    }
  }

  private mutating func beginField() {
    keepsField = isKept.isEmpty || (width < isKept.count && isKept[width])
    fieldBytes = 0
  }

  /// Ends the last row when the text does not end with a line end.
  mutating func finish() throws {
    switch place {
    case .quoted: throw failure(quoteLine, "opens a quote that is never closed")
    case .rowStart, .afterCarriageReturn: break
    case .fieldStart:
      beginField()
      try endField(at: newline)
    case .plain, .quoteInQuoted: try endField(at: newline)
    }
  }

  private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) throws {
    fieldBytes += bytes.count
    hasText = true
    guard fieldBytes <= limits.cellBytes else {
      throw failure(
        place == .quoted ? quoteLine : line,
        "has a cell of more than \(limits.cellBytes) bytes"
          + (place == .quoted ? "; is its quote never closed?" : ""))
    }
    if !isASCII || check.isPending {
      for byte in bytes { check.take(byte, line: line) }
    }
    if keepsField { text.append(contentsOf: bytes) }
  }

  private mutating func endField(at end: UInt8) throws {
    if check.isPending { check.endField(line: line) }
    width += 1
    if isKept.isEmpty {
      guard width <= limits.columns else {
        throw failure(rowLine, "has more than \(limits.columns) columns")
      }
      header.append(text)
      text.removeAll(keepingCapacity: true)
    } else if keepsField {
      ends.append(UInt32(text.count))
    }
    if end == separator {
      if !isKept.isEmpty, width >= isKept.count {
        throw widthFailure("more than \(isKept.count)")
      }
      place = .fieldStart
      return
    }
    try endRow()
    line += 1
    place = end == carriageReturn ? .afterCarriageReturn : .rowStart
  }

  private mutating func endRow() throws {
    if isKept.isEmpty {
      isKept = header.map(keeps)
      keptCount = isKept.count { $0 }
      return
    }
    if !hasText, isKept.count > 1, width <= isKept.count {
      emptyRows += 1
      text.removeSubrange(rowStart.text...)
      ends.removeSubrange(rowStart.ends...)
      return
    }
    guard width == isKept.count else { throw widthFailure("\(width)") }
    guard lines.count < limits.rows else {
      throw failure(rowLine, "has more than \(limits.rows) rows above it, the most accepted")
    }
    lines.append(rowLine)
    guard text.count + 4 * (ends.count + lines.count) <= limits.keptBytes else {
      throw failure(
        rowLine,
        "its cells would take more than the \(limits.keptBytes) bytes of memory accepted for a table"
      )
    }
  }

  private func widthFailure(_ found: String) -> AuditFailure {
    // A title or a comment above the names is the usual cause of a header of one column.
    guard isKept.count == 1, let only = header.first else {
      return failure(rowLine, "has \(found) fields but the header has \(isKept.count)")
    }
    let shown = String(decoding: only.prefix(60), as: UTF8.self)
    return AuditFailure(
      "\(path), line \(rowLine): has \(found) fields but the header has 1, '\(shown)'",
      hint: "the names of the columns must come first; remove the lines above them")
  }

  private func failure(_ line: UInt32, _ what: String) -> AuditFailure {
    AuditFailure("\(path), line \(line): \(what)")
  }
}

private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
