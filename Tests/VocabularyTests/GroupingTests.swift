import Basics
import Testing
import Vocabulary

@Suite struct GroupingTests {
  private let sex = Attribute.named("sex")
  private let insurance = Attribute.named("insurance")

  @Test func agesFallIntoBinsWithInclusiveUpperEnds() throws {
    let grouping = Grouping(.named("age"), rule: .edges([0, 20, 40, 60, 80]))
    let column = try grouping.column(
      of: ["0", "19", "19.9", "20", "79", "80", "113", nil, "-1", "unknown"])
    #expect(column.groups == ["0-19", "20-39", "40-59", "60-79", "80+"])
    #expect(column.membership == [0, 0, 0, 1, 3, 4, 4, -1, -1, -1])
  }

  @Test func binsOfOneYearAndBrokenEdgesHaveNamesOfTheirOwn() {
    let years = Grouping(.named("age"), rule: .edges([0, 1, 18]))
    #expect(years.groups == ["0", "1-17", "18+"])
    #expect(years.bounds(of: "0")?.upper == 1 && years.bounds(of: "18+")?.upper == nil)
    let index = Grouping(Attribute(name: "bmi", kind: .number), rule: .edges([18.5, 25, 30]))
    #expect(index.groups == ["18.5-<25", "25-29", "30+"])
  }

  @Test(
    arguments: [
      (["M", "m", "Male", "F", "female", "W"], ["F", "M"], [1, 1, 1, 0, 0, 0]),
      (["male", "male", "M", "Female", "f", "Female"], ["Female", "male"], [1, 1, 1, 0, 0, 0]),
      (["F", " f ", "woman", "M", "man", "MALE"], ["F", "M"], [0, 0, 0, 1, 1, 1]),
    ] as [([String], [String], [Int32])])
  func spellingsOfOneSexAreOneGroup(_ values: [String], _ groups: [String], _ members: [Int32])
    throws
  {
    let column = try Grouping(sex, rule: nil, values: values).column(of: values)
    #expect(column.groups == groups)
    #expect(column.membership == members)
  }

  @Test func withoutARuleOneValueIsOneGroupHoweverItIsWritten() throws {
    let values = [
      "Public", "public", "PUBLIC ", "Public", "private", "Unknown", "", "1", "1.0", nil,
    ]
    let grouping = Grouping(insurance, rule: nil, values: values)
    #expect(grouping.groups == ["1", "Public", "private"])
    #expect(try grouping.column(of: values).membership == [1, 1, 1, 1, 2, -1, -1, 0, 0, -1])
    // A rule may ask for what is otherwise missing.
    let asked = Grouping(insurance, rule: .values(["Public", "Unknown"]))
    #expect(try asked.column(of: values).membership == [0, 0, 0, 0, -1, 1, -1, -1, -1, -1])
  }

  @Test func theNameOfAGroupDoesNotDependOnTheOrderOfRows() {
    let values = ["a", "A", "B", "b", "b", "Female", "F", "f"]
    let names = Grouping(sex, rule: nil, values: values).groups
    for shift in 1..<values.count {
      let turned = Array(values[shift...] + values[..<shift])
      #expect(Grouping(sex, rule: nil, values: turned).groups == names)
    }
  }

  @Test func codesWithLeadingZerosStayApart() {
    #expect(Grouping(insurance, rule: nil, values: ["01", "1", "10"]).groups == ["01", "1", "10"])
  }

  @Test func whatARuleDoesNotMatchIsNamed() throws {
    let grouping = Grouping(sex, rule: .values(["F", "M", "X"]))
    #expect(grouping.unmatched(in: ["female", "female", nil]) == ["M", "X"])
    let outside = try grouping.outside(["0", "1", "0", nil, "f"])
    #expect(outside.map(\.value) == ["0", "", "1"])
    #expect(outside.map(\.rows) == [2, 1, 1])
  }

  @Test func aWordAmongNumbersIsToldWithItsRow() {
    let grouping = Grouping(Attribute(name: "bmi", kind: .number), rule: .edges([18, 25]))
    let failure = #expect(throws: AuditFailure.self) {
      try grouping.column(of: ["20", "heavy"])
    }
    #expect(failure?.message.contains("row 2") == true)
    #expect(failure?.message.contains("'heavy' is not a number") == true)
  }

  @Test func intersectionsHoldCasesWhateverTheSpellingAndTheNames() {
    let cell: AttributeValues = ["sex": "Female", "age": "0-19", "payer": "A*B"]
    func holds(_ group: String, _ attribute: String) -> Bool {
      Grouping.contains(group: group, of: attribute, cell)
    }
    #expect(holds("F", "sex") && holds("f*0-19", "sex*age") && holds("0-19*woman", "age*sex"))
    #expect(holds("a*b", "payer") && holds("F*A*B*0-19", "sex*payer*age"))
    #expect(!holds("M*0-19", "sex*age") && !holds("F*20-39", "sex*age"))
    #expect(!holds("F*White", "sex*race") && !holds("F", "sex*age"))
  }

  @Test func aCohortHasTheSameGroupsInEveryTable() throws {
    let sexes = ["M", "M", "male", "F"]
    let ages = ["3", "30", "31", nil]
    func values(_ name: String) -> [String?] { name == "sex" ? sexes : name == "age" ? ages : [] }
    let groups = CohortGroups(
      attributes: [.named("sex"), .named("age"), .named("race")],
      rules: ["age": .edges([0, 18])], intersections: [["sex", "age"], ["sex", "race"]],
      values: values)
    #expect(groups.groupings.map(\.attribute.name) == ["sex", "age"])
    #expect(groups.intersections == [["sex", "age"]])
    let columns = try groups.columns(reasons: ["age": "not drawn"]) { name in
      Array(values(name)[2...])
    }
    #expect(columns.map(\.name) == ["sex", "age", "sex*age"])
    #expect(columns[0].groups == ["F", "M"] && columns[0].membership == [1, 0])
    #expect(columns[2].membership == [3, -1])
    #expect(columns[2].notEvaluableReason == "not drawn")
  }

  @Test func valuesAreListedInOneOrderHoweverTheyWereGiven() {
    let one: AttributeValues = ["scanner": "X", "race": "White", "age": "3", "sex": "F"]
    var other: AttributeValues = ["age": "3"]
    other["sex"] = "F"
    other["scanner"] = "X"
    other["race"] = "Black"
    other["race"] = "White"
    #expect(one == other)
    #expect(one.attributes == ["sex", "age", "race", "scanner"])
    other["age"] = nil
    #expect(other["age"] == nil && other.attributes == ["sex", "race", "scanner"])
  }

  @Test(arguments: ["", " x", "a*b", "a:b", "finding", "Label", "a\u{0}", "all"])
  func namesThatTablesUseAreRefused(_ name: String) {
    #expect(Attribute.problem(ofName: name) != nil)
    #expect(Attribute.problem(ofName: "insurance") == nil)
  }
}
