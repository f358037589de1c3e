import Foundation
import Testing

@testable import AuditModel

/// The reference of specs and the reader know the same keys.
@Suite struct SpecificationReferenceTests {
  /// A spec with every object that the reader looks into.
  static let everything = """
    { "schema": "audit-spec/1", "name": "t",
      "classifiers": [{ "name": "o", "onnx": "m.onnx", "format": {}, "input": { "size": [8, 8] },
        "outputs": { "Effusion": { "output": "e", "index": 0 } } }],
      "cohort": { "generator": { "strength": { "trunk": { "sex": 2 }, "guidance": { "attribute": 2 } } },
        "findings": { "Effusion": { "positive": ["a"], "negative": ["b"] } } },
      "real": { "table": "t.csv", "format": {}, "images": { "folder": "i", "window": { "named": "X" } },
        "fold": { "rule": "any" }, "join": [{ "table": "j.csv", "on": "p", "columns": "c", "format": {} }],
        "columns": { "patient": { "column": "p" }, "age": { "column": "a" },
          "labels": { "Effusion": { "column": "y" } } } },
      "analysis": { "groups": { "age": { "edges": [0, 40] } }, "minimumCell": {}, "metrics": [{}],
        "thresholds": { "Effusion": { "rule": "maximumF1" } } },
      "rebalance": { "trainingTable": "t.csv", "format": {}, "columns": {},
        "impressions": { "table": "i.csv", "format": {}, "columns": {} } },
      "measure": { "real": { "images": "i", "table": "t.csv", "format": {}, "columns": {} },
        "encoders": [{}], "alignment": [{}] },
      "synthesize": {}, "training": { "data": { "images": "i" }, "network": {}, "lora": {} },
      "policy": { "limits": [{}] }, "report": {} }
    """
  static let list = """
    { "schema": "audit-spec/1", "name": "t",
      "classifiers": [{ "name": "s", "scores": "s.csv", "format": {} }],
      "real": { "table": "t.csv", "columns": { "patient": "p", "labels": { "from": "l" } } },
      "analysis": { "thresholds": { "rule": "maximumF1" } } }
    """
  static let byClassifier = """
    { "schema": "audit-spec/1", "name": "t", "classifiers": [{ "name": "s", "scores": "s.csv" }],
      "real": { "table": "t.csv", "columns": { "patient": "p", "labels": { "Effusion": "y" } } },
      "analysis": { "thresholds": { "Effusion": { "classifiers": { "s": { "rule": "maximumF1" } } } } } }
    """

  private func read() throws -> Set<String> {
    var known: Set<String> = []
    for text in [Self.everything, Self.list, Self.byClassifier] {
      known.formUnion(try knownSpecificationKeys(in: text))
    }
    return Set(
      known.map { key in
        // Blocks that take the keys of another one are described there.
        [
          ("referencePanel[]", "classifiers[]"), ("attributePredictors[]", "classifiers[]"),
          ("measure.scorers[]", "classifiers[]"),
          ("measure.encoders[].input.", "classifiers[].input."),
          ("measure.alignment[].input.", "classifiers[].input."),
          ("measure.synthetic.", "measure.real."), ("measure.training.", "measure.real."),
          ("measure.heldOut.", "measure.real."), ("training.data.", "measure.real."),
          ("training.generator.", "cohort.generator."),
          ("synthesize.format.", "rebalance.format."),
          ("synthesize.columns.", "rebalance.columns."),
          ("synthesize.impressions.", "rebalance.impressions."),
        ].reduce(key) { $0.hasPrefix($1.0) ? $1.1 + $0.dropFirst($1.0.count) : $0 }
          .replacing(".Effusion.classifiers.s.", with: ".*.")
          .replacing(".Effusion.", with: ".*.").replacing("groups.age.", with: "groups.*.")
      })
  }

  @Test func everyKeyOfTheReaderIsInTheReferenceAndNoOther() throws {
    let reference = SpecificationKey.all.map(\.path)
    #expect(Set(reference).count == reference.count)
    let read = try read()
    #expect(read.count > 150)
    #expect(read.subtracting(reference).sorted() == [], "the reference lacks these keys")
    // Names of the user's are no keys of the reader.
    let own = Set(reference).subtracting(read).sorted()
    #expect(own == [], "the reader does not know these keys")
  }

  @Test func everyKeyIsExplained() {
    for key in SpecificationKey.all {
      #expect(!key.meaning.isEmpty && !key.example.isEmpty, "\(key.path)")
      if case .choice(let names) = key.kind {
        let example = key.example.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        #expect(names.contains(example), "\(key.path): \(key.example) is not one of its values")
        if !["", "required"].contains(key.defaultValue), key.defaultValue.first?.isLetter == true {
          let isName = names.contains(key.defaultValue)
          #expect(
            isName || key.defaultValue.contains(" ") || key.defaultValue == "recognised",
            "\(key.path): default \(key.defaultValue)")
        }
      }
    }
  }

  @Test func theSchemaIsJSONThatNamesEveryTopKey() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(SpecificationSchema.text.utf8)) as? [String: Any])
    let properties = try #require(object["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(SpecificationReader.topKeys))
    #expect(object["additionalProperties"] as? Bool == false)
    let required = try #require(object["required"] as? [String])
    #expect(Set(required) == ["schema", "name", "classifiers"])
    let input =
      ((properties["classifiers"] as? [String: Any])?["items"] as? [String: Any])?[
        "properties"] as? [String: Any]
    #expect(
      (input?["activation"] as? [String: Any])?["enum"] as? [String] == [
        "none", "sigmoid", "softmax",
      ])
  }

  @Test func aSpecMayNameItsSchemaForAnEditor() throws {
    let text = """
      { "$schema": "spec.schema.json", "schema": "audit-spec/1", "name": "t",
        "classifiers": [{ "name": "s", "scores": "s.csv" }],
        "real": { "table": "t.csv", "columns": { "patient": "p", "labels": { "Effusion": "y" } } } }
      """
    #expect(try loadSpecification(from: text, path: "t.json", directory: "/").name == "t")
  }
}
