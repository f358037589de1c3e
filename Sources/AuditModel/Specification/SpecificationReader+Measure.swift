import Basics
import Vocabulary

extension SpecificationReader {
  /// `measure`: sets of images, encoders and how they are compared.
  func readMeasure(_ object: ObjectReader) -> MeasureSpecification {
    object.allowOnly([
      "synthetic", "real", "training", "heldOut", "encoders", "alignment", "scorers",
      "minimumGroup",
      "limit", "neighbours", "replicates", "seed",
    ])
    var measure = MeasureSpecification()
    measure.synthetic = object.object("synthetic").flatMap(readImageSet)
    measure.real = object.object("real").flatMap(readImageSet)
    measure.training = object.object("training").flatMap(readImageSet)
    measure.heldOut = object.object("heldOut").flatMap(readImageSet)
    if object.has("heldOut"), !object.has("training") {
      object.fault("heldOut", "is compared with the training images; add 'training' or remove it")
    }
    measure.encoders = (object.list("encoders") ?? []).compactMap {
      ObjectReader($0.value, keyPath: $0.keyPath, faults: faults).flatMap { readEncoder($0) }
    }
    object.noteRepetitions(
      measure.encoders.map { ($0.name.lowercased(), object.position(of: "encoders")) },
      in: object.path("encoders"))
    readAlignment(object, into: &measure)
    if object.has("scorers") {
      measure.scorers = readClassifiers(object, key: "scorers", real: nil)
      for scorer in measure.scorers where !scorer.readsImages {
        object.fault("scorers", "\"\(scorer.name)\" reads no images; give 'onnx' or 'command'")
      }
    }
    measure.minimumGroup =
      object.integer("minimumGroup", in: 10...1_000_000) ?? measure.minimumGroup
    measure.limit = object.integer("limit", in: 20...5000) ?? measure.limit
    measure.neighbours = object.integer("neighbours", in: 1...100) ?? measure.neighbours
    measure.replicates = object.integer("replicates", in: 20...10_000) ?? measure.replicates
    measure.seed = object.seed("seed") ?? measure.seed
    return measure
  }

  /// A folder of images and, where it says more of them, a table.
  func readImageSet(_ object: ObjectReader) -> ImageSetSpecification? {
    object.allowOnly(["images", "table", "format", "columns", "where"])
    guard let folder = object.requiredString("images", example: "\"images/\"") else { return nil }
    var set = ImageSetSpecification(images: folder)
    set.table = object.string("table")
    set.format = readFormat(object)
    for key in ["columns", "where", "format"] where object.has(key) && set.table == nil {
      object.fault(key, "says something of a table, and there is none; add \"table\"")
    }
    for pair in object.has("where") ? object.stringMap("where") ?? [] : [] {
      set.filter[pair.name] = pair.value
    }
    guard let columns = object.object("columns") else { return set }
    columns.allowOnly(
      ["image", "patient", "prompt", "labels", "attributes"] + Attribute.known.map(\.name))
    set.imageColumn = columns.string("image") ?? set.imageColumn
    set.patientColumn = columns.string("patient")
    set.promptColumn = columns.string("prompt")
    set.attributes = readAttributeColumns(columns)
    for pair in columns.has("labels") ? columns.stringMap("labels") ?? [] : [] {
      set.labels[pair.name] = pair.value
    }
    return set
  }

  private func readAlignment(_ object: ObjectReader, into measure: inout MeasureSpecification) {
    measure.alignment = (object.has("alignment") ? object.list("alignment") ?? [] : []).compactMap {
      ObjectReader($0.value, keyPath: $0.keyPath, faults: faults).flatMap { model in
        let encoder = readEncoder(model, besides: ["captions"])
        let captions = model.requiredString("captions", example: "\"captions.csv\"")
        guard let encoder, let captions else { return nil }
        return AlignmentSpecification(encoder: encoder, captions: captions)
      }
    }
    object.noteRepetitions(
      measure.alignment.map {
        ($0.encoder.name.lowercased(), object.position(of: "alignment"))
      }, in: object.path("alignment"))
  }

  /// - Parameter others: Keys that the object has beside those of an encoder.
  private func readEncoder(_ object: ObjectReader, besides others: [String] = [])
    -> EncoderSpecification?
  {
    object.allowOnly(["name", "onnx", "input", "output"] + others)
    guard let name = object.requiredString("name", example: "\"densenet\"") else { return nil }
    object.checkName(name, object.path("name"), at: object.position(of: "name"))
    if name.lowercased() == FidelityReport.radiomics {
      object.fault(
        "name", "\"\(name)\" is what the report calls its own features; name it otherwise")
    }
    let output = object.string("output")
    return OnnxSpecification.readEncoder(from: object).map {
      EncoderSpecification(name: name, onnx: $0, output: output)
    }
  }
}
