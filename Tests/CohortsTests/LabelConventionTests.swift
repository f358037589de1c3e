import AuditModel
import Cohorts
import Testing

/// A label cell never changes its meaning in silence: it has the usual one, one by rule, or is refused.
@Suite struct LabelConventionTests {
  private func columns(_ labels: String) -> String {
    "\"columns\": { \"image\": \"i\", \"patient\": \"p\", \"labels\": \(labels) }"
  }

  private func table(_ cells: [String], column: String = "y") -> String {
    "i,p,\(column)\n"
      + cells.enumerated().map { "\($0).png,p\($0),\"\($1)\"\n" }.joined()
  }

  private func labels(_ cells: [String], _ rule: String) throws -> [Bool?] {
    try readRealTable(table(cells), real: columns(rule)).cases.map { $0.labels[0] }
  }

  @Test func blanksAreUnknownInColumnsAndInLists() throws {
    #expect(try labels(["1", "", "0"], "{ \"Effusion\": \"y\" }") == [true, nil, false])
    let list = "{ \"from\": \"y\", \"findings\": [\"Effusion\"] }"
    #expect(try labels(["Effusion|Mass", "", "No Finding"], list) == [true, nil, false])
    let asked = "{ \"from\": \"y\", \"findings\": [\"Effusion\"], \"blank\": \"negative\" }"
    #expect(try labels(["Effusion", "", "Mass"], asked) == [true, false, false])
  }

  @Test func blanksAreCountedInTheMappingsAndTheNotes() throws {
    let list = columns("{ \"from\": \"y\", \"findings\": [\"Effusion\"] }")
    let cohort = try readRealTable(table(["Effusion", "", "", "Mass"]), real: list)
    #expect(
      cohort.valueMappings == [
        ValueMapping(
          subject: "Effusion", column: "y", value: "Effusion", rows: 1, meaning: "positive"),
        ValueMapping(subject: "Effusion", column: "y", value: "", rows: 2, meaning: "unknown"),
        ValueMapping(
          subject: "Effusion", column: "y", value: "(others)", rows: 1, meaning: "negative"),
      ])
    #expect(
      cohort.notes == [
        "2 of 4 images have no known label of 'Effusion' and were left out of its questions."
      ])
  }

  @Test func aRuleSaysWhatUncertainLabelsMean() throws {
    let rule = """
      { "Effusion": { "column": "y", "values":
        { "1": "positive", "0": "negative", "-1": "leave out", "": "negative" } } }
      """
    #expect(try labels(["1.0", "-1.0", "", "0"], rule) == [true, nil, false, false])
    let other = """
      { "Effusion": { "column": "y", "values": { "-1": "negative", "*": "positive" } } }
      """
    #expect(try labels(["-1", "3 4 5"], other) == [false, true])
  }

  @Test func aLabelWithoutMeaningIsRefusedWithTheRuleToWrite() {
    let plain = columns("{ \"Effusion\": \"y\" }")
    let failure = realTableFailure(table(["1", "0", "-1", "2"]), real: plain)
    #expect(
      failure?.message.hasSuffix(
        "line 4, column 'y': '-1' is not a label (nor are others of this column: '-1', '2')")
        == true, "\(failure?.message ?? "")")
    #expect(failure?.hint?.contains("\"-1\": \"leave out\"") == true)
    let ruled = columns(
      "{ \"Effusion\": { \"column\": \"y\", \"values\": { \"1\": \"positive\", \"0\": \"negative\" } } }"
    )
    #expect(
      realTableFailure(table(["1", "-1"]), real: ruled)?.hint?.contains("\"values\"") == true)
    // A row that is not read needs no meaning.
    let some = "\"where\": { \"p\": \"p0\" }, " + plain
    #expect(realTableFailure(table(["1", "-1"]), real: some) == nil)
  }

  @Test func plainWordsAreLabelsAndAreTold() throws {
    let cohort = try readRealTable(
      table(["YES", "no", "True", "FALSE"]), real: columns("{ \"Effusion\": \"y\" }"))
    #expect(cohort.cases.map { $0.labels[0] } == [true, false, true, false])
    #expect(
      cohort.valueMappings.map(\.meaning) == ["positive", "negative", "positive", "negative"])
  }

  @Test func noFindingFollowsFromTheOthers() throws {
    let cohort = try readRealTable(
      "i,p,a,b\n1,1,0,0\n2,2,1,0\n3,3,,0\n4,4,,1\n",
      real: columns(
        "{ \"A\": \"a\", \"B\": \"b\", \"No Finding\": { \"absenceOf\": [\"A\", \"B\"] } }"))
    let place = try #require(cohort.findings.firstIndex(of: "No Finding"))
    #expect(cohort.cases.map { $0.labels[place] } == [true, false, nil, false])
    let unknown = realTableFailure(
      "i,p,a\n1,1,0\n", real: columns("{ \"A\": \"a\", \"N\": { \"absenceOf\": [\"B\"] } }"))
    #expect(unknown?.message.contains("spec.json:") == true)
    #expect(unknown?.message.contains("absence of 'B'") == true)
  }

  @Test func listsAreTrimmedAndSynonymsCount() throws {
    let rule = """
      { "from": "y", "separator": ";", "findings": ["Effusion", "Edema"],
        "synonyms": { "Effusion": ["pleural effusion"] }, "noFinding": ["normal"] }
      """
    let cohort = try readRealTable(
      table([" Pleural Effusion ;edema", "EFFUSION", "normal", "mass"]), real: columns(rule))
    #expect(
      cohort.cases.map(\.labels) == [
        [true, true], [true, false], [false, false], [false, false],
      ])
  }

  @Test func pythonListsAreLists() throws {
    let rule = "{ \"from\": \"y\", \"separator\": \"|\", \"findings\": [\"Effusion\", \"Edema\"] }"
    let cohort = try readRealTable(
      table(["['effusion', 'edema']", "['mass, small']", "[]", "nan"]), real: columns(rule))
    #expect(
      cohort.cases.map(\.labels) == [[true, true], [false, false], [nil, nil], [nil, nil]])
  }

  @Test func whatWouldBeANegativeByMistakeIsRefused() {
    let rule = columns("{ \"from\": \"y\", \"findings\": [\"Effusion\"] }")
    let joined = realTableFailure(table(["Mass", "Effusion;Mass"]), real: rule)
    #expect(
      joined?.message.contains("line 3, column 'y': 'Effusion;Mass' seems to be joined by ';'")
        == true)
    let both = realTableFailure(table(["No Finding|Effusion"]), real: rule)
    #expect(both?.message.contains("names a finding and says that there is none") == true)
    let misspelt = realTableFailure(table(["Efusion", "Mass"]), real: rule)
    #expect(misspelt?.hint?.contains("\"synonyms\": { \"Effusion\": [\"efusion\"] }") == true)
    #expect(realTableFailure(table(["Mass", "No Finding", "Effusion"]), real: rule) == nil)
  }

  @Test(arguments: [
    ("{ \"A\": { \"column\": \"y\", \"values\": { \"1\": \"yes\" } } }", "values.1"),
    ("{ \"A\": { \"column\": \"y\", \"values\": { \"1\": \"positive\" } } }", "\"negative\""),
    ("{ \"A\": { \"colum\": \"y\" } }", "did you mean 'column'?"),
    ("{ \"from\": \"y\", \"blank\": \"positive\" }", "blank"),
    ("{}", "must not be empty"),
  ])
  func wrongRulesNameTheirKey(_ rule: String, _ words: String) {
    let failure = realTableFailure(table(["1"]), real: columns(rule))
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "accepted")")
    #expect(failure?.message.hasPrefix("spec.json:") == true)
  }
}
