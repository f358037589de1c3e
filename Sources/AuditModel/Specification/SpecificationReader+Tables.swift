import Basics

extension SpecificationReader {
  /// `"format": { "separator", "decimal", "encoding" }` beside a table's name; what is not named is
  /// recognised from the file.
  func readFormat(_ object: ObjectReader) -> TableFormat {
    guard let format = object.object("format") else { return TableFormat() }
    format.allowOnly(["separator", "decimal", "encoding"])
    var named = TableFormat()
    named.separator =
      if case .string("\t")? = format.member("separator")?.content { .tab } else {
        format.choice("separator", TableFormat.Separator.self)
      }
    named.decimal = format.choice("decimal", TableFormat.Decimal.self)
    if case .string(let name)? = format.member("encoding")?.content,
      let known = Self.encodings[name.lowercased()]
    {
      named.encoding = known
    } else {
      named.encoding = format.choice("encoding", TableFormat.Encoding.self)
    }
    return named
  }

  /// The names that programs write.
  private static let encodings: [String: TableFormat.Encoding] = [
    "utf8": .utf8, "utf-8": .utf8, "utf-8-sig": .utf8, "utf16": .utf16, "utf-16": .utf16,
    "utf-16le": .utf16, "utf-16be": .utf16, "windows-1252": .windows1252, "cp1252": .windows1252,
    "iso-8859-1": .latin1, "latin1": .latin1, "latin-1": .latin1,
  ]
}
