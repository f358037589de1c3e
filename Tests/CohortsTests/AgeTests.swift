import AuditModel
import Cohorts
import Testing

@Suite struct AgeTests {
  private func ages(_ cells: [String], _ rule: String = "\"age\"") throws -> [Double?] {
    try cohort(cells, rule).cases.map(age)
  }

  private func age(_ item: RealCase) -> Double? { item.attributes["age"].flatMap(Double.init) }

  private func cohort(_ cells: [String], _ rule: String) throws -> RealCohort {
    try readRealTable(table(cells), real: real(rule))
  }

  private func table(_ cells: [String]) -> String {
    "i,p,age,study,anchor,y\n"
      + cells.enumerated().map { "\($0),p\($0),\($1),20200131,2018,\($0 % 2)\n" }.joined()
  }

  private func real(_ rule: String) -> String {
    "\"columns\": { \"image\": \"i\", \"patient\": \"p\", \"age\": \(rule), \"labels\": { \"Effusion\": \"y\" } }"
  }

  @Test(
    arguments: [
      ("58", 58), ("058Y", 58), ("006M", 0.5), ("010D", 10 / 365.25), ("004W", 28 / 365.25),
      ("90+", 90), (">89", 90), (">=90", 90), ("85 or more", 85), ("58 years", 58), ("60-64", 60),
      ("7.5", 7.5),
    ] as [(String, Double)])
  func agesAreReadAsTablesWriteThem(_ cell: String, _ years: Double) throws {
    let read = try #require(try ages([cell, "40"])[0])
    #expect(abs(read - years) < 1e-9)
  }

  @Test func blanksAreUnknownAndOtherTextsRefusedWithTheirPlace() throws {
    #expect(try ages(["", "Unknown", "NaN", "3"]) == [nil, nil, nil, 3])
    for bad in ["adult", "58X", "64-60", "Y58"] {
      let failure = realTableFailure(table(["1", bad]), real: real("\"age\""))
      #expect(failure?.message.contains("line 3, column 'age': '\(bad)' is not a number") == true)
    }
  }

  @Test func impossibleAgesAreRefusedOrLeftOut() throws {
    let failure = realTableFailure(table(["40", "414"]), real: real("\"age\""))
    #expect(failure?.message.contains("line 3, column 'age': 414 is not an age") == true)
    #expect(failure?.hint?.contains("\"impossible\": \"leave out\"") == true)
    let rule = "{ \"column\": \"age\", \"limit\": 100, \"impossible\": \"leave out\" }"
    let read = try cohort(["40", "414", "101", "100"], rule)
    #expect(read.cases.map(age) == [40, nil, nil, 100])
    #expect(
      read.valueMappings.contains(
        ValueMapping(
          subject: "age", column: "age", value: "impossible ages", rows: 2, meaning: "left out")))
  }

  @Test(arguments: ["6/13/60", "43629", "1.2.19"])
  func aDateWithoutAYearOfFourDigitsIsRefused(cell: String) {
    let birth = "{ \"birth\": \"age\", \"studyDate\": \"study\" }"
    let failure = realTableFailure(table(["1960", cell]), real: real(birth))
    #expect(
      failure?.message.contains(
        "line 3, column 'age': '\(cell)' is no date with a year of four digits") == true)
    let study = "{ \"birth\": \"study\", \"studyDate\": \"age\" }"
    let other = realTableFailure(table(["2020", cell]), real: real(study))
    #expect(other?.message.contains("line 3, column 'age': '\(cell)'") == true)
  }

  @Test func manyAgesOfZeroAreDoubted() throws {
    func cautions(_ cells: [String]) throws -> [String] { try cohort(cells, "\"age\"").cautions }
    let adults = (0..<40).map { "\(30 + $0)" }
    #expect(
      try cautions(adults + ["0", "0", "0", "0"]).first?.hasPrefix(
        "4 of 44 ages are 0, and 0 lie between 1 and 17") == true)
    #expect(try cautions(adults + ["0"]).isEmpty)
    // A children's hospital has infants among children.
    #expect(try cautions((0..<40).map { "\($0 % 15)" }).isEmpty)
  }

  @Test func agesFollowFromDates() throws {
    let birth = "{ \"birth\": \"age\", \"studyDate\": \"study\" }"
    #expect(
      try ages(["1960", "1960.0", "19601231", "1960-12-31", "31/12/1960", ""], birth)
        == [60, 60, 60, 60, 60, nil])
    let anchor = "{ \"column\": \"age\", \"anchorYear\": \"anchor\", \"studyDate\": \"study\" }"
    #expect(try ages(["60", "91"], anchor) == [62, 93])
  }

  @Test func kindsOfAgesAreTold() throws {
    let read = try cohort(["058Y", "012Y", "90+", "44"], "\"age\"")
    #expect(
      read.valueMappings.filter { $0.subject == "age" }.map(\.rows) == [2, 1])
  }

  @Test(arguments: [
    ("{ \"limit\": 100 }", "needs either 'column'"),
    ("{ \"birth\": \"b\" }", "needs 'studyDate'"),
    ("{ \"column\": \"a\", \"studyDate\": \"d\" }", "is of use beside"),
    ("{ \"colum\": \"a\" }", "did you mean 'column'?"),
    ("{ \"column\": \"a\", \"limit\": 400 }", "from 1 to 130"),
  ])
  func wrongRulesNameTheirKey(_ rule: String, _ words: String) {
    let failure = realTableFailure(table(["1"]), real: real(rule))
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "accepted")")
    #expect(failure?.message.hasPrefix("spec.json:") == true)
  }
}
