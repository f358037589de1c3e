import AuditModel
import Foundation
import Testing

@testable import Reporting

/// HTML, Markdown, CSV and JSON hold the same numbers.
@Suite struct AgreementTests {
  static let reports = [
    SampleReports.quickstart, SampleReports.fourteenFindings, SampleReports.empty,
  ]

  @Test(arguments: reports)
  func everyTableHasTheSameCellsInHTMLAndMarkdown(_ report: AuditReport) {
    let page = htmlTables(renderHTML(report) { _ in nil })
    let markdown = markdownTables(renderMarkdown(report))
    #expect(page.count == markdown.count)
    for (one, other) in zip(page, markdown) { #expect(one == other) }
    // Section 3's facts alone would pass an empty comparison.
    #expect(page.count >= 3)
  }

  @Test(arguments: [SampleReports.quickstart, SampleReports.fourteenFindings])
  func everyNumberOfTheFilesStandsInThePageDigitForDigit(_ report: AuditReport) throws {
    let page = Set(htmlTables(renderHTML(report) { _ in nil }).joined().flatMap(numbers))
    for name in [
      "overall.csv", "subgroups.csv", "comparisons.csv", "counterfactual.csv",
      "placebos.csv", "gates.csv", "thresholds.csv",
    ] {
      let table = try #require(CSVTables.all(report).first { $0.name == name })
      for field in csvFields(table.content) where Double(field) != nil && field.contains(".") {
        let shown = normalized(field)
        #expect(page.contains(shown), "\(name): \(field) is not on the page")
      }
    }
  }

  @Test(arguments: [SampleReports.quickstart, SampleReports.fourteenFindings])
  func theFilesAreTheJSONsNumbersRounded(_ report: AuditReport) throws {
    let read = try decodeReportJSON(try encodeReportJSON(report))
    let table = try #require(CSVTables.all(report).first { $0.name == "subgroups.csv" })
    let rows = table.content.split(separator: "\r\n").map { csvFields(String($0)) }
    let column = try #require(rows[0].firstIndex(of: "auc"))
    #expect(rows.count == read.subgroups.count + 1)
    for (row, result) in zip(rows.dropFirst(), read.subgroups) {
      guard let auc = result.auc else {
        #expect(row[column].isEmpty)
        continue
      }
      // Half a unit of the third decimal, plus what binary rounding adds.
      #expect(abs((Double(row[column]) ?? .nan) - auc) <= 0.0005 + 1e-12)
    }
  }

  @Test func theFilesHoldTheContractsValuesNotTheWordsForPeople() throws {
    let tables = CSVTables.all(SampleReports.quickstart)
    let subgroups = try #require(tables.first { $0.name == "subgroups.csv" }).content
    #expect(subgroups.contains(",sex*age,Female*30,"))
    #expect(subgroups.contains(",smallCell,"))
    let verdicts = try #require(tables.first { $0.name == "verdicts.csv" }).content
    #expect(verdicts.contains(",notEvaluable,"))
    for table in tables {
      #expect(!table.content.contains(NumberText.minus) || table.name == "verdicts.csv")
      let widths = Set(table.content.split(separator: "\r\n").map { csvFields(String($0)).count })
      #expect(widths.count == 1, "\(table.name) has rows of different widths")
    }
  }

  // MARK: Reading the formats back

  /// Cells of each table's body and head, tags removed; badge shapes are pictures on the page.
  private func htmlTables(_ page: String) -> [[String]] {
    page.components(separatedBy: "<table").dropFirst().map { part in
      let table = part.components(separatedBy: "</table>")[0]
      return table.matches(of: /<t[hd]([^>]*)>(.*?)<\/t[hd]>/.dotMatchesNewlines())
        .filter { !$0.1.contains("rowgroup") }
        .map { words(String($0.2.replacing(/<[^>]*>/, with: ""))) }
    }
  }

  private func markdownTables(_ text: String) -> [[String]] {
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

  private func cells(_ lines: [String]) -> [String] {
    let hasBands = lines[0].hasPrefix("|  |")
    return lines.enumerated().filter { $0.offset != 1 }.flatMap { _, line in
      let parts = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
      return parts.dropFirst(hasBands ? 1 : 0).map { cell in
        words(
          cell.replacing(/\[([^\]]*)\]\(#[a-z-]+\)/) { String($0.1) }
            .replacing(#/^[▲●◆○] /#, with: "").replacing("`", with: "")
            .replacing(/\\(.)/) { String($0.1) })
      }
    }
  }

  private func words(_ text: String) -> String {
    let plain = text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    return plain.trimmingCharacters(in: .whitespaces)
  }

  private func numbers(_ cell: String) -> [String] {
    cell.replacing("\u{A0}×\u{A0}10", with: "e")
      .matches(of: /[−+]?\d+(?:\.\d+)?(?:e[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?/).map { String($0.0) }
  }

  private func normalized(_ field: String) -> String {
    let parts = field.components(separatedBy: "e")
    let mantissa = parts[0].replacing("-", with: NumberText.minus)
    guard parts.count == 2, let exponent = Int(parts[1]) else { return mantissa }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return mantissa + "e" + (exponent < 0 ? "⁻" : "")
      + String(String(exponent.magnitude).compactMap(\.wholeNumberValue).map { digits[$0] })
  }

  private func csvFields(_ text: String) -> [String] {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted, "\r\n" where !isQuoted:
        fields.append(field)
        field = ""
      default: field.append(character)
      }
    }
    return fields + [field]
  }
}
