import AuditModel
import Testing

@testable import Workbench

/// What the spec says of an ONNX classifier is part of the key of its scores. No runtime is needed for
/// that; the model's bytes are part of the key as every classifier's files are.
@Suite struct OnnxKeyTests {
  /// A key as the reader names it, and the members of `input` or of the classifier that change it.
  struct Change: Sendable, CustomTestStringConvertible {
    let key: String
    let input: String
    let own: String

    init(_ key: String, input: String = "\"size\": [8, 8]", own: String = "") {
      (self.key, self.input, self.own) = (key, input, own)
    }

    var testDescription: String { key }
  }

  private static func with(_ key: String, _ members: String) -> Change {
    Change("classifiers[].input." + key, input: "\"size\": [8, 8], " + members)
  }

  static let changes: [Change] = [
    Change("classifiers[].input", input: "\"size\": [16, 8]"),
    Change("classifiers[].input.size", input: "\"size\": [8, 16]"),
    Change("classifiers[].outputs", own: "\"outputs\": { \"Effusion\": 1 }"),
    Change("classifiers[].activation", own: "\"activation\": \"softmax\""),
    Change("classifiers[].output", own: "\"output\": \"logits\""),
    Change(
      "classifiers[].softmaxAxis", own: "\"activation\": \"softmax\", \"softmaxAxis\": -1"),
    Change("classifiers[].constants", own: "\"constants\": { \"age\": 50 }"),
    Change("classifiers[].optimisation", own: "\"optimisation\": \"all\""),
    Change("classifiers[].provider", own: "\"provider\": \"cuda\""),
    Change(
      "classifiers[].providerOptions",
      own: "\"provider\": \"cuda\", \"providerOptions\": { \"device_id\": \"1\" }"),
    Change(
      "classifiers[].outputs.Effusion.output",
      own: "\"outputs\": { \"Effusion\": { \"output\": \"a\", \"index\": 0 } }"),
    Change(
      "classifiers[].outputs.Effusion.index",
      own: "\"outputs\": { \"Effusion\": { \"output\": \"a\", \"index\": 1 } }"),
    with("name", "\"name\": \"x\""),
    with("channels", "\"channels\": \"rgb\""), with("range", "\"range\": [0, 255]"),
    with("mean", "\"mean\": [0.5]"), with("std", "\"std\": [0.5]"),
    with("resize", "\"resize\": \"nearest\""), with("layout", "\"layout\": \"nhwc\""),
    with("fit", "\"fit\": \"padThenResize\""),
    with("shortestSide", "\"fit\": \"resizeThenCrop\", \"shortestSide\": 12"),
    with("cropToContent", "\"cropToContent\": 0.1"), with("invert", "\"invert\": true"),
    with("equalize", "\"equalize\": true"), with("standardize", "\"standardize\": \"image\""),
  ]

  /// Every key with a case here; where the model lies changes nothing, which has a test of its own.
  static let keys = Set(changes.map(\.key)).union(["classifiers[].onnx"])

  private func description(
    model: String = "m.onnx", input: String = "\"size\": [8, 8]", own: String = ""
  ) throws -> String? {
    let outputs = own.contains("outputs") ? "" : ", \"outputs\": { \"Effusion\": 0 }"
    let spec = try loadSpecification(
      from: """
        { "schema": "audit-spec/1", "name": "t",
          "classifiers": [{ "name": "o", "onnx": "\(model)", "input": { \(input) }
            \(outputs)\(own.isEmpty ? "" : ", " + own) }],
          "real": { "table": "t.csv", "images": "i", "columns": { "patient": "p", "labels": { "Effusion": "y" } } } }
        """)
    return ReuseKeys.description(of: try #require(spec.classifiers.first))
  }

  @Test(arguments: changes) func aChangedKeyMakesOtherScores(change: Change) throws {
    #expect(try description(input: change.input, own: change.own) != description())
  }

  /// So that the side itself counts and not only the way of fitting that it comes with.
  @Test func theShortestSideCountsByItsValue() throws {
    func side(_ pixels: Int) throws -> String? {
      try description(
        input: "\"size\": [8, 8], \"fit\": \"resizeThenCrop\", \"shortestSide\": \(pixels)")
    }
    #expect(try side(12) != side(14))
  }

  /// So that an axis, a constant and a place count by their values, not only by being there.
  @Test func portsCountByTheirValues() throws {
    func axis(_ number: Int) throws -> String? {
      try description(own: "\"activation\": \"softmax\", \"softmaxAxis\": \(number)")
    }
    #expect(try axis(-1) != axis(1))
    func constant(_ number: Int) throws -> String? {
      try description(own: "\"constants\": { \"age\": \(number) }")
    }
    #expect(try constant(50) != constant(51))
    func place(_ number: Int) throws -> String? {
      try description(
        own: "\"outputs\": { \"Effusion\": { \"output\": \"a\", \"index\": \(number) } }")
    }
    #expect(try place(0) != place(1))
  }

  @Test(arguments: ["\"scoreScale\": \"percent\"", "\"accept\": [\"scoresAlike\"]"])
  func howScoresAreJudgedLeavesThemAsTheyAre(own: String) throws {
    #expect(try description(own: own) == description())
  }

  @Test func aMovedModelIsTheSameModel() throws {
    #expect(try description(model: "elsewhere/m.onnx") == description())
  }
}
