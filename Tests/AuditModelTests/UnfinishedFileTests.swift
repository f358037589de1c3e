import Basics
import Testing

/// Only names that a killed run can have left are removed by the next one.
@Suite struct UnfinishedFileTests {
  @Test(arguments: [
    (".cohorts.csv.538099e88e157de0.tmp", true), (".a.b.1.tmp", true),
    ("cohorts.csv.538099e88e157de0.tmp", false), (".cohorts.csv.tmp", false),
    (".cohorts.csv.notes.tmp", false), (".cohorts.csv.538099e88e157de0", false), (".lock", false),
    (".x.y.538099e88e157de01.tmp", false), ("", false),
  ])
  func aNameIsToldByItsDotItsNumberAndItsEnd(_ name: String, _ isUnfinished: Bool) {
    #expect(isUnfinishedFile(name) == isUnfinished)
  }
}
