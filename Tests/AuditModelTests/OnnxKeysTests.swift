import Basics
import Testing

@testable import AuditModel

@Suite struct OnnxKeysTests {
  private func spec(_ input: String, _ rest: String = "") -> String {
    """
    { "schema": "audit-spec/1", "name": "t",
      "classifiers": [{ "name": "c", "onnx": "m.onnx",
        "input": { "size": [8, 8]\(input) }, "outputs": { "A": 0 }\(rest) }],
      "real": { "table": "t.csv", "images": "i",
        "columns": { "patient": "p", "labels": { "A": "a" } } } }
    """
  }

  private func onnx(_ input: String, _ rest: String = "") throws -> OnnxSpecification {
    let classifier = try loadSpecification(from: spec(input, rest)).classifiers[0]
    guard case .onnx(let onnx) = classifier.source else { throw AuditFailure("no ONNX") }
    return onnx
  }

  @Test func preprocessingKeysAreRead() throws {
    let read = try onnx(
      ", \"fit\": \"resizeThenCrop\", \"shortestSide\": 10, \"cropToContent\": 0.02, "
        + "\"invert\": true, \"equalize\": true, \"standardize\": \"image\", "
        + "\"resize\": \"torchvision.bilinear-antialias\", \"channels\": \"bgr\""
    )
    #expect(read.preprocessing.fit == .resizeThenCrop && read.preprocessing.shortestSide == 10)
    #expect(read.preprocessing.contentThreshold == 0.02 && read.preprocessing.isInverted)
    #expect(read.preprocessing.isEqualized && read.preprocessing.isStandardized)
    #expect(read.resize == .torchvisionBilinearAntialias && read.channels == .bgr)
    #expect(read.preprocessing.summaryParts.count == 5)
    #expect(read.canonicalText != (try onnx("")).canonicalText)
  }

  @Test func pillowsMethodsMayBeNamedInFull() throws {
    #expect(try onnx(", \"resize\": \"pillow.lanczos\"").resize == .lanczos)
    #expect(throws: AuditFailure.self) { try onnx(", \"resize\": \"pillow.opencv.area\"") }
  }

  @Test func portsAndPlacesAreRead() throws {
    let read = try onnx(
      ", \"name\": \"x\"",
      ", \"output\": \"logits\", \"activation\": \"softmax\", \"softmaxAxis\": -1, "
        + "\"constants\": { \"age\": 50, \"view\": [1, 0] }, \"optimisation\": \"all\"")
    #expect(read.inputName == "x" && read.output == "logits" && read.softmaxAxis == -1)
    #expect(read.constants == ["age": [50], "view": [1, 0]] && read.optimisation == .all)
    let text = spec("").replacing(
      "{ \"A\": 0 }", with: "{ \"A\": [0, 1], \"B\": { \"output\": \"b\", \"index\": 2 } }")
    guard case .onnx(let placed) = try loadSpecification(from: text).classifiers[0].source else {
      return
    }
    #expect(placed.outputs["A"] == OutputPlace(index: [0, 1]))
    #expect(placed.outputs["B"] == OutputPlace(output: "b", index: [2]))
  }

  @Test func scalesAndAnswersAreRead() throws {
    let classifier = try loadSpecification(
      from: spec("", ", \"scoreScale\": \"percent\", \"accept\": [\"scoresAlike\"]")
    ).classifiers[0]
    #expect(classifier.scoreScale == .percent && classifier.accepted == [.scoresAlike])
  }

  @Test(arguments: [
    (", \"shortestSide\": 10", "", "belongs to \"fit\": \"resizeThenCrop\""),
    (", \"standardize\": \"image\", \"mean\": [0]", "", "exclude each other"),
    (", \"resize\": \"opencv.area2\"", "", "did you mean \"opencv.area\"?"),
    ("", ", \"softmaxAxis\": 1", "belongs to \"activation\": \"softmax\""),
    ("", ", \"scoreScale\": \"percents\"", "did you mean \"percent\"?"),
    ("", ", \"accept\": [\"anything\"]", "\"activationTwice\", \"scoresAlike\", \"valueApart\""),
    (", \"invert\": 1", "", "must be true or false"),
  ])
  func faultsAreNamed(input: String, rest: String, words: String) {
    let failure = #expect(throws: AuditFailure.self) {
      try loadSpecification(from: spec(input, rest))
    }
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }
}
