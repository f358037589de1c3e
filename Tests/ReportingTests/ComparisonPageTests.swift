import AuditModel
import Foundation
import Testing

@testable import Reporting

/// The page of `audit compare`.
@Suite struct ComparisonPageTests {
  private func page(_ comparison: AuditComparison) -> String {
    HTMLRenderer(
      document: ComparisonDocument(comparison: comparison).document, images: { _ in nil }
    ).page()
  }

  @Test func everyGapStandsInTheTableBesideItsPictures() throws {
    let comparison = SampleComparisons.retraining
    let page = page(comparison)
    let tables = FormatReading.htmlTables(byIdentifierIn: page)
    let rows = FormatReading.bodyRows(of: tables["table-gaps-1"])
    #expect(rows.count == comparison.gaps.count)
    for (cells, row) in zip(rows, comparison.gaps) {
      let numbers = cells[1...3].flatMap(FormatReading.numbers)
      let exact = [
        row.gap.gapBefore, row.before?.lower, row.before?.upper, row.gap.gapAfter,
        row.after?.lower, row.after?.upper, row.gap.change, row.gap.lower, row.gap.upper,
      ].compactMap(\.self)
      #expect(numbers.count == exact.count, "\(cells)")
      for (text, value) in zip(numbers, exact) {
        let read = try #require(FormatReading.value(text))
        #expect(abs(read.number - value) <= read.tolerance, "\(text) is not \(value)")
      }
    }
    #expect(
      rows.map { $0.last ?? "" } == [
        "narrower", "wider", "changed sides", "no change shown",
        "not estimable: a group has fewer than two clusters with or without the finding",
      ])
    // Two pictures per attribute: the gaps before and after, and their change.
    #expect(page.matches(of: /role="img"/).count == 4)
    #expect(FormatReading.bodyRows(of: tables["table-changed"]).count == 1)
    #expect(FormatReading.bodyRows(of: tables["table-verdicts"]).count == 2)
  }

  @Test func thePageNeedsNothingElseAndItsLinksLeadSomewhere() {
    let page = page(SampleComparisons.retraining)
    #expect(!page.contains("<script") && !page.contains("src=\"http"))
    let identifiers = page.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(identifiers.count == Set(identifiers).count)
    for link in page.matches(of: /(?:href="#|url\(#)([^")]*)/) {
      #expect(identifiers.contains(String(link.1)), "nothing is at #\(link.1)")
    }
    let levels = page.matches(of: /<h([1-6])[ >]/).compactMap { Int($0.1) }
    for (before, after) in zip(levels, levels.dropFirst()) { #expect(after <= before + 1) }
  }

  @Test(arguments: HostileReportTests.attacks)
  func stringsNeverBecomeElements(_ attack: String) {
    func elements(_ page: String) -> [Substring] {
      // Labels of pictures are broken into as many lines as they need.
      page.matches(of: /<(\/?[a-zA-Z0-9]+)/).map(\.1).filter { !$0.hasSuffix("text") }
    }
    let page = page(SampleComparisons.hostile(attack))
    #expect(elements(page) == elements(self.page(SampleComparisons.hostile("word"))))
    if attack.contains("<") { #expect(!page.contains(attack)) }
  }

  @Test func pageAndMarkdownHoldTheSameCells() {
    let comparison = SampleComparisons.retraining
    let markdown = MarkdownRenderer(document: ComparisonDocument(comparison: comparison).document)
    let page = FormatReading.htmlTables(page(comparison))
    #expect(page == FormatReading.markdownTables(markdown.text()))
    #expect(page.count == 4)
  }

  @Test func aChangeThatChanceExplainsIsNotCalledNarrower() {
    var gap = GapsOfTwo(groupA: "F", groupB: "M")
    #expect(gap.direction == nil)
    (gap.gapBefore, gap.gapAfter, gap.lower, gap.upper) = (0.1, 0.05, -0.11, 0.01)
    #expect(gap.direction == .notShown)
    gap.upper = -0.01
    #expect(gap.direction == .narrower)
    (gap.gapBefore, gap.gapAfter, gap.lower, gap.upper) = (-0.05, -0.1, -0.06, -0.04)
    #expect(gap.direction == .wider)
    (gap.gapBefore, gap.gapAfter) = (0.05, -0.05)
    #expect(gap.direction == .reversed)
  }
}
