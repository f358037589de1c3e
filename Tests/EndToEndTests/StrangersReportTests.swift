import Foundation
import Testing

/// A report from a stranger in front of the built program: files of the folder that are none, and names
/// that would act on a terminal.
@Suite struct StrangersReportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func audit(_ arguments: [String]) throws -> ProgramResult {
    try AuditProgram.run(arguments, in: folder.path, seconds: 60)
  }

  private func finish(table: String = ScoredCohort().table, specification: String? = nil) throws {
    try folder.write(table, to: "table.csv")
    try folder.write(specification ?? ScoredCohort.specification(), to: "small.json")
    let result = try audit(["run", "small.json"])
    try #require(result.exitCode == 0, "\(result.transcript)")
  }

  @Test(
    arguments: [
      "report.json", "provenance.json", "files.sha256", "audit.sqlite", "report.html",
      "tables/verdicts.csv",
    ], SpecialFileTests.Kind.allCases)
  func whatIsNoFileIsNamedAtOnce(name: String, kind: SpecialFileTests.Kind) throws {
    try finish()
    try kind.put(at: folder.file("reports/small/" + name))
    let verified = try audit(["verify", "reports/small"])
    #expect(!verified.timedOut && [1, 2].contains(verified.exitCode), "\(verified.transcript)")
    #expect((verified.standardOutput + verified.standardError).contains(name))
    guard name == "report.json" else { return }
    let pilot = try audit(["plan", "small.json", "--pilot", "reports/small"])
    #expect(!pilot.timedOut && pilot.exitCode == 2, "\(pilot.transcript)")
  }

  /// Texts of a few megabytes that a decoder makes gigabytes of.
  @Test(arguments: ["report.json", "provenance.json"])
  func valuesWithoutEndAreRefusedWithTheLimit(name: String) throws {
    try finish()
    try folder.write(
      "{\"notes\":[" + String(repeating: "0,", count: 4_000_000) + "0]}",
      to: "reports/small/" + name)
    let verified = try audit(["verify", "reports/small"])
    #expect(!verified.timedOut && [1, 2].contains(verified.exitCode), "\(verified.transcript)")
    #expect(
      (verified.standardOutput + verified.standardError).contains("at most 4000000 are read"),
      "\(verified.transcript)")
  }

  /// Names of one letter, which Foundation's own handling of paths does not survive.
  @Test func namesOfOneLetterAreNamesLikeOthers() throws {
    try finish()
    try FileManager.default.moveItem(atPath: folder.file("reports/small"), toPath: folder.file("r"))
    #expect(try audit(["verify", "r"]).exitCode == 0)
    let result = try audit(["verify", "x"])
    #expect(
      result.exitCode == 2 && result.standardError.contains("error: "), "\(result.transcript)")
    // A bare name of a file in the report's folder means that folder.
    let inside = try AuditProgram.run(["verify", "report.json"], in: folder.file("r"), seconds: 60)
    #expect(inside.exitCode == 0, "\(inside.transcript)")
  }

  /// What a terminal, a page or a log must not get as it is: controls, and marks that turn or hide text.
  private func acts(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      (scalar.value < 0x20 && !["\n", "\r", "\t"].contains(scalar))
        || (0x7F...0x9F).contains(scalar.value)
        || [0x200B, 0x200F, 0x202E, 0x2028, 0x2066, 0xFEFF].contains(scalar.value)
    }
  }

  @Test func namesThatActAreShownAndNotObeyed() throws {
    let evil = "\u{1B}[2J\u{1B}]0;owned\u{7}\u{202E}gnp\u{200B}"
    let group = "F\u{1B}[31m\u{202E}"
    // A spec may not write such a group's name; without a list every value of the table is one.
    let table = ScoredCohort().table.replacingOccurrences(of: "\np", with: "\n" + evil + "p")
      .replacingOccurrences(of: ",F,", with: ",\(group),")
    try finish(
      table: table,
      specification: ScoredCohort.specification().replacingOccurrences(
        of: "sex: [\"F\", \"M\"], ", with: ""))
    // Another score for every image: verification has to name them.
    try FileManager.default.createDirectory(
      atPath: folder.file("other"), withIntermediateDirectories: true)
    try folder.write(table.replacingOccurrences(of: ",0,", with: ",1,"), to: "other/table.csv")
    let verified = try audit(["verify", "reports/small", "--data", "other"])
    #expect(verified.exitCode == 1, "\(verified.transcript)")
    #expect(verified.standardOutput.contains("\\u{1b}[2J"), "the name is not shown")
    #expect(!acts(verified.standardOutput) && !acts(verified.standardError))
    for name in folder.files() where name.hasPrefix("reports/") {
      guard [".html", ".md", ".svg", ".xml", ".log"].contains(where: name.hasSuffix)
      else { continue }
      #expect(!acts(try folder.text(name)), "\(name)")
    }
    for command in [["report", "small.json"], ["report", "small.json", "--for", "bottom-line"]] {
      let result = try audit(command)
      #expect(!acts(result.standardOutput) && !acts(result.standardError), "\(command)")
    }
  }

  /// Folders, files, options and values of a command line may have been chosen by a pattern (`audit compare *`).
  @Test func namesOnTheCommandLineAreShownAndNotObeyed() throws {
    try finish()
    let evil = "\u{1B}[2J\u{9B}31m\u{202E}gnp\u{200B}"
    try FileManager.default.moveItem(
      atPath: folder.file("reports/small"), toPath: folder.file("r" + evil))
    let name = "r" + evil
    for command in [
      ["verify", name],
      ["compare", name, name, "--classifier", "published", "--with", "published"],
      ["verify", "none" + evil], ["run", "none" + evil], ["none" + evil], ["run", "--none" + evil],
      ["schema", evil], ["findings", evil], ["init", evil],
      ["plan", "small.json", "--pilot", evil],
      ["verify", name, "--sample", evil],
    ] {
      for format in [[], ["--format", "json"]] {
        let result = try audit(command + format)
        #expect(
          !acts(result.standardOutput) && !acts(result.standardError), "\(command + format)")
      }
    }
    let compared = try audit(
      [
        "compare", name, name, "--classifier", "published", "--with", "published", "--format",
        "json",
      ])
    let read = try JSONSerialization.jsonObject(with: Data(compared.standardOutput.utf8))
    let before = (read as? [String: Any])?["before"] as? String
    #expect(before?.hasSuffix(evil) == true, "JSON keeps the name")
  }

  /// Cells that a spreadsheet would run are inert in every table of the folder, and numbers stay.
  @Test(arguments: ["=HYPERLINK(0)", "@SUM(1)", "+1+cmd|' /C x'!A0", "-1+cmd", "\t=1"])
  func cellsThatASpreadsheetWouldRunAreInert(formula: String) throws {
    let table = ScoredCohort().table.replacingOccurrences(
      of: "\np", with: "\n\"" + formula + "p"
    ).replacingOccurrences(
      of: ".png,", with: ".png\",")
    try finish(table: table)
    var seen = 0
    for name in folder.files() where name.hasPrefix("reports/") && name.hasSuffix(".csv") {
      for line in try folder.text(name).split(separator: "\n") {
        #expect(!line.hasPrefix(formula) && !line.contains("," + formula), "\(name): \(line)")
        #expect(!line.contains("\"" + formula), "\(name): \(line)")
        seen += line.contains("'" + formula) ? 1 : 0
      }
    }
    #expect(seen > 0, "no table holds the names, so nothing was tested")
    let verified = try audit(["verify", "reports/small", "--data", "."])
    #expect(verified.exitCode == 0, "\(verified.transcript)")
  }
}
