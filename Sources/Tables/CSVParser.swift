import Basics

/// Splits comma-separated text into fields, piece by piece; the state lives between pieces.
///
/// RFC 4180: quotes, doubled quotes, commas and line ends inside quotes, CRLF, LF or CR; a byte
/// order mark is skipped, blank lines too.
/// - Throws: ``AuditFailure`` with path and line for a text after a closing quote, a quote that is
///   never closed, a NUL (not a text file), a row whose width is not the header's.
struct CSVParser {
  private enum Place {
    case rowStart, fieldStart, plain, quoted, quoteInQuoted, afterCarriageReturn
  }

  let path: String
  let limits: TableLimits
  /// All fields after each other, header first.
  private(set) var text: [UInt8] = []
  /// Where each field ends in `text`.
  private(set) var ends: [UInt32] = []
  /// The line on which each row begins, header first.
  private(set) var lines: [UInt32] = []
  private(set) var columnCount = 0
  private(set) var isASCII = true

  private var place = Place.rowStart
  private var line: UInt32 = 1
  private var rowLine: UInt32 = 1
  private var quoteLine: UInt32 = 1
  private var rowFirstField = 0
  /// The first three bytes, held back until it is known whether they are a byte order mark.
  private var head: [UInt8] = []

  init(path: String, limits: TableLimits) {
    self.path = path
    self.limits = limits
  }

  mutating func parse(_ piece: UnsafeBufferPointer<UInt8>) throws {
    let missing = min(3 - head.count, piece.count)
    if missing > 0 {
      head.append(contentsOf: piece[..<missing])
      if head.count == 3 { try parseHead() }
    }
    try split(UnsafeBufferPointer(rebasing: piece[missing...]))
  }

  private mutating func parseHead() throws {
    if head.first == 0xfe || head.first == 0xff {
      throw failure(1, "is in UTF-16; save it as UTF-8")
    }
    guard head != [0xef, 0xbb, 0xbf] else { return }
    let bytes = head
    try bytes.withUnsafeBufferPointer { try split($0) }
  }

  private mutating func split(_ piece: UnsafeBufferPointer<UInt8>) throws {
    var i = 0
    while i < piece.count {
      let byte = piece[i]
      if byte == 0 { throw failure(line, "contains a NUL byte; it is not a text file") }
      if byte >= 0x80 { isASCII = false }
      switch place {
      case .afterCarriageReturn:
        place = .rowStart
        if byte == newline { break }
        continue
      case .rowStart:
        rowLine = line
        rowFirstField = ends.count
        if byte == newline {
          line += 1
        } else if byte == carriageReturn {
          line += 1
          place = .afterCarriageReturn
        } else {
          place = .fieldStart
          continue
        }
      case .fieldStart:
        if byte == quote {
          quoteLine = line
          place = .quoted
        } else {
          place = .plain
          continue
        }
      case .plain:
        // Most bytes of a table are here: copy the run up to the next separator at once.
        var end = i
        while end < piece.count, piece[end] != comma, piece[end] != newline,
          piece[end] != carriageReturn, piece[end] != 0
        {
          if piece[end] >= 0x80 { isASCII = false }
          end += 1
        }
        if end > i {
          text.append(contentsOf: UnsafeBufferPointer(rebasing: piece[i..<end]))
          i = end
          continue
        }
        try endField(at: byte)
      case .quoted:
        if byte == quote {
          place = .quoteInQuoted
        } else {
          if byte == newline { line += 1 }
          text.append(byte)
        }
      case .quoteInQuoted:
        if byte == quote {
          text.append(byte)
          place = .quoted
        } else if byte == comma || byte == newline || byte == carriageReturn {
          try endField(at: byte)
        } else {
          throw failure(line, "has text after a closing quote; double the quotes inside a field")
        }
      }
      i += 1
    }
  }

  /// Ends the last row when the text does not end with a line end.
  mutating func finish() throws {
    if head.count < 3 { try parseHead() }
    switch place {
    case .quoted: throw failure(quoteLine, "opens a quote that is never closed")
    case .rowStart, .afterCarriageReturn: break
    case .fieldStart, .plain, .quoteInQuoted: try endField(at: newline)
    }
  }

  private mutating func endField(at separator: UInt8) throws {
    ends.append(UInt32(text.count))
    let width = ends.count - rowFirstField
    if columnCount == 0, width > limits.columns {
      throw failure(rowLine, "has more than \(limits.columns) columns")
    }
    if separator == comma {
      if columnCount > 0, width >= columnCount { throw widthFailure("more than \(columnCount)") }
      place = .fieldStart
      return
    }
    if columnCount == 0 {
      columnCount = width
    } else if width != columnCount {
      throw widthFailure("\(width)")
    }
    lines.append(rowLine)
    line += 1
    place = separator == carriageReturn ? .afterCarriageReturn : .rowStart
  }

  private func widthFailure(_ found: String) -> AuditFailure {
    failure(rowLine, "has \(found) fields but the header has \(columnCount)")
  }

  private func failure(_ line: UInt32, _ what: String) -> AuditFailure {
    AuditFailure("\(path), line \(line): \(what)")
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
