import Foundation

@testable import Reporting

/// Reads tables and numbers back from the formats that a report is written in.
enum FormatReading {
  /// Cells of each table's body and head, tags removed; badge shapes are pictures on the page.
  static func htmlTables(_ page: String) -> [[String]] {
    page.components(separatedBy: "<table").dropFirst().map { part in
      let table = part.components(separatedBy: "</table>")[0]
      return table.matches(of: /<t[hd]([^>]*)>(.*?)<\/t[hd]>/.dotMatchesNewlines())
        .filter { !$0.1.contains("rowgroup") && !$0.1.contains("class=\"plot\"") }
        .map {
          words(String($0.2.replacing(/<[^>]*>/, with: ""))).replacing(#/^[▲■●◆○] /#, with: "")
        }
    }
  }

  static func markdownTables(_ text: String) -> [[String]] {
    var tables: [[String]] = []
    var lines: [String] = []
    for line in text.components(separatedBy: "\n") + [""] {
      if line.hasPrefix("|") {
        lines.append(line)
      } else if !lines.isEmpty {
        if !lines[0].hasPrefix("| Arm | Image") { tables.append(cells(lines)) }
        lines = []
      }
    }
    return tables
  }

  static func cells(_ lines: [String]) -> [String] {
    let hasBands = lines[0].hasPrefix("|  |")
    return lines.enumerated().filter { $0.offset != 1 }.flatMap { _, line in
      let parts = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
      return parts.dropFirst(hasBands ? 1 : 0).map { cell in
        words(
          cell.replacing(/\[([^\]]*)\]\(#[a-z0-9-]+\)/) { String($0.1) }
            .replacing(#/^[▲■●◆○] /#, with: "").replacing("`", with: "")
            .replacing(/\\(.)/) { String($0.1) })
      }
    }
  }

  static func words(_ text: String) -> String {
    let plain = text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    return plain.trimmingCharacters(in: .whitespaces)
  }

  static func numbers(_ cell: String) -> [String] {
    cell.replacing("\u{A0}×\u{A0}10", with: "e").replacing(",", with: "")
      .matches(of: /[−+]?\d+(?:\.\d+)?(?:e[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?/).map { String($0.0) }
  }

  static func normalized(_ field: String) -> String {
    let parts = field.components(separatedBy: "e")
    let mantissa = parts[0].replacing("-", with: NumberText.minus)
    guard parts.count == 2, let exponent = Int(parts[1]) else { return mantissa }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return mantissa + "e" + (exponent < 0 ? "⁻" : "")
      + String(String(exponent.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] })
  }

  static func csvFields(_ text: String) -> [String] {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted, "\n" where !isQuoted:
        fields.append(field)
        field = ""
      default: field.append(character)
      }
    }
    return fields + [field]
  }
}

extension FormatReading {
  /// The rows of a CSV text; the first one is the header.
  static func csvRows(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        row.append(field)
        field = ""
      case "\n" where !isQuoted:
        rows.append(row + [field])
        (row, field) = ([], "")
      default: field.append(character)
      }
    }
    return rows
  }

  /// The tables of a page, head to foot, by their identifiers.
  static func htmlTables(byIdentifierIn page: String) -> [String: String] {
    var tables: [String: String] = [:]
    for part in page.components(separatedBy: "<table id=\"").dropFirst() {
      let identifier = String(part.prefix { $0 != "\"" })
      tables[identifier] = part.components(separatedBy: "</table>")[0]
    }
    return tables
  }

  /// The body rows of a table, without those that only name a band.
  static func bodyRows(of table: String?) -> [[String]] {
    (table ?? "").components(separatedBy: "<tr").dropFirst().compactMap { row in
      let cells = row.matches(of: /<t[hd]([^>]*)>(.*?)<\/t[hd]>/.dotMatchesNewlines())
        .filter { !$0.1.contains("class=\"plot\"") || $0.1.contains("scope") }
      if cells.isEmpty { return nil }
      guard !cells.contains(where: { $0.1.contains("scope=\"col\"") || $0.1.contains("rowgroup") })
      else { return nil }
      return cells.map { words(String($0.2.replacing(/<[^>]*>/, with: ""))) }
    }
  }

  /// A number as written, and how far the number it was rounded from can be away.
  static func value(_ text: String) -> (number: Double, tolerance: Double)? {
    var plain = text.replacing(NumberText.minus, with: "-")
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    if let e = plain.firstIndex(of: "e") {
      plain =
        String(plain[...e])
        + plain[plain.index(after: e)...].map { character in
          character == "⁻"
            ? "-" : digits.firstIndex(of: character).map(String.init) ?? String(character)
        }.joined()
    }
    guard let number = Double(plain) else { return nil }
    let parts = plain.components(separatedBy: "e")
    let decimals =
      parts[0].firstIndex(of: ".").map { parts[0].distance(from: $0, to: parts[0].endIndex) - 1 }
      ?? 0
    let exponent = parts.count == 2 ? Double(parts[1]) ?? 0 : 0
    // Half a unit of the last digit, plus what binary rounding adds.
    let unit = Foundation.pow(10, exponent - Double(decimals))
    return (number, unit * 0.5 + abs(number) * 1e-12)
  }
}
