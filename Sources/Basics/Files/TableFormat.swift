/// How the text of a table is written; what is nil is recognised from the file itself.
package struct TableFormat: Sendable, Hashable {
  package enum Separator: String, Sendable, CaseIterable {
    case comma = ","
    case semicolon = ";"
    case tab = "tab"
    case pipe = "|"

    package var byte: UInt8 {
      switch self {
      case .comma: 0x2c
      case .semicolon: 0x3b
      case .tab: 0x09
      case .pipe: 0x7c
      }
    }

    /// For sentences: `commas`.
    package var inWords: String {
      switch self {
      case .comma: "commas"
      case .semicolon: "semicolons"
      case .tab: "tabs"
      case .pipe: "vertical bars"
      }
    }
  }

  package enum Decimal: String, Sendable, CaseIterable {
    case point = "."
    case comma = ","
  }

  package enum Encoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    /// Either byte order; without a mark the zero bytes tell which.
    case utf16 = "utf-16"
    case windows1252 = "windows-1252"
    case latin1 = "iso-8859-1"
  }

  package var separator: Separator?
  package var decimal: Decimal?
  package var encoding: Encoding?

  package init(
    separator: Separator? = nil, decimal: Decimal? = nil, encoding: Encoding? = nil
  ) {
    self.separator = separator
    self.decimal = decimal
    self.encoding = encoding
  }
}
