import AuditModel
import Testing

@testable import Reporting

/// What every page has, whatever the results.
@Suite struct ReportShapeTests {
  @Test(arguments: NamedReport.allCases)
  func thePageNeedsNothingElseAndAllowsNoScript(_ sample: NamedReport) throws {
    let page = sample.page
    let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/))
    #expect(policy.1.contains("default-src &#39;none&#39;"))
    #expect(!policy.1.contains("unsafe") && !policy.1.contains("script-src"))
    #expect(!page.contains("<script") && !page.contains("javascript:"))
    #expect(!page.contains("src=\"http") && !page.contains("href=\"http"))
    #expect(page.firstMatch(of: /<[a-z]+[^>]*\son[a-z]+=/) == nil)
    #expect(page.firstMatch(of: /<[a-z]+[^>]*\sstyle=/) == nil)
  }

  @Test(arguments: NamedReport.allCases)
  func theSectionsStandInOrderAndNoneIsEmpty(_ sample: NamedReport) {
    let numbers = sample.page.matches(of: /<h2 id="[a-z-]+"><span class="number">(\d+)</).map {
      Int($0.1)
    }
    #expect(numbers == Array(1...17))
    let sections = sample.page.components(separatedBy: "<section class=\"section\"").dropFirst()
    for section in sections {
      let afterTitle = section.components(separatedBy: "</h2>").last ?? ""
      #expect(["<p", "<table", "<dl"].contains(where: afterTitle.contains))
    }
  }

  @Test(arguments: NamedReport.allCases)
  func identifiersAreUniqueAndEveryLinkLeadsSomewhere(_ sample: NamedReport) {
    let identifiers = sample.page.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(identifiers.count == Set(identifiers).count)
    let known = Set(identifiers)
    for link in sample.page.matches(of: /(?:href="#|url\(#)([^")]*)/) {
      #expect(known.contains(String(link.1)), "nothing is at #\(link.1)")
    }
    for label in sample.page.matches(of: /aria-labelledby="([^"]*)"/) {
      for name in label.1.split(separator: " ") { #expect(known.contains(String(name))) }
    }
  }

  @Test(arguments: NamedReport.allCases)
  func headingsGoDownOneLevelAtATime(_ sample: NamedReport) {
    let levels = sample.page.matches(of: /<h([1-6])[ >]/).compactMap { Int($0.1) }
    #expect(levels.count { $0 == 1 } == 1 && levels.first == 1)
    for (before, after) in zip(levels, levels.dropFirst()) { #expect(after <= before + 1) }
  }

  @Test(arguments: NamedReport.allCases)
  func everyPictureHasANameADescriptionAndATable(_ sample: NamedReport) {
    let pictures = sample.page.components(separatedBy: "role=\"img\"").dropFirst()
    for picture in pictures {
      #expect(
        picture.firstMatch(of: /<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+</) != nil)
    }
    let tables = sample.page.components(separatedBy: "<table").dropFirst()
    for table in tables { #expect(table.contains("<caption>") && table.contains("scope=\"col\"")) }
  }

  @Test func undefinedNumbersAreWordsWithTheirReason() {
    let page = renderHTML(SampleReports.quickstart) { _ in nil }
    #expect(
      page.contains("not evaluable: the generator&#39;s model card does not support this group"))
    #expect(page.contains("small cell: fewer than 10 with the finding"))
    #expect(!page.lowercased().contains(">nan<") && !page.contains(">nil<"))
    #expect(!page.contains("Optional("))
  }

  @Test func notFiniteNumbersAreWordsOnThePageToo() {
    var report = SampleReports.quickstart
    report.subgroups[0].auc = .nan
    report.comparisons[0].difference = .infinity
    report.verdicts[0].range = -.infinity
    let text = renderMarkdown(report) + renderHTML(report) { _ in nil }
    #expect(!text.lowercased().contains("nan ") && !text.contains("inf" + " ("))
    #expect(text.contains("not available"))
  }

  @Test func longPlotsAreCutIntoPartsThatFitAPage() {
    let plots = SectionWriter(SampleReports.manyGroups(200)).document.sections
      .flatMap { $0.blocks + $0.details.flatMap(\.blocks) }
      .flatMap { block -> [Figure] in
        if case .figures(let figures) = block { return figures }
        return []
      }
    // 200 groups in ninths of 24 rows, and 60 pairs.
    #expect(plots.count == 9 + 3)
    for case .intervals(let plot) in plots.map(\.chart) { #expect(plot.rows.count <= 24) }
  }

  @Test func syntheticResultsAreMarkedAsSupportingEvidenceWhereverTheyStand() {
    let document = SectionWriter(SampleReports.quickstart).document
    for section in document.sections {
      for case .heading(let heading) in section.blocks
      where heading.text.contains("synthetic cohort") { #expect(heading.isSynthetic) }
      for page in section.details where page.title.contains("synthetic cohort") {
        #expect(page.isSynthetic)
      }
    }
    let real = renderHTML(SampleReports.fourteenFindings) { _ in nil }
    #expect(!real.contains("class=\"synthetic-tag\""))
  }

  @Test func theStrongestEvidenceComesFirst() throws {
    let writer = SectionWriter(SampleReports.quickstart)
    let sorted = writer.questions.sorted(by: AskedQuestion.byEvidence)
    let ranks = sorted.compactMap { QuestionState.inReadingOrder.firstIndex(of: $0.answer) }
    #expect(ranks == ranks.sorted() && ranks.first == 0)
    let flagged = sorted.filter { $0.answer == .flagged }.compactMap(\.verdict.pAdjusted)
    #expect(flagged == flagged.sorted() && flagged.count > 1)
    let table = try #require(
      FormatReading.htmlTables(byIdentifierIn: NamedReport.quickstart.page)["table-worse-for-whom"])
    let first = try #require(FormatReading.bodyRows(of: table).first)
    #expect(first[0].hasSuffix("\(sorted[0].subject), \(sorted[0].question.classifier)"))
  }

  @Test func anUncorrectedOrExploratoryPlanIsSaidLoudly() {
    var report = SampleReports.quickstart
    report.plan.multiplicity = "none"
    report.plan.exploratory = true
    let text = renderMarkdown(report)
    #expect(text.contains("**Exploratory.**"))
    #expect(text.contains("**No correction across the family.**"))
    #expect(!renderMarkdown(SampleReports.quickstart).contains("Exploratory"))
  }
}
