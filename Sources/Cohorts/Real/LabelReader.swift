import AuditModel
import Basics
import Foundation
import Tables

/// Reads finding labels from columns or from one column of joined finding names.
///
/// Every different cell is understood once; ``mappings(ofRows:)`` says how.
struct LabelReader {
  let findings: [String]
  private let columns: [LabelCells]
  /// By finding: the places of the findings whose absence it is.
  private let absences: [[Int]?]

  /// - Parameter absent: Gathers findings and other names that no cell has.
  /// - Throws: ``AuditFailure`` with path, line and column for a cell without a meaning, which lists
  ///   all of its kind with the rule to write.
  init(
    _ specification: RealCohortSpecification, table: Table, rows: [Int], defaultFindings: [String],
    absent: inout AbsentNames
  ) throws {
    let rules = specification.labelRules
    switch specification.labels {
    case .columns(let map):
      // Columns keep the table's order so that reports do not depend on the spec's key order.
      let order = Dictionary(
        table.header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      let sorted = map.sorted {
        (order[$0.value] ?? .max, $0.key) < (order[$1.value] ?? .max, $1.key)
      }
      let names = sorted.map(\.key)
      findings = names
      columns = try sorted.map { finding, column in
        rules.absenceOf[finding] == nil
          ? try LabelCells(
            finding: finding, column: column, meanings: rules.values[finding], table: table,
            rows: rows) : LabelCells(finding: finding)
      }
      absences = names.map { finding in
        rules.absenceOf[finding].map { others in others.compactMap(names.firstIndex) }
      }
    case .list(let column, let separator, let listed):
      findings = listed.isEmpty ? defaultFindings : listed
      columns = try LabelList(
        column: column, separator: separator, findings: findings,
        areDeclared: !listed.isEmpty && specification.findingsMustOccur,
        rules: rules, table: table, rows: rows, absent: &absent
      ).columns
      absences = findings.map { _ in nil }
    }
  }

  /// One label per finding; nil where it is unknown.
  func labels(ofRow row: Int) -> [Bool?] {
    var labels = columns.map { $0.label(ofRow: row) }
    for (place, others) in absences.enumerated() {
      guard let others else { continue }
      let known = others.map { labels[$0] }
      labels[place] =
        known.contains(true) ? false : known.allSatisfy { $0 == false } ? true : nil
    }
    return labels
  }

  /// What the different cells of each column were taken to mean, over the rows read.
  func mappings(ofRows rows: [Int]) -> [ValueMapping] {
    columns.flatMap { $0.mappings(ofRows: rows) }
  }
}

/// The different cells of one finding's column, and what each means.
struct LabelCells {
  let finding: String
  let column: String
  /// The different cells, in order of first appearance, with their labels and words for them.
  let values: [(cell: String, label: Bool?, meaning: String)]
  private let codes: [Int32]

  /// A finding without a column of its own.
  init(finding: String) {
    self.finding = finding
    column = ""
    values = []
    codes = []
  }

  init(
    finding: String, column: String, values: [(cell: String, label: Bool?, meaning: String)],
    codes: [Int32]
  ) {
    self.finding = finding
    self.column = column
    self.values = values
    self.codes = codes
  }

  init(
    finding: String, column: String, meanings: [String: LabelMeaning]?, table: Table, rows: [Int]
  ) throws {
    let (cells, codes) = try table.codes(column)
    let used = Set(rows.map { codes[$0] })
    var unknown: [(cell: String, code: Int32)] = []
    let values = cells.enumerated().map {
      code, cell -> (cell: String, label: Bool?, meaning: String) in
      let found =
        meanings.map { Self.meaning(of: cell, in: $0, table: table) }
        ?? Self.usualMeaning(of: cell, table: table)
      if found == nil, used.contains(Int32(code)) { unknown.append((cell, Int32(code))) }
      switch found {
      case .positive: return (cell, true, "positive")
      case .negative: return (cell, false, "negative")
      case .leaveOut, nil: return (cell, nil, meanings == nil ? "unknown" : "left out")
      }
    }
    if let first = unknown.first, let row = rows.first(where: { codes[$0] == first.code }) {
      throw Self.refusal(
        unknown.map(\.cell), finding: finding, column: column, table: table, row: row,
        hasRules: meanings != nil)
    }
    self.init(finding: finding, column: column, values: values, codes: codes)
  }

  func label(ofRow row: Int) -> Bool? { codes.isEmpty ? nil : values[Int(codes[row])].label }

  func mappings(ofRows rows: [Int]) -> [ValueMapping] {
    guard !codes.isEmpty else { return [] }
    var counts = [Int](repeating: 0, count: values.count)
    for row in rows { counts[Int(codes[row])] += 1 }
    // A list has as many different cells as there are combinations of findings: they are gathered.
    var byMeaning: [ValueMapping] = []
    var place: [String: Int] = [:]
    for (value, count) in zip(values, counts) where count > 0 {
      let key = value.cell + "\u{1F}" + value.meaning
      if let known = place[key] {
        byMeaning[known].rows += count
      } else {
        place[key] = byMeaning.count
        byMeaning.append(
          ValueMapping(
            subject: finding, column: column, value: value.cell, rows: count, meaning: value.meaning
          ))
      }
    }
    return byMeaning
  }

  /// The spec's meaning; a number may be written in another way than in the spec.
  private static func meaning(of cell: String, in meanings: [String: LabelMeaning], table: Table)
    -> LabelMeaning?
  {
    let cell = cell.trimmingCharacters(in: .whitespaces)
    if let meaning = meanings[cell] { return meaning }
    if let number = table.number(cell) {
      for (text, meaning) in meanings where Double(text) == number { return meaning }
    }
    if cell.isEmpty { return meanings[LabelRules.everyOther] == nil ? .leaveOut : nil }
    return meanings[LabelRules.everyOther]
  }

  /// What needs no rule: 1 and 0, plain words, and an empty cell, which is unknown.
  private static func usualMeaning(of cell: String, table: Table) -> LabelMeaning? {
    let cell = cell.trimmingCharacters(in: .whitespaces).lowercased()
    switch cell {
    case "": return .leaveOut
    case "yes", "true", "positive", "present": return .positive
    case "no", "false", "negative", "absent": return .negative
    default:
      switch table.number(cell) {
      case 1: return .positive
      case 0: return .negative
      default: return nil
      }
    }
  }

  private static func refusal(
    _ cells: [String], finding: String, column: String, table: Table, row: Int, hasRules: Bool
  ) -> AuditFailure {
    let shown = cells.prefix(5).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
    let more = cells.count > 5 ? " and \(cells.count - 5) more" : ""
    let key = cells.first.map { String($0.prefix(20)) } ?? ""
    return AuditFailure(
      "\(table.path), line \(table.lineNumber(ofRow: row)), column '\(column)': "
        + "'\((cells.first ?? "").prefix(40))' is not a label"
        + (cells.count > 1 ? " (nor are others of this column: \(shown)\(more))" : ""),
      hint: hasRules
        ? "add it to the \"values\" of '\(finding)', as \"positive\", \"negative\" or \"leave out\""
        : "labels are 0 or 1, empty where unknown; say what others mean: \"labels\": { \"\(finding)\": "
          + "{ \"column\": \"\(column)\", \"values\": { \"1\": \"positive\", \"0\": \"negative\", "
          + "\"\(key)\": \"leave out\" } } }")
  }
}
