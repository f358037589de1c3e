import AuditModel
import Basics
import Testing

struct MeasureSpecificationTests {
  static let spec = """
    { "schema": "audit-spec/1", "name": "m",
      "measure": {
        "synthetic": { "images": "drawn", "table": "drawn.csv",
          "columns": { "image": "file", "sex": "sex", "prompt": "prompt", "labels": { "Effusion": "y" } } },
        "real": { "images": "real" },
        "encoders": [{ "name": "dense", "onnx": "dense.onnx", "output": "features",
          "input": { "size": [224, 224], "channels": "rgb", "mean": [0.5], "std": [0.25] } }],
        "alignment": [{ "name": "clip", "onnx": "clip.onnx", "output": "image_embeds",
          "captions": "captions.csv", "input": { "size": [224, 224] } }],
        "minimumGroup": 30, "limit": 500, "neighbours": 3, "replicates": 50, "seed": 9 } }
    """

  static func read(_ text: String) throws -> AuditSpecification {
    try loadSpecification(from: text, for: .measure)
  }

  @Test func setsAndEncodersAreRead() throws {
    let measure = try #require(try Self.read(Self.spec).measure)
    #expect(measure.synthetic?.imageColumn == "file")
    #expect(measure.synthetic?.attributes.map(\.column) == ["sex"])
    #expect(measure.synthetic?.labels == ["Effusion": "y"])
    #expect(measure.real == ImageSetSpecification(images: "real"))
    #expect(measure.encoders.first?.output == "features")
    #expect(measure.encoders.first?.onnx.standardDeviation == [0.25, 0.25, 0.25])
    #expect(measure.alignment.first?.captions == "captions.csv")
    #expect(measure.alignment.first?.encoder.output == "image_embeds")
    #expect(measure.minimumGroup == 30 && measure.limit == 500 && measure.neighbours == 3)
    #expect(measure.replicates == 50 && measure.seed == 9)
  }

  @Test func anAuditStillNeedsClassifiersAndCases() {
    #expect(throws: AuditFailure.self) { try loadSpecification(from: Self.spec) }
  }

  @Test(arguments: [
    ("\"images\": \"real\"", "\"image\": \"real\"", "did you mean 'images'"),
    (
      "\"real\": {", "\"heldOut\": { \"images\": \"h\" }, \"real\": {",
      "is compared with the training images"
    ),
    ("\"images\": \"real\"", "\"images\": \"real\", \"where\": { \"a\": \"b\" }", "there is none"),
    ("\"limit\": 500", "\"limit\": 5", "from 20 to 5000"),
    ("\"output\": \"features\",", "\"outputs\": { \"a\": 0 },", "unknown key 'outputs'"),
    ("\"dense\"", "\"Radiomics\"", "what the report calls its own features"),
    ("\"captions\": \"captions.csv\", ", "", "measure.alignment[0].captions is missing"),
    ("\"captions\": \"captions.csv\"", "\"caption\": \"captions.csv\"", "did you mean 'captions'"),
    (
      "\"alignment\": [",
      "\"alignment\": [{ \"name\": \"CLIP\", \"onnx\": \"o.onnx\", \"captions\": \"c\", \"input\": { \"size\": [8, 8] } }, ",
      "measure.alignment"
    ),
  ])
  func faultsNameTheirPlace(was: String, becomes: String, says: String) {
    let text = Self.spec.replacing(was, with: becomes)
    #expect(text != Self.spec)
    let failure = #expect(throws: AuditFailure.self) { try Self.read(text) }
    #expect(failure?.message.contains(says) == true, "\(failure?.message ?? "")")
  }
}
