import AuditModel
import Basics
import Foundation
import Tables

/// A column of joined finding names, understood once for every different cell.
///
/// Words are trimmed and compared without regard to capital letters. Cells that are Python lists
/// (`['effusion', 'edema']`) are split as such whatever the separator.
struct LabelList {
  /// One per finding.
  let columns: [LabelCells]

  /// - Parameters:
  ///   - areDeclared: Whether the spec lists the findings, so that each must occur.
  ///   - absent: Gathers declared findings that no cell names, and any name that none has while a
  ///     similar word occurs that the spec does not know.
  /// - Throws: ``AuditFailure`` with path, line and column for a cell that names "no finding" beside
  ///   a finding, and one that is joined by another sign.
  init(
    column: String, separator: String, findings: [String], areDeclared: Bool, rules: LabelRules,
    table: Table, rows: [Int], absent: inout AbsentNames
  ) throws {
    let (cells, codes) = try table.codes(column)
    let used = Set(rows.map { codes[$0] })
    let none = Set(rules.noFinding.map(Self.folded))
    let words = findings.map { Set(([$0] + (rules.synonyms[$0] ?? [])).map(Self.folded)) }
    var seen: Set<String> = []
    var lists: [Set<String>?] = []
    for (code, cell) in cells.enumerated() {
      let list = Self.words(of: cell, separator: separator)
      lists.append(list.isEmpty ? nil : list)
      guard used.contains(Int32(code)) else { continue }
      seen.formUnion(list)
      func refuse(_ problem: String, _ hint: String) -> AuditFailure {
        let row = rows.first { codes[$0] == Int32(code) } ?? 0
        return AuditFailure(
          "\(table.path), line \(table.lineNumber(ofRow: row)), column '\(column)': "
            + "'\(cell.prefix(60))' \(problem)", hint: hint)
      }
      if !none.isDisjoint(with: list),
        words.contains(where: { !$0.subtracting(none).isDisjoint(with: list) })
      {
        throw refuse(
          "names a finding and says that there is none",
          "correct the row, or leave it out by 'real.where'")
      }
      if let sign = Self.otherSeparator(in: list, separator: separator, findings: words) {
        throw refuse(
          "seems to be joined by '\(sign)', not by '\(separator)'",
          "say so under real.columns.labels: \"separator\": \"\(sign)\"")
      }
    }
    absent.labels += Self.misspelt(
      findings, words, areDeclared: areDeclared, none: none, seen: seen, column: column,
      table: table)
    columns = zip(findings, words).map { finding, own in
      LabelCells(
        finding: finding, column: column,
        values: lists.map { list -> (cell: String, label: Bool?, meaning: String) in
          guard let list else {
            return rules.blankList == .negative ? ("", false, "negative") : ("", nil, "unknown")
          }
          return own.isDisjoint(with: list)
            ? ("(others)", false, "negative") : (finding, true, "positive")
        }, codes: codes)
    }
  }

  private static func folded(_ word: String) -> String {
    word.trimmingCharacters(in: .whitespaces).lowercased()
  }

  private static func words(of cell: String, separator: String) -> Set<String> {
    let text = cell.trimmingCharacters(in: .whitespaces)
    let parts =
      text.hasPrefix("[") && text.hasSuffix("]")
      ? pythonList(text) : text.components(separatedBy: separator)
    let words = Set(parts.map(folded).filter { !$0.isEmpty })
    return words.isSubset(of: ["nan", "n/a", "none", "null"]) ? [] : words
  }

  /// The texts of a Python list of texts; what stands outside quotes counts too.
  private static func pythonList(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var quote: Character?
    var isEscaped = false
    for sign in text.dropFirst().dropLast() {
      if isEscaped {
        part.append(sign)
        isEscaped = false
      } else if sign == "\\", quote != nil {
        isEscaped = true
      } else if let open = quote {
        if sign == open { quote = nil } else { part.append(sign) }
      } else if sign == "'" || sign == "\"" {
        quote = sign
      } else if sign == "," {
        parts.append(part)
        part = ""
      } else {
        part.append(sign)
      }
    }
    return parts + [part]
  }

  /// A sign that joins the name of a finding to something else within one word.
  private static func otherSeparator(
    in list: Set<String>, separator: String, findings: [Set<String>]
  ) -> Character? {
    for word in list {
      for sign in [",", ";", "|", "/", "\t"] as [Character] where word.contains(sign) {
        guard String(sign) != separator, !findings.contains(where: { $0.contains(word) }) else {
          continue
        }
        let parts = word.split(separator: sign).map { folded(String($0)) }
        if parts.count > 1,
          parts.contains(where: { part in findings.contains { $0.contains(part) } })
        {
          return sign
        }
      }
    }
    return nil
  }

  /// A finding that no cell names has no positive case; a similar word says that it is misspelt.
  private static func misspelt(
    _ findings: [String], _ words: [Set<String>], areDeclared: Bool, none: Set<String>,
    seen: Set<String>, column: String, table: Table
  ) -> [AuditFailure] {
    var faults: [AuditFailure] = []
    // The similar word may be another name of this very list.
    let strange = seen.subtracting(words.reduce(none) { $0.union($1) }).sorted()
    for (finding, own) in zip(findings, words) where own.isDisjoint(with: seen) {
      if let nearest = nearestName(to: folded(finding), in: strange) {
        faults.append(
          AuditFailure(
            "\(table.path): no cell of the column '\(column)' names '\(finding)', but some name "
              + "'\(nearest.prefix(60))'",
            hint: "if they are the same, say so under real.columns.labels: \"synonyms\": "
              + "{ \"\(finding)\": [\"\(nearest.prefix(60))\"] }"))
        continue
      }
      guard areDeclared else { continue }
      let named = seen.sorted().prefix(12).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
      faults.append(
        AuditFailure(
          "\(table.path): no cell of the column '\(column)' names '\(finding)', which the spec lists, "
            + "so it would have no positive case",
          hint: "take it off the list of findings, or correct its name; the column names \(named)"))
    }
    // A finding without a cell of its own is told above; here its other names, and words for none.
    let told = zip(findings, words).filter { $1.isDisjoint(with: seen) }.map { Self.folded($0.0) }
    for name in none.union(words.flatMap { $0 }).subtracting(seen).subtracting(told).sorted() {
      guard let nearest = nearestName(to: name, in: strange) else { continue }
      faults.append(
        AuditFailure(
          "\(table.path): no cell of the column '\(column)' has '\(name.prefix(60))', which "
            + "real.columns.labels names, but some have '\(nearest.prefix(60))'",
          hint: "correct it under \"synonyms\" or \"noFinding\""))
    }
    return faults
  }
}
