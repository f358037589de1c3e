import Basics
import Testing

/// What programs write: RFC 8259, and the numbers that are none of Python.
@Suite struct StrictJSONTests {
  private func read(_ text: String) throws -> JSONValue {
    try JSON5Reader.value(of: Array(text.utf8), path: "x.json", dialect: .program)
  }

  @Test func valuesAreThoseOfTheText() throws {
    let value = try read(
      #" { "a": [1, -2.5e3, true, null, "\u00e9\ud83d\ude00\n"], "b": {}, "c": [], "d": 3.0 } "#)
    #expect(value["a"]?[0]?.int == 1 && value["a"]?[1]?.double == -2500)
    #expect(value["a"]?[2]?.bool == true && value["a"]?[3]?.isNull == true)
    #expect(value["a"]?[4]?.string == "é😀\n")
    #expect(value["b"]?.members == [] && value["c"]?.elements == [] && value["d"]?.int == 3)
    #expect(value["e"] == nil && value["a"]?[5] == nil && value["a"]?.ints == nil)
  }

  @Test func numbersThatAreNoneComeAsPythonWritesThem() throws {
    let value = try read("[NaN, Infinity, -Infinity]")
    #expect(value[0]?.double?.isNaN == true && value[0]?.int == nil)
    #expect(value[1]?.double == .infinity && value[2]?.double == -.infinity)
    #expect(throws: AuditFailure.self) {
      try JSON5Reader.value(of: Array("[NaN]".utf8), path: "x.json")
    }
  }

  /// What only people write, and what nobody should.
  @Test(arguments: [
    "{a:1}", "{'a':1}", "[1,]", "{\"a\":1,}", "[+1]", "[.5]", "[1.]", "[01]", "[0x1]", "[1e]",
    "// c\n[]", "[/**/]", "[\"\\v\"]", "[\"\\x41\"]", "[\"a\\\nb\"]", "[\"\t\"]", "[\u{a0}1]",
    "\u{feff}[]", "[1] 2", "[-NaN]", "[True]", "", "{\"a\":1,\"a\":2}", "[\"\\ud800\"]",
  ])
  func everythingElseIsRefused(_ text: String) {
    #expect(throws: AuditFailure.self, "\(text)") { try read(text) }
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try read(nested(JSON5Reader.maximumDepth))
    #expect(throws: AuditFailure.self) { try read(nested(JSON5Reader.maximumDepth + 1)) }
    #expect(throws: AuditFailure.self) { try read(String(repeating: "[", count: 1_000_000)) }
  }

  @Test(arguments: [
    ("1", 1), ("[]", 2), ("[1,2]", 3), ("{\"a,b\":[\"x\\\",[\",{}]}", 5), ("\"\\\\\"", 1),
    ("[[],[]]", 5),
  ])
  func valuesAreCountedBeforeTheyAreRead(text: String, count: Int) throws {
    try checkValueCount(ofJSON: text.utf8, path: "x.json", limit: count)
    do {
      try checkValueCount(ofJSON: text.utf8, path: "x.json", limit: count - 1)
      Issue.record("\(text) has more values")
    } catch let failure as AuditFailure {
      #expect(
        failure.message == "x.json: it has some \(count) values; at most \(count - 1) are read")
    }
  }

  @Test(arguments: [JSON5Reader.Dialect.person, .program])
  func moreValuesThanAReportHasAreRefused(dialect: JSON5Reader.Dialect) throws {
    func read(_ limit: Int) throws {
      _ = try JSON5Reader.value(
        of: Array("[0, [1], {\"a\": 2}]".utf8), path: "x.json", dialect: dialect, valueLimit: limit)
    }
    try read(6)
    let failure = #expect(throws: AuditFailure.self) { try read(5) }
    #expect(failure?.message.contains("more than 5 values") == true)
    #expect(jsonValueLimit == 4_000_000)
  }
}
