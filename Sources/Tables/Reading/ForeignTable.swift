import Basics

/// Tables in files that are not text, told by their first bytes, with the line that converts them.
enum ForeignTable {
  case parquet, workbook, oldWorkbook, zstandard, xz, bzip2, json, markup

  /// nil when `head` may be text.
  init?(head: UnsafeBufferPointer<UInt8>) {
    let signatures: [(Self, [UInt8])] = [
      (.parquet, Array("PAR1".utf8)), (.workbook, [0x50, 0x4b, 0x03, 0x04]),
      (.oldWorkbook, [0xd0, 0xcf, 0x11, 0xe0]), (.zstandard, [0x28, 0xb5, 0x2f, 0xfd]),
      (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a]), (.bzip2, Array("BZh9".utf8)),
    ]
    if let found = signatures.first(where: { head.starts(with: $0.1) }) {
      self = found.0
    } else if let text = Self.textKind(of: head) {
      self = text
    } else {
      return nil
    }
  }

  /// Text that is no table: a list of objects, or a page that a server sent in a table's place.
  private static func textKind(of head: UnsafeBufferPointer<UInt8>) -> Self? {
    let start = head.prefix(256).filter { $0 > 0x20 }.map { $0 | 0x20 }
    func begins(_ text: String) -> Bool { start.starts(with: text.utf8.map { $0 | 0x20 }) }
    // Brackets alone may be names of columns: [image],[patient].
    if ["[{\"", "{\"", "[[\""].contains(where: begins) { return .json }
    return ["<!doctype", "<html", "<?xml", "<table"].contains(where: begins) ? .markup : nil
  }

  func failure(path: String) -> AuditFailure {
    // A name with quotes could not be pasted into a shell as it is.
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
    }
    let shown = isPlain ? name : "FILE"
    func pandas(_ call: String) -> String {
      "python3 -c \"import pandas; pandas.\(call).to_csv('\(shown).csv', index=False)\""
    }
    let (kind, remedy) =
      switch self {
      case .parquet: ("a Parquet file", pandas("read_parquet('\(shown)')"))
      case .workbook, .oldWorkbook:
        (
          "a spreadsheet or ZIP file",
          "in the spreadsheet program save it as 'CSV UTF-8', or: "
            + pandas("read_excel('\(shown)', dtype=str)")
        )
      case .json: ("JSON", pandas("read_json('\(shown)')"))
      case .markup: ("HTML or XML text", "download the table itself again, as CSV")
      case .zstandard: ("packed by zstd", "unpack it: zstd -d '\(shown)'")
      case .xz: ("packed by xz", "unpack it: xz -dk '\(shown)'")
      case .bzip2: ("packed by bzip2", "unpack it: bzip2 -dk '\(shown)'")
      }
    return AuditFailure(
      "cannot read \(path): it is \(kind); tables are text with commas, packed by gzip or not",
      hint: remedy)
  }
}
