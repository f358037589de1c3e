import AuditModel
import Foundation
import Testing

/// The report as a folder of pages: linked, listed, vouched for, and one file where asked.
@Suite struct ReportPagesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(ScoredCohort().table, to: "table.csv")
    try folder.write(ScoredCohort.specification(), to: "small.json")
  }

  private func audit(_ arguments: String..., environment: [String: String] = [:]) throws
    -> ProgramResult
  {
    try AuditProgram.run(arguments, in: folder.path, environment: environment)
  }

  @Test func everyPageIsListedAndVerificationSeesAChangedOne() throws {
    #expect(try audit("run", "small.json", "--quiet").exitCode == 0)
    let pages = folder.files().filter { $0.hasPrefix("reports/small/pages/") }
    let page = try #require(pages.first { $0.hasSuffix("-effusion.html") })
    #expect(pages.count >= 2)
    let list = try folder.text("reports/small/files.sha256")
    for file in pages + ["reports/small/tables/README.md"] {
      #expect(list.contains(file.replacing("reports/small/", with: "")), "\(file)")
    }
    let same = try audit("verify", "reports/small", "--sample", "0")
    #expect(same.exitCode == 0, "\(same.transcript)")
    let text = try folder.text(page)
    #expect(text.contains("AUC"))
    try folder.write(text.replacing("AUC", with: "AUG"), to: page)
    let changed = try audit("verify", "reports/small", "--sample", "0")
    #expect(changed.exitCode == 1)
    #expect(changed.standardOutput.contains(page.replacing("reports/small/", with: "")))
  }

  @Test func oneFileHoldsEverythingWhereAsked() throws {
    #expect(try audit("run", "small.json", "--quiet").exitCode == 0)
    let short = try folder.text("reports/small/report.html")
    let again = try audit("report", "small.json", "--single-file", "--quiet")
    #expect(again.exitCode == 0, "\(again.transcript)")
    #expect(!folder.files().contains { $0.hasPrefix("reports/small/pages/") })
    let whole = try folder.text("reports/small/report.html")
    let sentence = try #require(try folder.report("small").verdicts.first).sentence
    let part = sentence.prefix(30).replacing("'", with: "&#39;")
    #expect(whole.contains(part) && !short.contains(part))
    let verified = try audit("verify", "reports/small", "--sample", "0")
    #expect(verified.exitCode == 0, "\(verified.transcript)")
  }

  @Test func oneSectionIsPrintedAndNothingIsWritten() throws {
    let early = try audit("report", "small.json", "--for", "uncertainty")
    #expect(early.exitCode == 2 && early.standardError.contains("there is no report"))
    #expect(try audit("run", "small.json", "--quiet").exitCode == 0)
    let before = try folder.text("reports/small/files.sha256")
    let section = try audit("report", "small.json", "--for", "uncertainty")
    #expect(section.exitCode == 0, "\(section.transcript)")
    #expect(section.standardOutput.contains("## 10. Uncertainty and limits"))
    #expect(!section.standardOutput.contains("## 9."))
    #expect(try folder.text("reports/small/files.sha256") == before)
    let wrong = try audit("report", "small.json", "--for", "uncertainti")
    #expect(wrong.exitCode == 64 && wrong.standardError.contains("did you mean 'uncertainty'?"))
  }

  @Test func theReportOpensInTheUsersBrowser() throws {
    let early = try audit("open", "small.json")
    #expect(early.exitCode == 2 && early.standardError.contains("there is no report"))
    #expect(try audit("run", "small.json", "--quiet").exitCode == 0)
    for audited in ["small.json", "reports/small"] {
      let opened = try audit("open", audited, environment: ["BROWSER": "true"])
      #expect(opened.exitCode == 0, "\(opened.transcript)")
      #expect(opened.standardOutput.hasSuffix("reports/small/report.html\n"))
    }
  }

  @Test func dataThatAreElsewhereAreSaidBeforeAnythingElse() throws {
    try folder.write(
      """
      { schema: 'audit-spec/1', name: 'small',
        classifiers: [{ name: 'm', onnx: 'models/m.onnx', input: { size: [8, 8] },
                        outputs: { Effusion: 0 } }],
        real: { table: 'elsewhere.csv', images: 'pictures', howToGet: 'ask the archive for all three',
                columns: { patient: 'p', sex: 'sex', labels: { Effusion: 'y' } } } }
      """, to: "small.json")
    for command in ["plan", "run"] {
      let result = try audit(command, "small.json")
      #expect(result.exitCode == 2)
      #expect(result.standardError.contains("error: this audit needs what is not here:"))
      #expect(result.standardError.contains("elsewhere.csv"))
      #expect(result.standardError.contains("models/m.onnx"))
      #expect(result.standardError.contains("hint: ask the archive for all three"))
    }
  }
}
