import AuditModel
import Basics
import Foundation
import Tables

/// The ages of a real table, in years.
struct AgeColumn {
  private let rule: AgeRule
  private let table: Table
  private let ages: (values: [String], codes: [Int32])
  /// By different cell: its age and what it was taken as; nil for a text that is no age.
  private let readings: [(years: Double, meaning: String?)?]
  private let anchors: (values: [String], codes: [Int32])?
  private let dates: (values: [String], codes: [Int32])?

  init(_ rule: AgeRule, table: Table) throws {
    self.rule = rule
    self.table = table
    ages = try table.codes(rule.column ?? rule.birthColumn ?? "")
    readings = ages.values.map { Self.reading(of: $0, number: table.number) }
    anchors = try rule.anchorYearColumn.map { try table.codes($0) }
    dates = try rule.studyDateColumn.map { try table.codes($0) }
  }

  /// A row's cells by number, as far as its age depends on them.
  func code(ofRow row: Int) -> Int32? { dates == nil ? ages.codes[row] : nil }

  /// The age of a row; nil where it is unknown, or impossible and left out.
  ///
  /// - Throws: ``AuditFailure`` with path, line and column for a cell that is no age, and for an
  ///   impossible one where the spec refuses them.
  func years(ofRow row: Int) throws -> Double? {
    let text = ages.values[Int(ages.codes[row])]
    var years: Double
    if let dates {
      guard
        let study = try year(
          of: dates.values[Int(dates.codes[row])], row: row, column: rule.studyDateColumn)
      else { return nil }
      if rule.birthColumn != nil {
        guard let birth = try year(of: text, row: row, column: rule.birthColumn) else {
          return nil
        }
        years = study - birth
      } else {
        guard let own = readings[Int(ages.codes[row])] else {
          return try unreadable(text, row: row)
        }
        guard let anchors,
          let anchor = try year(
            of: anchors.values[Int(anchors.codes[row])], row: row, column: rule.anchorYearColumn)
        else { return nil }
        years = own.years + study - anchor
      }
    } else {
      guard let own = readings[Int(ages.codes[row])] else {
        return try unreadable(text, row: row)
      }
      years = own.years
    }
    guard years >= 0, years <= rule.limit else {
      if rule.impossible == .leaveOut { return nil }
      throw AuditFailure(
        "\(place(row)): \(Self.inWords(years)) is not an age in years between 0 and "
          + Self.inWords(rule.limit),
        hint:
          "correct the row, leave the cell empty where the age is unknown, or leave such ages out: "
          + "\"age\": { \"column\": \"\(rule.columns[0])\", \"impossible\": \"leave out\" }")
    }
    return years
  }

  /// What was not a plain number of years, gathered by kind, and what was left out.
  func mappings(ofRows rows: [Int]) throws -> [ValueMapping] {
    var counts: [(key: String, mapping: ValueMapping)] = []
    func add(_ key: String, _ value: String, _ meaning: String) {
      if let place = counts.firstIndex(where: { $0.key == key }) {
        counts[place].mapping.rows += 1
      } else {
        counts.append(
          (
            key,
            ValueMapping(
              subject: "age", column: rule.columns[0], value: value, rows: 1, meaning: meaning)
          ))
      }
    }
    for row in rows {
      let code = Int(ages.codes[row])
      // Most cells are plain numbers of years, of which there is nothing to tell.
      if dates == nil, let plain = readings[code], plain.meaning == nil,
        (0...rule.limit).contains(plain.years)
      {
        continue
      }
      let text = ages.values[code]
      if try years(ofRow: row) == nil {
        let isBlank = Self.isUnknown(text) || rule.studyDateColumn != nil
        add(
          isBlank ? "unknown" : "impossible", isBlank ? "" : "impossible ages",
          isBlank ? "unknown" : "left out")
      } else if rule.birthColumn != nil {
        add("birth", "year of birth", "years from birth to study, whole")
      } else if rule.anchorYearColumn != nil {
        add("anchor", "age in an anchor year", "years moved to the year of the study")
      } else if let meaning = readings[Int(ages.codes[row])]?.meaning {
        add(meaning, "such as \(text)", meaning)
      }
    }
    return counts.map(\.mapping)
  }

  /// The year of a cell; nil where it says that nothing is known.
  /// - Throws: ``AuditFailure`` for a date without a year of four digits, such as a spreadsheet's serial
  ///   number, which would make every age unknown in silence.
  private func year(of text: String, row: Int, column: String?) throws -> Double? {
    if let year = Self.year(of: text) { return year }
    if Self.isUnknown(text) { return nil }
    throw AuditFailure(
      "\(table.path), line \(table.lineNumber(ofRow: row)), column '\(column ?? "")': "
        + "'\(text.prefix(60))' is no date with a year of four digits",
      hint:
        "write dates as 2019-06-13 or 20190613, or years alone; leave the cell empty where it is "
        + "unknown")
  }

  /// A sentence where ages of 0 seem to stand for unknown ones; nil where they do not.
  ///
  /// - Parameter ages: In years; only those that are known.
  static func doubtfulZeros(_ ages: [Double]) -> String? {
    let zeros = ages.count { $0 == 0 }
    let children = ages.count { $0 > 0 && $0 < 18 }
    guard zeros >= 3, Double(zeros) >= 0.02 * Double(ages.count), zeros > 2 * children else {
      return nil
    }
    return
      "\(zeros) of \(ages.count) ages are 0, and \(children) lie between 1 and 17: if 0 stands for "
      + "an unknown age, these images are in the wrong group; leave such cells empty."
  }

  private func unreadable(_ text: String, row: Int) throws -> Double? {
    if Self.isUnknown(text) { return nil }
    throw AuditFailure(
      "\(place(row)): '\(text.prefix(60))' is not a number",
      hint: "ages are years, '058Y', '012M' or '90+'; leave the cell empty where there is no value")
  }

  private func place(_ row: Int) -> String {
    "\(table.path), line \(table.lineNumber(ofRow: row)), column '\(rule.columns[0])'"
  }

  static func inWords(_ years: Double) -> String {
    years == years.rounded() ? String(Int(years)) : String(years)
  }

  private static func isUnknown(_ text: String) -> Bool {
    ["", "-", "na", "n/a", "nan", "null", "none", "unknown", "missing"].contains(
      text.trimmingCharacters(in: .whitespaces).lowercased())
  }

  /// An age as tables write it, and what it was taken as where it is not a plain number of years.
  static func reading(of text: String, number: (String) -> Double?) -> (
    years: Double, meaning: String?
  )? {
    let text = text.trimmingCharacters(in: .whitespaces).lowercased()
    if let years = number(text) { return (years, nil) }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let rest = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
    if let value = Double(digits) {
      switch rest {
      case "y", "yr", "yrs", "year", "years": return (value, "years")
      case "m", "mo", "month", "months": return (value / 12, "months")
      case "w", "week", "weeks": return (value * 7 / 365.25, "weeks")
      case "d", "day", "days": return (value / 365.25, "days")
      case "+", "or more", "and over", "or older", "and older":
        return (value, "this age or more: its lowest")
      default:
        guard rest.hasPrefix("-"), let upper = Double(rest.dropFirst()), upper >= value else {
          return nil
        }
        return (value, "a range: its lowest age")
      }
    }
    for (sign, step) in [(">=", 0.0), ("≥", 0), (">", 1)] where text.hasPrefix(sign) {
      let bound = text.dropFirst(sign.count).trimmingCharacters(in: .whitespaces)
      return Double(bound).map { ($0 + step, "this age or more: its lowest") }
    }
    return nil
  }

  /// The year of a date: `1938`, `20150613`, `2015-06-13`, `13/06/2015`, each with a fraction of zeros.
  static func year(of text: String) -> Double? {
    let text = text.trimmingCharacters(in: .whitespaces)
    let groups = text.split { !($0.isASCII && $0.isNumber) }
    guard let group = groups.first(where: { $0.count == 4 || $0.count == 8 }) else { return nil }
    return Double(group.prefix(4))
  }
}
