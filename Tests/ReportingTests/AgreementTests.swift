import AuditModel
import Foundation
import Testing

@testable import Reporting

/// HTML, Markdown, CSV and JSON hold the same numbers.
@Suite struct AgreementTests {
  @Test(arguments: [NamedReport.quickstart, .fourteenFindings, .empty])
  func everyTableHasTheSameCellsInHTMLAndMarkdown(_ sample: NamedReport) {
    let report = sample.report
    let page = FormatReading.htmlTables(renderHTML(report) { _ in nil })
    let markdown = FormatReading.markdownTables(renderMarkdown(report))
    #expect(page.count == markdown.count)
    for (one, other) in zip(page, markdown) { #expect(one == other) }
    // Section 3's facts alone would pass an empty comparison.
    #expect(page.count >= 3)
  }

  @Test(arguments: [NamedReport.quickstart, .fourteenFindings])
  func everyNumberOfTheFilesStandsInThePageDigitForDigit(_ sample: NamedReport) throws {
    let report = sample.report
    let page = Set(
      FormatReading.htmlTables(renderHTML(report) { _ in nil }).joined().flatMap(
        FormatReading.numbers))
    for name in [
      "overall.csv", "subgroups.csv", "comparisons.csv", "counterfactual.csv",
      "placebos.csv", "gates.csv", "thresholds.csv",
    ] {
      let table = try #require(try CSVTables.all(report).first { $0.name == name })
      for field in FormatReading.csvFields(table.content)
      where Double(field) != nil && field.contains(".") {
        let shown = FormatReading.normalized(field)
        #expect(page.contains(shown), "\(name): \(field) is not on the page")
      }
    }
  }

  @Test(arguments: [NamedReport.quickstart, .fourteenFindings])
  func theFilesAreTheJSONsNumbersRounded(_ sample: NamedReport) throws {
    let report = sample.report
    let read = try decodeReportJSON(try encodeReportJSON(report))
    let table = try #require(try CSVTables.all(report).first { $0.name == "subgroups.csv" })
    let rows = table.content.split(separator: "\n").map { FormatReading.csvFields(String($0)) }
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
    let tables = try CSVTables.all(SampleReports.quickstart)
    let subgroups = try #require(tables.first { $0.name == "subgroups.csv" }).content
    #expect(subgroups.contains(",sex*age,Female*30,"))
    #expect(subgroups.contains(",smallCell,"))
    let verdicts = try #require(tables.first { $0.name == "verdicts.csv" }).content
    #expect(verdicts.contains(",notEvaluable,"))
    for table in tables {
      #expect(!table.content.contains(NumberText.minus) || table.name == "verdicts.csv")
      let widths = Set(
        table.content.split(separator: "\n").map { FormatReading.csvFields(String($0)).count })
      #expect(widths.count == 1, "\(table.name) has rows of different widths")
    }
  }
}
