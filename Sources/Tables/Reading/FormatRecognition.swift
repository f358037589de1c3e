import Basics

/// What the first bytes of a table tell about how it is written.
struct FormatRecognition {
  /// Encoding by byte order mark or zero bytes; nil when the text may be of eight-bit units.
  let wide: (isBigEndian: Bool, isCertain: Bool)?
  /// Bytes of the byte order mark.
  let markLength: Int

  init(head: [UInt8], encoding: TableFormat.Encoding?) {
    if head.starts(with: [0xef, 0xbb, 0xbf]) {
      (wide, markLength) = (nil, 3)
    } else if head.starts(with: [0xff, 0xfe]) {
      (wide, markLength) = ((false, true), 2)
    } else if head.starts(with: [0xfe, 0xff]) {
      (wide, markLength) = ((true, true), 2)
    } else {
      markLength = 0
      // Tables are mostly ASCII, every second byte of which is zero in UTF-16.
      let pairs = min(head.count / 2, 256)
      let zeros = (0..<pairs).map { (head[2 * $0] == 0, head[2 * $0 + 1] == 0) }
      let inFirst = zeros.count { $0.0 }
      let inSecond = zeros.count { $0.1 }
      if pairs >= 2, max(inFirst, inSecond) * 10 >= pairs * 7, min(inFirst, inSecond) == 0 {
        wide = (inFirst > 0, false)
      } else {
        wide = encoding == .utf16 ? (false, false) : nil
      }
    }
  }

  /// Excel's first line `sep=;`, with the length of the line.
  static func separatorLine(_ text: ArraySlice<UInt8>)
    -> (separator: TableFormat.Separator?, length: Int)?
  {
    var bytes = Array(text.prefix(16))
    var quotes = 0
    // Some programs quote the line.
    if bytes.first == UInt8(ascii: "\"") {
      bytes.removeFirst()
      quotes = 1
    }
    guard bytes.count >= 5,
      bytes.prefix(4).map({ $0 | 0x20 }).elementsEqual([0x73, 0x65, 0x70, 0x3d])
    else { return nil }
    var length = 5
    if quotes == 1 {
      guard bytes.count > length, bytes[length] == UInt8(ascii: "\"") else { return nil }
      length += 1
    }
    guard bytes.count > length else { return nil }
    let separator = TableFormat.Separator.allCases.first { $0.byte == bytes[4] }
    switch bytes[length] {
    case 0x0a: return (separator, quotes + length + 1)
    case 0x0d:
      let isPair = bytes.count > length + 1 && bytes[length + 1] == 0x0a
      return (separator, quotes + length + (isPair ? 2 : 1))
    default: return nil
    }
  }

  /// The separator whose columns the first lines agree on.
  ///
  /// The bar also joins the findings of a list, so it counts only where nothing else does.
  /// - Throws: ``AuditFailure`` when the lines agree on two of them.
  static func agreedSeparator(of text: ArraySlice<UInt8>, isWhole: Bool, path: String) throws
    -> TableFormat.Separator
  {
    let candidates: [TableFormat.Separator] =
      path.lowercased().contains(".tsv")
      ? [.tab, .comma, .semicolon, .pipe] : [.comma, .semicolon, .tab, .pipe]
    let widths = candidates.map { Self.widths(of: text, separator: $0.byte, isWhole: isWhole) }
    let inHeader = candidates.indices.filter { (widths[$0].first ?? 1) > 1 }
    let agreed = inHeader.filter { Set(widths[$0]).count == 1 && candidates[$0] != .pipe }
    // The name says which, where the lines leave it open.
    if candidates[0] == .tab, agreed.first == 0 { return .tab }
    if agreed.count > 1 {
      let words = agreed.map { candidates[$0].inWords }.joined(separator: " or ")
      throw AuditFailure(
        "\(path), line 1: columns may be separated by \(words)",
        hint: "say which beside the table's name: \"format\": { \"separator\": "
          + "\"\(candidates[agreed[0]].rawValue)\" }")
    }
    return (agreed.first ?? inHeader.first).map { candidates[$0] } ?? candidates[0]
  }

  /// How many fields each of the first records has; a record that the head cuts is left out.
  private static func widths(of text: ArraySlice<UInt8>, separator: UInt8, isWhole: Bool) -> [Int] {
    var widths: [Int] = []
    var width = 1
    var isQuoted = false
    var isEmpty = true
    for byte in text {
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        isEmpty = false
      } else if isQuoted {
        continue
      } else if byte == 0x0a || byte == 0x0d {
        if !isEmpty { widths.append(width) }
        (width, isEmpty) = (1, true)
        if widths.count == 50 { return widths }
      } else {
        isEmpty = false
        if byte == separator { width += 1 }
      }
    }
    if isWhole || widths.isEmpty, !isEmpty { widths.append(width) }
    return widths
  }
}
