import Foundation
import Testing

@testable import Reporting

/// What people read beside the program is what the program is.
@Suite struct DocumentTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// `RECORD_GOLDEN=1 swift test` or `audit schema reference > docs/reference.md` rewrites it.
  @Test func theReferenceIsTheGeneratedOne() throws {
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data(ReferenceDocument.text.utf8).write(
        to: Self.root.appendingPathComponent("docs/reference.md"))
    }
    #expect(try text("docs/reference.md") == ReferenceDocument.text)
  }

  @Test func everyLinkOfTheDocumentsLeadsToAFile() throws {
    let docs = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("docs").path
    ).filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    #expect(docs.count > 6)
    for document in ["README.md"] + docs {
      let folder = Self.root.appendingPathComponent(document).deletingLastPathComponent()
      for link in try text(document).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
        let target = folder.appendingPathComponent(String(link.1)).standardizedFileURL.path
        #expect(FileManager.default.fileExists(atPath: target), "\(document) links to \(link.1)")
      }
    }
  }

  @Test func everyVariableThatTheProgramReadsIsInTheReference() throws {
    let sources = Self.root.appendingPathComponent("Sources")
    let names = try #require(FileManager.default.enumerator(atPath: sources.path))
    var read: Set<String> = []
    for case let name as String in names
    where name.hasSuffix(".swift") && !name.hasPrefix("audit-") && !name.hasPrefix("Reporting") {
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
      for match in text.matches(of: /"(AUDIT_[A-Z]+|NO_COLOR|BROWSER)"/) {
        read.insert(String(match.1))
      }
    }
    #expect(read.count >= 5)
    let known = Set(ReferenceDocument.variables.map(\.name))
    #expect(read.subtracting(known).sorted() == [])
    #expect(known.subtracting(read).sorted() == [])
  }
}
