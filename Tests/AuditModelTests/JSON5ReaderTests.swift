import Testing

import Basics

@Suite struct JSON5ReaderTests {
  func value(_ text: String) throws -> JSONValue {
    try JSON5Reader.value(of: Array(text.utf8), path: "x.json")
  }

  /// The value without places, members sorted, for comparison by eye.
  func plain(_ value: JSONValue) -> String {
    switch value.content {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): text
    case .string(let text): "<\(text)>"
    case .array(let elements): "[" + elements.map(plain).joined(separator: " ") + "]"
    case .object(let members):
      "{" + members.map { "\($0.name):\(plain($0.value))" }.joined(separator: " ") + "}"
    }
  }

  func message(_ text: String) -> String {
    do {
      return "read \(plain(try value(text)))"
    } catch {
      return (error as? AuditFailure)?.message ?? "\(error)"
    }
  }

  @Test(arguments: [
    ("[1, 2,]", "[1 2]"), ("{a: 1, 'b': 2, \"c\": 3,}", "{a:1 b:2 c:3}"),
    ("// one\n/* two\n */ null // three", "null"),
    ("[+1, -.5, 5., 0x1F, 1e3, -0xa]", "[1 -0.5 5 31 1e3 -10]"),
    ("'it''s'", nil), ("'say \"hi\"'", "<say \"hi\">"), ("'a\\\nb'", "<ab>"),
    ("'a\\\r\nb'", "<ab>"),
    ("'\\x41\\u0042\\ud83d\\ude00\\'\\q'", "<AB😀'q>"),
    ("{ $x_1: true, größe: 2 }", "{$x_1:true größe:2}"),
    ("\u{FEFF}{}", "{}"), ("[]", "[]"), ("18446744073709551615", "18446744073709551615"),
  ])
  func readsWhatJSON5AddsToJSON(text: String, expected: String?) throws {
    guard let expected else {
      #expect(throws: AuditFailure.self) { try value(text) }
      return
    }
    #expect(plain(try value(text)) == expected)
  }

  @Test func placesCountLinesThroughCommentsAndContinuedTexts() throws {
    let root = try value("/* 1\n2 */\n{\n  a: 'x\\\ny', // 4, 5\r\n  b: [\r 7] }")
    guard case .object(let members) = root.content else {
      Issue.record("not an object")
      return
    }
    #expect(root.position == SourcePosition(line: 3, column: 1))
    #expect(members.map(\.position.line) == [4, 6])
    guard case .array(let elements) = members[1].value.content else {
      Issue.record("not a list")
      return
    }
    #expect(elements.map(\.position) == [SourcePosition(line: 7, column: 2)])
  }

  @Test(arguments: [
    ("", "x.json: the file is empty"),
    ("{\"a\": 1", "x.json:1: the file ends inside the object that began in line 1; '}' is missing"),
    ("{a: 1\n b: 2}", "x.json:2: ',' or '}' is missing before 'b: 2}'"),
    ("[1 2]", "x.json:1: ',' or ']' is missing before '2]'"),
    (
      "{a: 1,\n a: 2}",
      "x.json:2: the key 'a' stands twice in this object, first in line 1; remove one"
    ),
    ("{a 1}", "x.json:1: ':' is missing after the key 'a'"),
    ("{a: yes}", "x.json:1: 'yes' is not a value; put text in quotes"),
    ("{a: NaN}", "x.json:1: 'NaN' is not a number"), ("[Infinity]", "'Infinity' is not a number"),
    ("{a: }", "x.json:1: a value is missing here; found '}'"),
    ("{a: 'b}", "x.json:1: the text that begins here is not closed"),
    ("{a: 'b\n'}", "x.json:1: the text that begins here is not closed in its line"),
    ("/* a", "x.json:1: this comment /* is not closed"), ("{} {}", "found '{}' after the end"),
    ("[01]", "the number '01' begins with 0"), ("[1.2.3]", "follows a number directly"),
    ("[.]", "a number needs digits"), ("[1e]", "digits are missing after 'e'"),
    ("[0x]", "is not a number of 64 bits"), ("[0x1ffffffffffffffff]", "is not a number of 64 bits"),
    ("['\\ud800']", "half of a surrogate pair"), ("['\\u12']", "needs 4 hexadecimal digits"),
    ("['a\u{1}b']", "a control character (1)"), ("['\\1']", "is not an escape"),
    ("[,]", "a value is missing here"), ("{1a: 2}", "a key is missing here; found '1a: 2}'"),
  ])
  func refusesWithTheLineAndTheReason(text: String, expected: String) {
    #expect(message(text).contains(expected), "\(message(text))")
  }

  @Test func refusesDeepNestingInsteadOfExhaustingTheStack() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(message(deep).contains("nested more than 64 deep"))
    let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(message(allowed).hasPrefix("read ["))
  }

  @Test func refusesBytesThatAreNotUTF8WithTheirLine() {
    let bytes = Array("{\n a: '".utf8) + [0xFF, 0x27, 0x7D]
    #expect(throws: AuditFailure("x.json:2: the text is not UTF-8; save the file as UTF-8")) {
      try JSON5Reader.value(of: bytes, path: "x.json")
    }
  }

  @Test func everyPrefixOfAnObjectIsRefusedAndNeverCrashes() {
    let text =
      "{ a: [1, -2.5e-3, 'x\\u0041\\\n', \"y\"], /* c */ b: { c: null, d: true, }, } // end"
    let bytes = Array(text.utf8)
    for count in 0..<(bytes.count - 7) where count != 1 {
      #expect(throws: AuditFailure.self, "prefix of \(count) bytes") {
        try JSON5Reader.value(of: Array(bytes.prefix(count)), path: "x.json")
      }
    }
  }
}

@Suite struct JSONValueTests {
  @Test func canonicalTextSortsMembersAndNeedsNoSpaces() {
    let value = JSONValue.object([
      (name: "b", value: .array([.number(1), .number(0.5), .integer(-3), .integer(UInt64.max)])),
      (name: "a", value: .string("x\"\\\n\u{1}é")), (name: "c", value: .number(.nan)),
    ])
    #expect(
      value.canonicalText
        == #"{"a":"x\"\\\n\u0001é","b":[1,0.5,-3,18446744073709551615],"c":null}"#)
  }

  @Test func prettyTextKeepsTheOrderAndReadsBackEqual() throws {
    let value = JSONValue.object([
      (name: "b", value: .array([])),
      (name: "a", value: .object([(name: "x", value: .boolean(true))])),
    ])
    #expect(value.prettyText == "{\n  \"b\": [],\n  \"a\": {\n    \"x\": true\n  }\n}")
    let read = try JSON5Reader.value(of: Array(value.prettyText.utf8), path: "x")
    let again = try JSON5Reader.value(of: Array(value.canonicalText.utf8), path: "x")
    guard case .object(let members) = read.content, case .object(let others) = again.content else {
      Issue.record("not objects")
      return
    }
    #expect(members.map(\.name) == ["b", "a"] && others.map(\.name) == ["a", "b"])
  }
}
