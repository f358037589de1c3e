import AuditModel
import Basics
import Foundation
import Testing

@Suite struct CanonicalTextTests {
  private struct Part: Equatable {
    enum Kind { case plain, sized(Int, name: String) }
    var kind: Kind = .plain
    var map: [String: Double] = [:]
    var list: [String]?
    static func == (left: Part, right: Part) -> Bool { false }
  }

  @Test func theOrderOfFillingDoesNotCount() {
    var first = Part()
    var second = Part()
    let names = (0..<50).map { "n\($0)" }
    for name in names { first.map[name] = 1 }
    for name in names.reversed() { second.map[name] = 1 }
    #expect(canonicalText(of: first) == canonicalText(of: second))
    #expect(canonicalText(of: Set(names)) == canonicalText(of: Set(names.shuffled())))
  }

  @Test func everyPropertyCounts() {
    var texts: Set<String> = [canonicalText(of: Part())]
    var other = Part()
    other.kind = .sized(1, name: "a")
    texts.insert(canonicalText(of: other))
    other.kind = .sized(1, name: "b")
    texts.insert(canonicalText(of: other))
    other.list = []
    texts.insert(canonicalText(of: other))
    other.list = ["a", "b"]
    texts.insert(canonicalText(of: other))
    other.list = ["a\", \"b"]
    texts.insert(canonicalText(of: other))
    other.list = ["b", "a"]
    texts.insert(canonicalText(of: other))
    other.map = ["x": 0.1]
    texts.insert(canonicalText(of: other))
    other.map = ["x": 0.1.nextUp]
    texts.insert(canonicalText(of: other))
    #expect(texts.count == 9)
  }

  @Test func aSpecsBlocksDiffer() {
    var command = CommandSpecification(arguments: ["a", "b"])
    let before = canonicalText(of: command)
    command.version = "2"
    #expect(canonicalText(of: command) != before)
    #expect(
      canonicalText(
        of: RealCohortSpecification(table: "t", labels: .columns(["A": "a", "B": "b"])))
        == canonicalText(
          of: RealCohortSpecification(table: "t", labels: .columns(["B": "b", "A": "a"]))))
  }
}

@Suite struct FileStampTests {
  @Test func aFreshFileHasNoStampAndAnOldOneKeepsItsOwn() throws {
    let folder = NSTemporaryDirectory() + "stamp-\(UUID().uuidString)"
    try createFolder(at: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeAtomically("one", to: folder + "/a")
    #expect(fileStamp(of: folder + "/a") == nil, "it could change again within the same tick")
    #expect(fileStamp(of: folder + "/none") == nil)
    let old = "/etc/passwd"
    #expect(fileStamp(of: old) != nil && fileStamp(of: old) == fileStamp(of: old))
  }
}
