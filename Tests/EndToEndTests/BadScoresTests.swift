import Foundation
import Testing

/// Bad tables and score files end in one sentence with file and line, exit code 2 and no report.
@Suite struct BadScoresTests {
  let folder: TemporaryFolder
  let cohort = ScoredCohort()

  init() throws { folder = try TemporaryFolder() }

  func expectRefusal(
    naming expected: [String], exitCode: Int32 = 2,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try AuditProgram.run(["run", "small.json"], in: folder.path)
    #expect(result.exitCode == exitCode, "\(result.transcript)", sourceLocation: sourceLocation)
    #expect(result.standardOutput.isEmpty, "\(result.transcript)", sourceLocation: sourceLocation)
    let lines = result.standardError.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(lines.count == 1, "\(result.transcript)", sourceLocation: sourceLocation)
    for text in expected {
      #expect(
        result.standardError.contains(text), "\(text)\n\(result.transcript)",
        sourceLocation: sourceLocation)
    }
    let left = folder.files().filter {
      $0.hasPrefix("reports/small/report.") || $0.hasSuffix(".tmp")
    }
    #expect(left.isEmpty, "half-written: \(left)", sourceLocation: sourceLocation)
  }

  func write(_ table: String, _ specification: String = ScoredCohort.specification()) throws {
    try folder.write(table, to: "table.csv")
    try folder.write(specification, to: "small.json")
  }

  /// The table with one line changed; line 1 is the header.
  func table(changing line: Int, _ old: String, to new: String) throws -> String {
    var lines = cohort.table.components(separatedBy: "\n")
    let changed = lines[line - 1].replacingOccurrences(of: old, with: new)
    try #require(changed != lines[line - 1], "the change changes nothing")
    lines[line - 1] = changed
    return lines.joined(separator: "\n")
  }

  @Test func anAbsentTableSaysHowToGetIt() throws {
    let specification = ScoredCohort.specification(images: "howToGet: 'ask the archive',")
    try folder.write(specification, to: "small.json")
    try expectRefusal(naming: ["table.csv", "ask the archive"])
  }

  @Test func aMissingScoreColumnIsNamed() throws {
    try write(try table(changing: 1, "p_Mass", to: "q_Mass"))
    try expectRefusal(naming: ["table.csv", "p_Mass"])
  }

  @Test func aScoreFileWithoutAFindingsColumnNamesIt() throws {
    try write(
      cohort.table,
      ScoredCohort.specification(
        classifiers: "{ name: 'published', scores: 'scores.csv' }", scores: ""))
    try folder.write(
      cohort.scoreFile.replacingOccurrences(of: "image,Effusion,Mass", with: "image,Effusion,Mas"),
      to: "scores.csv")
    try expectRefusal(naming: ["scores.csv", "Mass"])
  }

  @Test(arguments: ["nan", "inf", "0.3x", "-inf"])
  func aScoreThatIsNoNumberIsNamedWithItsLine(score: String) throws {
    let old = cohort.rows[5].scores["Mass"] ?? ""
    try write(try table(changing: 7, old, to: score))
    try expectRefusal(naming: ["table.csv", "7", "p_Mass"])
  }

  @Test func aNaNInAScoreFileIsNamedWithItsLine() throws {
    try write(
      cohort.table,
      ScoredCohort.specification(
        classifiers: "{ name: 'published', scores: 'scores.csv' }", scores: ""))
    let old = cohort.rows[5].scores["Mass"] ?? ""
    try folder.write(
      cohort.scoreFile.replacingOccurrences(of: old, with: "NaN"), to: "scores.csv")
    try expectRefusal(naming: ["scores.csv", "7", "Mass"])
  }

  @Test func aDuplicateImageIsNamedWithBothLines() throws {
    try write(try table(changing: 4, cohort.rows[2].image, to: cohort.rows[0].image))
    try expectRefusal(naming: ["table.csv", "p0-0.png", "4", "2"])
  }

  @Test func aDuplicateImageInAScoreFileIsNamed() throws {
    try write(
      cohort.table,
      ScoredCohort.specification(
        classifiers: "{ name: 'published', scores: 'scores.csv' }", scores: ""))
    try folder.write(cohort.scoreFile + "p0-0.png,0.5,0.5\n", to: "scores.csv")
    try expectRefusal(naming: ["scores.csv", "p0-0.png", "242"])
  }

  @Test func aLabelThatIsNeither0Nor1IsNamed() throws {
    try write(
      cohort.table.replacingOccurrences(of: "p3-1.png,3,M,23,", with: "p3-1.png,3,M,23,2"))
    try expectRefusal(naming: ["table.csv", "9", "y_Effusion"])
  }

  @Test func aRowThatIsTooShortIsNamed() throws {
    try write(try table(changing: 3, ",F,20,", to: ",F,"))
    try expectRefusal(naming: ["table.csv", "3"])
  }

  @Test func anEmptyTableIsRefused() throws {
    try write("")
    try expectRefusal(naming: ["table.csv"])
    try write("image,patient,sex,age,y_Effusion,y_Mass,p_Effusion,p_Mass\n")
    try expectRefusal(naming: ["table.csv"])
  }

  @Test func aCompressedTableCutInTheMiddleIsRefused() throws {
    try write(
      cohort.table,
      ScoredCohort.specification(
        classifiers: "{ name: 'published', scores: 'scores.csv.gz' }", scores: ""))
    // The first bytes of a gzip member that promises more.
    try folder.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4C], to: "scores.csv.gz")
    try expectRefusal(naming: ["scores.csv.gz"])
  }

  @Test func aReportsFolderThatCannotBeWrittenIsNamed() throws {
    try write(cohort.table)
    if getuid() == 0 {
      // Permissions do not bind root; a file in the folder's place binds everybody.
      try folder.write("not a folder", to: "reports")
    } else {
      try FileManager.default.createDirectory(
        atPath: folder.file("reports"), withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o555])
    }
    try expectRefusal(naming: ["reports"])
  }
}
