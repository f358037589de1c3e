import AuditModel
import Basics
import Testing
import Vocabulary

@Suite struct GatheredRuleTests {
  private func groups(_ race: String) throws -> GroupRule? {
    try loadSpecification(
      from: """
        { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "m", "scores": "s.csv" }],
          "real": { "table": "t.csv", "columns": { "patient": "p", "race": "r", "labels": { "A": "a" } } },
          "analysis": { "groups": { "race": \(race) } } }
        """, path: "spec.json"
    ).analysis.groups["race"]
  }

  @Test func listsAndPatternsMakeGroups() throws {
    #expect(
      try groups("{ \"White\": [\"WHITE*\"], \"Asian\": [\"ASIAN\", \"KOREAN\"] }")
        == .gathered([
          .init(name: "White", patterns: ["WHITE*"]),
          .init(name: "Asian", patterns: ["ASIAN", "KOREAN"]),
        ]))
  }

  @Test(arguments: [
    ("{ \"White\": [\"WHITE*\"] }", "has one group"),
    ("{ \"White\": [\"WHITE*\"], \"Asian\": [] }", "Asian must not be empty"),
    ("{ \"White\": [\"WHITE*\"], \"Other\": [\"WHITE - X\"] }", "which White has already"),
  ])
  func wrongRulesNameTheirKey(_ race: String, _ words: String) {
    let failure = #expect(throws: AuditFailure.self) { try groups(race) }
    #expect(failure?.message.contains("analysis.groups.race") == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }
}
