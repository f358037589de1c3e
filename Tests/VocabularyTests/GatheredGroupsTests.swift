import Testing
import Vocabulary

/// Many codings of a registry become a few groups, by lists and patterns.
@Suite struct GatheredGroupsTests {
  private let race = Attribute.named("race")
  private let rule = GroupRule.gathered([
    .init(name: "White", patterns: ["WHITE*", "PORTUGUESE"]),
    .init(name: "Black", patterns: ["BLACK/*", "*AFRICAN*AMERICAN"]),
  ])

  @Test(
    arguments: [
      ("WHITE", "White"), ("White - Russian", "White"), (" portuguese ", "White"),
      ("BLACK/AFRICAN AMERICAN", "Black"), ("X AFRICAN OR AMERICAN", "Black"), ("ASIAN", nil),
      ("UNKNOWN", nil), ("NOT WHITE", nil), ("BLACK", nil), ("AFRICAN", nil),
    ] as [(String, String?)])
  func valuesFallIntoTheGroupWhosePatternTheyFit(_ value: String, _ group: String?) throws {
    #expect(try Grouping(race, rule: rule).group(of: value) == group)
  }

  @Test func groupsStandInTheOrderOfTheRuleAndAbsentOnesAreNamed() throws {
    let values = ["ASIAN", "WHITE", nil]
    let grouping = Grouping(race, rule: rule, values: values)
    #expect(grouping.groups == ["White", "Black"])
    #expect(try grouping.column(of: values).membership == [-1, 0, -1])
    #expect(grouping.unmatched(in: values) == ["Black"])
    #expect(try grouping.outside(values).map(\.value).sorted() == ["", "ASIAN"])
  }

  @Test(arguments: [
    "UNKNOWN", "Declined", "PATIENT DECLINED TO ANSWER", "Unable to obtain", "Prefer not to say",
  ])
  func valuesThatSayNothingAreNoGroupUnlessAskedFor(_ value: String) throws {
    let values = ["WHITE", "ASIAN", value]
    #expect(Grouping(race, rule: nil, values: values).groups == ["ASIAN", "WHITE"])
    let asked = Grouping(race, rule: .values(["WHITE", value]), values: values)
    #expect(try asked.group(of: value) == value)
  }
}
