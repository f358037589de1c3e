import Testing

@testable import AuditModel
import Basics

@Suite struct BoxFileTests {
  private func load(_ text: String) throws -> BoxFile {
    try loadBoxes(from: Array(text.utf8), path: "b.json")
  }

  private func refusal(_ text: String) -> String {
    do {
      let file = try load(text)
      _ = try file.fractions(of: file.layouts[0], on: .init(width: 512, height: 256))
      return "read without a word"
    } catch { return (error as? AuditFailure)?.description ?? "\(error)" }
  }

  @Test func fractionsAndPixelsOfTheSamePlaceAreTheSame() throws {
    let fractions = try load(#"[{"x": 0.25, "y": 0.5, "width": 0.5, "height": 0.25}]"#)
    let pixels = try load(#"[{"x": 128, "y": 128, "width": 256, "height": 64}]"#)
    let scaled = try load(
      #"{"boxes": [{"x": 256, "y": 1, "width": 512, "height": 1}], "imageSize": [1024, 2], "#
        + #""style": "outlined"}"#)
    #expect(fractions.units == .fractions && pixels.units == .pixels && scaled.style == .outlined)
    let size = GeneratorSpecification.ImageSize(width: 512, height: 256)
    let expected = FindingBox(x: 0.25, y: 0.5, width: 0.5, height: 0.25)
    #expect(try fractions.fractions(of: fractions.layouts[0], on: size) == [expected])
    #expect(try pixels.fractions(of: pixels.layouts[0], on: size) == [expected])
    #expect(
      try scaled.fractions(of: scaled.layouts[0], on: size)
        == [FindingBox(x: 0.25, y: 0.5, width: 0.5, height: 0.5)])
    #expect(fractions.rule != scaled.rule)
  }

  @Test func layoutsAreChosenByFinding() throws {
    let file = try load(
      """
      [[{x: 0.1, y: 0.1, width: 0.2, height: 0.2, finding: "Effusion"},
        {x: 0.5, y: 0.1, width: 0.2, height: 0.2, finding: "Nodule"}],
       [{x: 0.3, y: 0.1, width: 0.2, height: 0.2}, {x: 0.4, y: 0, width: 0.1, height: 1, finding: "Nodule"}]]
      """)
    #expect(try file.layouts(for: "Effusion").map { $0.map(\.x) } == [[0.1], [0.3]])
    #expect(try file.layouts(for: "Nodule").map { $0.map(\.x) } == [[0.5], [0.3, 0.4]])
    let failure = #expect(throws: AuditFailure.self) { try file.layouts(for: "Efusion") }
    #expect(failure?.hint?.contains("Effusion") == true)
  }

  @Test(arguments: [
    ("", "empty"), ("[]", "at least one box"), ("[[]]", "at least one box"),
    ("3", "found the number"),
    ("[{\"x\": 0.1, \"y\": 0, \"width\": 0.2}]", "boxes[0].height is missing"),
    ("[{x: -0.1, y: 0, width: 0.2, height: 0.1}]", "from 0 to"),
    ("[{x: 0.1, y: 0, width: 0, height: 0.1}]", "above 0"),
    ("[{x: 0.1, y: 0, width: -0.5, height: 0.1}]", "above 0"),
    ("[{x: 0.1, y: 0, width: NaN, height: 0.1}]", "NaN"),
    ("[{x: 0.1, y: 0, width: 1e999, height: 0.1}]", "must be a number"),
    ("[{x: 0.9, y: 0, width: 0.2, height: 0.1}]", "outside the image"),
    ("[{x: 500, y: 0, width: 20, height: 10}]", "outside the image of 512 × 256 pixels"),
    ("[{x: 5, y: 0, width: 0.2, height: 10}]", "less than one"),
    ("[{x: 0.1, y: 0, width: 0.2, height: 0.1, label: \"a\"}]", "unknown key 'label'"),
    ("{boxes: [{x: 0, y: 0, width: 1, height: 1}], stile: \"filled\"}", "did you mean 'style'?"),
    ("{boxes: [{x: 0, y: 0, width: 1, height: 1}], style: \"round\"}", "\"filled\", \"outlined\""),
  ])
  func faultsAreNamed(text: String, expected: String) {
    let message = refusal(text)
    #expect(message.contains(expected), "\(text): \(message)")
    #expect(message.contains("b.json"))
  }

  @Test func tooManyBoxesAreRefused() {
    let box = "{x: 0, y: 0, width: 0.1, height: 0.1}"
    let many = Array(repeating: box, count: BoxFile.maximumBoxCount + 1).joined(separator: ",")
    #expect(refusal("[\(many)]").contains("at most 1000"))
  }
}
