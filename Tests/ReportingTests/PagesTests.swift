import AuditModel
import Testing
import Vocabulary

@testable import Reporting

/// A report in several pages: short first, whole together.
@Suite struct PagesTests {
  private static func pages(_ report: AuditReport) -> [(name: String, content: String)] {
    HTMLRenderer(document: SectionWriter(report).document, images: { _ in nil }).pages()
  }
  private static let made = Dictionary(
    uniqueKeysWithValues: NamedReport.allCases.map { ($0, pages($0.report)) })

  private func pages(_ sample: NamedReport) -> [(name: String, content: String)] {
    Self.made[sample] ?? []
  }

  @Test(arguments: NamedReport.allCases)
  func everyLinkLeadsToAPlaceOfThisReport(_ sample: NamedReport) {
    let pages = pages(sample)
    #expect(pages.first?.name == "report.html")
    let identifiers = Dictionary(
      uniqueKeysWithValues: pages.map { page in
        (page.name, page.content.matches(of: /\sid="([^"]*)"/).map { String($0.1) })
      })
    for page in pages {
      #expect(Set(identifiers[page.name] ?? []).count == identifiers[page.name]?.count)
      let root = page.name.contains("/") ? "../" : "./"
      for link in page.content.matches(of: /href="([^"#]*)#([^"]*)"/) {
        let file = link.1.isEmpty ? page.name : String(link.1.dropFirst(root.count))
        #expect(link.1.isEmpty || link.1.hasPrefix(root))
        #expect(
          identifiers[file]?.contains(String(link.2)) == true,
          "\(page.name) links to \(link.1)#\(link.2)")
      }
    }
  }

  @Test func theFirstPageOfALargeAuditKeepsToItsBudget() throws {
    let first = try #require(pages(.large).first).content
    #expect(SampleReports.large.verdicts.count == 252)
    #expect(first.utf8.count <= 2_000_000)
    #expect(first.matches(of: /<[a-z]/).count <= 15_000)
    // The same audit in one page breaks it, so the budget is one.
    #expect(NamedReport.large.page.utf8.count > 2_000_000)
  }

  @Test func whatTheSheetNeedsToBeReadAloneStandsOnIt() throws {
    var report = SampleReports.quickstart
    func sheet() throws -> String {
      let first = try #require(Self.pages(report).first).content
      return first.components(separatedBy: "<div class=\"sheet-end\"></div>")[0]
    }
    #expect(try sheet().contains("a base case is one invented patient"))
    #expect(try sheet().contains("margin within which AUCs count as alike"))
    let worst = try #require(
      report.verdicts.indices.filter { report.verdicts[$0].verdict == .flagged }
        .max { abs(report.verdicts[$0].worstZ ?? 0) < abs(report.verdicts[$1].worstZ ?? 0) })
    #expect(try !sheet().contains("No better than a guess"))
    report.verdicts[worst].worstValues = [0.9, 0.4625]
    report.verdicts[worst].worstDifference = 0.4375
    #expect(try sheet().contains("No better than a guess"))
    // 0.900 − 0.463 and 0.438 differ in the last digit; 0.900 − 0.462 would not.
    #expect(try sheet().contains("Every number is rounded by itself"))
    for index in report.cohorts.indices { report.cohorts[index].clusterUnit = "patients" }
    #expect(try !sheet().contains("a base case is one invented patient"))
  }

  @Test func everyCurveIsDrawnAsErrorRatesToo() {
    let page = NamedReport.quickstart.page
    let curves = page.matches(of: /id="figure-roc-/).count
    #expect(curves > 0 && page.matches(of: /id="figure-det-/).count == curves)
  }

  @Test func binsOfNumbersSayWhatTheyAreNumbersOf() {
    #expect(Words.group("60-79", by: "age") == "age 60-79")
    #expect(Words.group("80+", by: "age") == "age 80+")
    #expect(Words.group("Female", by: "sex") == "Female")
    #expect(Words.group("Female*60-79", by: "sex*age") == "Female, 60-79")
  }

  @Test(arguments: [NamedReport.quickstart, .fourteenFindings, .large])
  func everyVerdictIsToldOnceUnderAHeadingOfItsOwn(_ sample: NamedReport) {
    // Every run of text and every identifier of all pages, counted once for all questions.
    var texts: [Substring: Int] = [:]
    var identifiers: [Substring: Int] = [:]
    for page in pages(sample) {
      for part in page.content.split(separator: ">") {
        if let text = part.split(separator: "<", omittingEmptySubsequences: false).first {
          texts[text, default: 0] += 1
        }
        if let start = part.range(of: " id=\"") {
          identifiers[part[start.upperBound...].prefix { $0 != "\"" }, default: 0] += 1
        }
      }
    }
    for asked in SectionWriter(sample.report).questions {
      let written = Markup(text: asked.verdict.sentence).source
      #expect(texts[written[...]] == 1, "\(asked.verdict.sentence)")
      #expect(identifiers[asked.anchor.id[...]] == 1)
    }
  }

  @Test(arguments: NamedReport.allCases)
  func theFirstSheetHasItsPartsBeforeItsEnd(_ sample: NamedReport) throws {
    let first = try #require(pages(sample).first).content
    let parts = first.components(separatedBy: "<div class=\"sheet-end\"></div>")
    #expect(parts.count == 2)
    for words in ["Intended use", "May I rely on it?", "Not tested", "medical device"] {
      #expect(parts[0].contains(words), "\(words)")
    }
    // However many questions there are, the sheet has a bounded number of rows.
    let rows = FormatReading.bodyRows(
      of: FormatReading.htmlTables(byIdentifierIn: parts[0])["table-worse-for-whom"])
    #expect(rows.count <= 8)
  }

  @Test func noQuestionIsCalledAlikeWhereDecisionsDiffer() throws {
    var report = SampleReports.fourteenFindings
    let index = try #require(report.verdicts.firstIndex { $0.verdict == .withinDelta })
    let verdict = report.verdicts[index]
    var gap = RateGap(
      verdict.question.by(.sensitivity),
      MetricGap(
        threshold: 0.5, groups: verdict.worstPair, rates: [0.733, 0.5], difference: 0.233,
        lower: 0.09, upper: 0.37, pAllPairs: 0.002))
    gap.worseGroup = verdict.worstPair[1]
    func answer() -> QuestionState? {
      SectionWriter(report).questions.first { $0.question == verdict.question }?.answer
    }
    report.rateGaps = [gap]
    #expect(answer() == .withinDelta)
    gap.isDetected = true
    gap.sentence = "Decisions differ between the two."
    report.rateGaps = [gap]
    #expect(answer() == .decisionsDiffer)
    let first = try #require(Self.pages(report).first).content
    let sheet = first.components(separatedBy: "<div class=\"sheet-end\"></div>")[0]
    #expect(sheet.contains("error rates at the threshold differ"))
    let rows = FormatReading.bodyRows(
      of: FormatReading.htmlTables(byIdentifierIn: first)["table-worse-for-whom"])
    // The error rate that the answer rests on stands there, and not the AUC that says nothing.
    let own = rows.filter { $0[0].contains("■") && $0[0].contains(verdict.finding) }
    #expect(own.count == 1 && own.allSatisfy { $0[1].contains("sensitivity") })
  }

  /// All others together are in no row of the groups, and may be the side that is worse.
  @Test func allOthersHaveTheirCasesOnTheSheet() throws {
    var report = SampleReports.fourteenFindings
    let index = try #require(report.verdicts.firstIndex { $0.verdict == .flagged })
    let verdict = report.verdicts[index]
    let group = verdict.worstPair[0]
    let own = try #require(
      report.subgroups.first { $0.finding == verdict.finding && $0.group == group })
    var row = ComparisonResult(verdict.question, groupA: group, groupB: "all others")
    row.difference = 0.1
    (row.lower, row.upper) = (0.05, 0.15)
    var rest = own
    (rest.positives, rest.negatives, rest.clusters) = (1234, 5678, 6789)
    row.others = OthersCases(rest)
    report.comparisons.append(row)
    func cells(_ pair: [String]) throws -> [String] {
      report.verdicts[index].worstPair = pair
      report.verdicts[index].worseGroup = pair[1]
      report.verdicts[index].worstValues = [0.9, 0.8]
      let first = try #require(Self.pages(report).first).content
      let rows = FormatReading.bodyRows(
        of: FormatReading.htmlTables(byIdentifierIn: first)["table-worse-for-whom"])
      return try #require(rows.first { $0[1].contains("all others") })
    }
    let worse = try cells([group, "all others"])
    #expect(worse[1].hasPrefix("all others (0.800) than \(group) (0.900)"))
    #expect(worse[2].hasPrefix("1,234 with, 5,678 without, of 6,789 patients; \(group): "))
    let better = try cells(["all others", group])
    #expect(better[2].hasSuffix("; all others: 1,234 with, 5,678 without, of 6,789 patients"))
  }

  @Test func partsOfASectionAreCountedTogether() throws {
    func table(_ name: String, _ rows: Int) -> Block {
      .table(
        Table(
          anchor: Anchor("table-\(name)"), caption: "\(name)",
          columns: [.words("Word", "word")],
          rows: Array(repeating: Table.Row(cells: [.text("a")]), count: rows)))
    }
    let section = Section(
      kind: .data, blocks: [table("one", 9), table("two", 9), table("three", 5)]
    )
    .withLongPartsApart()
    let moved = try #require(section.details.first).blocks
    // Nine and five fit fourteen lines, nine and nine do not.
    #expect(moved == [table("two", 9)])
    #expect(section.blocks.contains(table("one", 9)) && section.blocks.contains(table("three", 5)))
  }

  @Test func whatTheReportSaysOfItselfFollowsFromTheRun() throws {
    var report = SampleReports.quickstart
    report.policy?.changedAfterScores = nil
    func text() -> String { renderMarkdown(report) }
    #expect(text().contains("It supports no claim about patients"))
    #expect(text().contains("This report is not signed"))
    #expect(!text().contains("changed after scores had been read"))
    report.policy?.changedAfterScores = true
    #expect(text().contains("rules of the owner's gate were changed after scores had been read"))
    report.signature = SignatureRecord(
      file: "provenance.json.sig", keyFingerprint: "SHA256:x", keyType: "ED25519",
      namespace: "audit")
    #expect(!text().contains("This report is not signed"))
    report.plan.exploratory = true
    #expect(text().contains("The plan was changed after scores had been read"))
    report.overall[0].auc = 0.124
    report.overall[0].upper = 0.2
    #expect(text().contains("AUC below chance"))
  }

  @Test func longNamesInPicturesAreWrappedAndNotCut() {
    let names = (1...2).map { "A hospital with a long name in a long street, ward \($0)" }
    let plot = IntervalPlot(
      rows: names.map { IntervalPlot.Row(label: $0, estimate: 0.8, lower: 0.7, upper: 0.9) },
      scale: AxisScale(covering: [0.7, 0.9]), axisTitle: "AUC", style: .share)
    let drawn = plot.drawing().source
    #expect(!drawn.contains("…"))
    #expect(drawn.contains("ward 1") && drawn.contains("ward 2"))
  }
}
