import AuditModel
import Basics
import Cohorts
import Foundation
import Testing
import Vocabulary

@Suite struct RealCohortTests {
  private func read(
    _ text: String, change: (inout RealCohortSpecification) -> Void = { _ in }
  ) throws -> RealCohort {
    let path = NSTemporaryDirectory() + "real-" + UUID().uuidString + ".csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var specification = RealCohortSpecification(
      table: path, labels: .columns(["Effusion": "y", "Edema": "e"]))
    specification.patientColumn = "patient"
    specification.attributes = ["sex", "age"].map { AttributeSource(.named($0), column: $0) }
    change(&specification)
    return try RealCohort(specification, resolve: { $0 }, defaultFindings: ["Effusion"])
  }

  private let good = "image,patient,sex,age,y,e,s\na.png,1,F,40,1,0,0.9\nb.png,1,M,,0,,\n"

  @Test func rowsKeepTheirValuesAndEmptyCellsStayUnknown() throws {
    let cohort = try read(good) { $0.scores = ["c": ["Effusion": "s"]] }
    #expect(cohort.findings == ["Effusion", "Edema"])
    #expect(cohort.cases.map(\.patient) == ["1", "1"])
    #expect(cohort.cases.map { $0.attributes["age"] } == ["40", nil])
    #expect(cohort.cases.map(\.labels) == [[true, false], [false, nil]])
    #expect(cohort.scores["c"]?["Effusion"] == [0.9, nil])
    #expect(cohort.hasPatients)
  }

  @Test func filesAreFoundByAPatternOfColumns() throws {
    let cohort = try read(good) { $0.imageOptions.pattern = "{sex}/p{patient}/{image}.dcm" }
    #expect(cohort.cases.map(\.file) == ["F/p1/a.png.dcm", "M/p1/b.png.dcm"])
    #expect(cohort.cases.map(\.image) == ["a.png", "b.png"])
    #expect(try read(good).cases.map(\.file) == ["a.png", "b.png"])
    let absent = #expect(throws: AuditFailure.self) {
      try read(good) { $0.imageOptions.pattern = "{study}/{image}" }
    }
    #expect(absent?.message.contains("'study'") == true)
    let empty = #expect(throws: AuditFailure.self) {
      try read(good) { $0.imageOptions.pattern = "{age}.png" }
    }
    #expect(empty?.message.contains("line 3: the column 'age' is empty") == true)
    let outside = #expect(throws: AuditFailure.self) {
      try read(good.replacing("M,,", with: "../..,,")) {
        $0.images = "images"
        $0.imageOptions.pattern = "{sex}/{image}"
      }
    }
    #expect(outside?.message.contains("outside the image folder") == true)
  }

  @Test func findingsCanBeAListInOneColumn() throws {
    let cohort = try read(
      "image,patient,sex,age,found\na.png,1,F,40,Edema | Effusion\nb.png,2,F,41,\n"
        + "c.png,3,F,42,Mass\n"
    ) {
      $0.labels = .list(column: "found", separator: "|", findings: ["Effusion", "Mass"])
    }
    #expect(cohort.cases.map(\.labels) == [[true, false], [nil, nil], [false, true]])
  }

  @Test func aFilterIsAppliedAndSaid() throws {
    let cohort = try read(good) { $0.filter = ["sex": "F"] }
    #expect(cohort.cases.map(\.image) == ["a.png"])
    #expect(cohort.notes.contains { $0.contains("left out by 'real.where' (sex = F)") })
  }

  /// Every message names the file's line and the column, so that a person finds the cell.
  @Test(arguments: [
    ("image,patient,sex,age,y,e\na.png,1,F,40,2,0\n", ["line 2", "'y'", "'2'"]),
    ("image,patient,sex,age,y,e\na.png,1,F,140,1,0\n", ["line 2", "'age'", "140"]),
    (
      "image,patient,sex,age,y,e\na.png,1,F,40,1,0\na.png,2,F,40,1,0\n",
      ["line 3", "a.png", "line 2"]
    ),
    ("image,patient,sex,age,y,e\n,1,F,40,1,0\n", ["line 2", "image"]),
    ("image,patient,sex,age,y,e\n../secret.png,1,F,40,1,0\n", ["line 2", "../secret.png"]),
    ("image,patient,sex,age,y,e\na.png,,F,40,1,0\n", ["line 2", "patient"]),
    ("image,patient,sex,age,e\na.png,1,F,40,0\n", ["'y'"]),
  ])
  func wrongTablesAreRefusedWithThePlace(_ text: String, _ words: [String]) throws {
    do {
      _ = try read(text) { $0.images = "images" }
      Issue.record("accepted: \(text)")
    } catch let failure as AuditFailure {
      for word in words { #expect(failure.message.contains(word), "\(failure.message)") }
    }
  }

  @Test func anAbsentTableSaysHowToGetIt() {
    var specification = RealCohortSpecification(table: "/nowhere.csv", labels: .columns([:]))
    specification.howToGet = "ask the data office"
    #expect(
      throws: AuditFailure(
        "the real cohort's table '/nowhere.csv' does not exist", hint: "ask the data office")
    ) {
      try RealCohort(specification, resolve: { $0 }, defaultFindings: [])
    }
  }
}
