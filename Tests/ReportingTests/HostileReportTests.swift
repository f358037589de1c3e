import AuditModel
import Foundation
import Testing

@testable import Reporting

/// Reports in which every string is an attack.
@Suite struct HostileReportTests {
  static let attacks = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style><b>", "]]><x/>",
    "| a | b |\n# head", "`code` [x](javascript:alert(1))", "=HYPERLINK(\"http://x\")",
    "\u{202E}evil\u{0}",
  ]

  /// A string of the same length, since a report shows fewer rows where names are long.
  private func harmless(_ attack: String) -> String {
    String(attack.map { $0.isWhitespace ? " " : $0.isLetter || $0.isNumber ? $0 : "a" })
  }

  @Test(arguments: attacks)
  func stringsNeverBecomeElements(_ attack: String) throws {
    let plain = renderHTML(try SampleReports.hostile(harmless(attack))) { _ in nil }
    let page = renderHTML(try SampleReports.hostile(attack)) { _ in nil }
    // The same elements in the same order as with harmless letters.
    #expect(elements(of: page) == elements(of: plain))
    if attack.contains("<") { #expect(!page.contains(attack)) }
  }

  @Test(arguments: attacks)
  func xmlStaysWellFormed(_ attack: String) throws {
    let report = try SampleReports.hostile(attack)
    for text in [JUnitXML.document(report), FairnessEquityXML.document(report)] {
      let names = try XMLNames(text)
      #expect(
        names.list
          == (try XMLNames(
            text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites")
              ? JUnitXML.document(try SampleReports.hostile(harmless(attack)))
              : FairnessEquityXML.document(try SampleReports.hostile(harmless(attack))))).list)
    }
  }

  @Test(arguments: attacks)
  func markdownHasNoRawElementsOrForeignTables(_ attack: String) throws {
    let text = renderMarkdown(try SampleReports.hostile(attack))
    let plain = renderMarkdown(try SampleReports.hostile(harmless(attack)))
    // Our anchors are the only elements.
    #expect(text.matches(of: /<(?!a id="[a-z0-9-]+"><\/a>|\/a>)/).isEmpty)
    #expect(text.split(separator: "\n").count == plain.split(separator: "\n").count)
    func bars(_ text: String) -> [Int] {
      text.split(separator: "\n").map { $0.replacing("\\|", with: "").count { $0 == "|" } }
    }
    #expect(bars(text) == bars(plain))
    #expect(text.firstMatch(of: #/[^\\]\]\(javascript/#) == nil)
  }

  @Test func spreadsheetFormulasAreDisarmedAndNumbersAreNot() throws {
    var report = SampleReports.quickstart
    report.gates[0].sentence = "=1+1"
    report.gates[1].sentence = "two\r\nlines, \"quoted\""
    let table = try #require(try CSVTables.all(report).first { $0.name == "gates.csv" }).content
    #expect(table.contains("'=1+1"))
    #expect(table.contains("\"two\r\nlines, \"\"quoted\"\"\""))
    let comparisons = try #require(
      try CSVTables.all(report).first { $0.name == "comparisons.csv" }
    ).content
    #expect(comparisons.contains(",-0."))
    #expect(!comparisons.contains("'"))
  }

  /// Tag names in order; the images' links differ with the file names and are left out.
  private func elements(of page: String) -> [Substring] {
    // Labels of pictures are broken into as many lines as they need.
    page.matches(of: /<(\/?[a-zA-Z0-9]+)/).map(\.1).filter { $0 != "text" && $0 != "/text" }
  }
}

/// The element names of an XML text; throws when it is not well-formed.
struct XMLNames {
  var list: [String] = []

  init(_ text: String) throws {
    // A minimal check of nesting that does not depend on a platform's parser: names match,
    // text holds no bare '<', references are the five of XML or numeric.
    var open: [String] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      try require(references(rest[..<start]), "bad reference in text")
      guard let end = rest[start...].firstIndex(of: ">") else { throw Fault("tag without end") }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      if tag.hasPrefix("/") {
        try require(open.popLast() == String(tag.dropFirst()), "wrong end tag \(tag)")
        continue
      }
      guard
        let match = tag.wholeMatch(
          of: /([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z:-]+="[^"<]*")*)\s*(\/?)/)
      else { throw Fault("malformed tag \(tag)") }
      try require(references(match.2), "bad reference in attribute")
      list.append(String(match.1))
      if match.3.isEmpty { open.append(String(match.1)) }
    }
    try require(open.isEmpty, "elements left open")
    let bad = text.unicodeScalars.contains {
      $0.value < 0x20 && !"\n\t".unicodeScalars.contains($0)
    }
    try require(!bad, "a control character")
  }

  struct Fault: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  private func require(_ condition: Bool, _ message: String) throws {
    if !condition { throw Fault(message) }
  }

  private func references(_ text: Substring) -> Bool {
    text.matches(of: /&/).count == text.matches(of: /&(?:amp|lt|gt|quot|#39);/).count
  }
}
