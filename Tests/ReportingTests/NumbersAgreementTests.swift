import AuditModel
import Foundation
import Testing

@testable import Reporting

/// Every number of `report.json` stands in its place in the CSV files, and every number of the page
/// comes from `report.json`. (Page and Markdown are compared cell by cell in ``AgreementTests``.)
@Suite struct NumbersAgreementTests {
  static let reports = [NamedReport.quickstart, .fourteenFindings]

  /// Table name to the rows of `report.json` that it holds.
  private func rows(of name: String, in root: [String: Any]) -> [[String: Any]] {
    let value: Any? =
      name == "rebalancing" ? (root[name] as? [String: Any])?["cells"] : root[name]
    return value as? [[String: Any]] ?? []
  }

  private func camelCase(_ field: String) -> String {
    let parts = field.split(separator: "_")
    return String(parts[0])
      + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The JSON path of a CSV column in a row, such as `["sensitivity", "lower"]`.
  private func path(of field: String, in row: [String: Any]) -> [String] {
    let key = camelCase(field)
    if row[key] is [String: Any] { return [key, "estimate"] }
    for limit in ["lower", "upper"] where field.hasSuffix("_" + limit) {
      let parent = camelCase(String(field.dropLast(limit.count + 1)))
      // Where a number came first and its limits later, they stand in a value of their own.
      for name in [parent, parent + "Interval"] where row[name] is [String: Any] {
        return [name, limit]
      }
    }
    return [key]
  }

  private func number(_ path: [String], in row: [String: Any]) -> Double? {
    var value: Any? = row
    for key in path { value = (value as? [String: Any])?[key] }
    guard let number = value as? NSNumber, !isBoolean(number) else { return nil }
    return number.doubleValue
  }

  private func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }

  /// Paths of all numbers in a row, lists left out.
  private func numericPaths(_ row: [String: Any], under prefix: [String] = []) -> [[String]] {
    row.flatMap { key, value -> [[String]] in
      if let inner = value as? [String: Any] { return numericPaths(inner, under: prefix + [key]) }
      guard let number = value as? NSNumber, !isBoolean(number) else { return [] }
      return [prefix + [key]]
    }
  }

  private func root(_ report: AuditReport) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(try encodeReportJSON(report).utf8))
    return try #require(object as? [String: Any])
  }

  @Test(arguments: reports)
  func everyNumberOfTheJSONStandsInItsPlaceInTheFiles(_ sample: NamedReport) throws {
    let report = sample.report
    let root = try root(report)
    var compared = 0
    for name in [
      "overall", "subgroups", "comparisons", "verdicts", "counterfactual", "placebos", "gates",
      "rebalancing", "cohorts",
    ] {
      let file = try #require(try CSVTables.all(report).first { $0.name == name + ".csv" })
      let table = FormatReading.csvRows(file.content)
      let expected = rows(of: name, in: root)
      #expect(table.count == expected.count + 1, "\(name)")
      for (cells, row) in zip(table.dropFirst(), expected) {
        var missing = Set(numericPaths(row))
        for (field, cell) in zip(table[0], cells) {
          let path = path(of: field, in: row)
          guard let exact = number(path, in: row) else { continue }
          missing.remove(path)
          missing.remove([path[0] + "Interval", "estimate"])
          let read = try #require(
            FormatReading.value(cell), "\(name).\(field) is '\(cell)', report.json has \(exact)")
          #expect(
            abs(read.number - exact) <= read.tolerance,
            "\(name).\(field) is '\(cell)', report.json has \(exact)")
          compared += 1
        }
        #expect(missing.isEmpty, "\(name).csv lacks \(missing.map { $0.joined(separator: ".") })")
      }
    }
    #expect(compared > 200)
  }

  @Test(arguments: reports)
  func everyNumberInATableOfThePageComesFromTheJSON(_ sample: NamedReport) throws {
    let report = sample.report
    var known: [Double] = []
    func collect(_ value: Any) {
      switch value {
      case let object as [String: Any]: object.values.forEach(collect)
      case let list as [Any]: list.forEach(collect)
      case let number as NSNumber: known.append(number.doubleValue)
      case let text as String:
        known += FormatReading.numbers(text).compactMap { FormatReading.value($0)?.number }
      default: break
      }
    }
    collect(try root(report))
    // A pair may be told the other way round, better group first.
    known = (known + known.map { -$0 }).sorted()
    func isKnown(_ number: Double, within tolerance: Double) -> Bool {
      var (low, high) = (0, known.count)
      while low < high {
        let middle = (low + high) / 2
        if known[middle] < number - tolerance { low = middle + 1 } else { high = middle }
      }
      return low < known.count && known[low] <= number + tolerance
    }
    let page = renderHTML(report) { _ in nil }
    var compared = 0
    for (identifier, table) in FormatReading.htmlTables(byIdentifierIn: page) {
      // Sections of this report and of the regulations, not results.
      if identifier == "table-crosswalk" || identifier.hasPrefix("table-open") { continue }
      // Sums over the groups of a question, which report.json has group by group.
      if identifier == "table-flow" { continue }
      for row in FormatReading.bodyRows(of: table) {
        for token in row.flatMap(FormatReading.numbers) {
          let read = try #require(FormatReading.value(token))
          #expect(
            isKnown(read.number, within: read.tolerance),
            "\(token) in #\(identifier) is not in report.json: \(row)")
          compared += 1
        }
      }
    }
    #expect(compared > 200)
  }

  @Test(arguments: reports)
  func theAccuracyTablesOfThePageAreTheRowsOfTheFiles(_ sample: NamedReport) throws {
    let report = sample.report
    let page = FormatReading.htmlTables(byIdentifierIn: renderHTML(report) { _ in nil })
    let files = try CSVTables.all(report)
    func table(_ name: String) throws -> [[String]] {
      FormatReading.csvRows(try #require(files.first { $0.name == name }).content)
    }
    let rows = try table("overall.csv").dropFirst() + table("subgroups.csv").dropFirst()
    let header = try table("subgroups.csv")[0]
    func field(_ name: String, _ row: [String]) -> String {
      header.firstIndex(of: name).map { row[$0] } ?? ""
    }
    var compared = 0
    for block in ResultBlock.all(in: report) {
      let shown = FormatReading.bodyRows(of: page["table-auc-" + block.anchor.id])
      let expected = rows.filter {
        field("classifier", $0) == block.key.classifier && field("cohort", $0) == block.key.cohort
          && field("finding", $0) == block.key.finding
      }
      #expect(shown.count == expected.count)
      for (cells, row) in zip(shown, expected) {
        #expect(cells[0] == Words.group(field("group", row)))
        // Without the group's name and the status in words.
        let found = cells.dropFirst().dropLast().flatMap(FormatReading.numbers)
        let wanted = [
          "positives", "negatives", "clusters", "not_scored", "auc", "lower", "upper",
          "standard_error",
        ]
        .map { field($0, row) }.filter { !$0.isEmpty }.map(FormatReading.normalized)
        // The column of unscored images is left out where there are none.
        let isShorter = found.count == wanted.count - 1
        #expect(found == (isShorter ? Array(wanted[..<3] + wanted[4...]) : wanted), "\(row)")
        compared += found.count
      }
    }
    #expect(compared > 60)
  }
}
