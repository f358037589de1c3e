import Basics
import Testing

@testable import AuditModel

@Suite struct RealImagesTests {
  private func spec(_ images: String) -> String {
    """
    { "schema": "audit-spec/1", "name": "t",
      "classifiers": [{ "name": "c", "command": ["x"] }],
      "real": { "table": "t.csv", "images": \(images),
        "columns": { "patient": "p", "labels": { "A": "a" } } } }
    """
  }

  private func options(_ images: String) throws -> RealImagesSpecification {
    try #require(loadSpecification(from: spec(images)).real).imageOptions
  }

  @Test func aTextIsTheFolderAndNothingElse() throws {
    let real = try #require(loadSpecification(from: spec("\"images/\"")).real)
    #expect(real.images == "images/" && real.imageOptions == RealImagesSpecification())
  }

  @Test func anObjectSaysHowFilesAreRead() throws {
    let text = """
      { "folder": "f", "pattern": "{study}/{image}.dcm", "unreadable": "leave out", "bits": 12,
        "window": [40, 400] }
      """
    let real = try #require(loadSpecification(from: spec(text)).real)
    #expect(real.images == "f")
    #expect(real.imageOptions.pattern == "{study}/{image}.dcm")
    #expect(real.imageOptions.unreadable == .leaveOut && real.imageOptions.bits == 12)
    #expect(real.imageOptions.window == .values(center: 40, width: 400))
  }

  @Test func windowsAreChosenByNumberNameOrWord() throws {
    typealias Window = RealImagesSpecification.Window
    let cases: [(String, Window)] = [
      ("\"file\"", .file), ("1", .index(1)), ("\"stretch\"", .stretch),
      ("\"whole range\"", .wholeRange), ("{ \"named\": \"LUNG\" }", .named("LUNG")),
    ]
    for (text, window) in cases {
      #expect(try options("{ \"folder\": \"f\", \"window\": \(text) }").window == window)
    }
  }

  @Test(arguments: [
    ("{ \"bits\": 12 }", "real.images.folder is missing"),
    ("{ \"folder\": \"f\", \"bits\": 17 }", "from 8 to 16"),
    ("{ \"folder\": \"f\", \"unreadable\": \"skip\" }", "\"refuse\", \"leave out\""),
    ("{ \"folder\": \"f\", \"pattern\": \"../{image}\" }", "stay below the image folder"),
    ("{ \"folder\": \"f\", \"pattern\": \"a.png\" }", "names no column"),
    ("{ \"folder\": \"f\", \"pattern\": \"{image\" }", "never closed"),
    ("{ \"folder\": \"f\", \"window\": \"lung\" }", "must be \"file\""),
    ("{ \"folder\": \"f\", \"window\": [40, 0] }", "width of at least 1"),
    ("{ \"folder\": \"f\", \"bit\": 12 }", "did you mean 'bits'?"),
    ("3", "real.images must be a text"),
  ])
  func faultsAreNamed(images: String, words: String) {
    let failure = #expect(throws: AuditFailure.self) { try loadSpecification(from: spec(images)) }
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }

  @Test func otherReadingIsAnotherText() throws {
    let texts = try [
      "{ \"folder\": \"f\" }", "{ \"folder\": \"f\", \"bits\": 12 }",
      "{ \"folder\": \"f\", \"window\": 1 }", "{ \"folder\": \"f\", \"window\": [1, 2] }",
      "{ \"folder\": \"f\", \"window\": \"stretch\" }",
    ].map { try options($0).readingText }
    #expect(Set(texts).count == texts.count && texts[0] == "")
  }
}
