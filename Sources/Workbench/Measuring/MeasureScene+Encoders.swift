import AuditModel
import Basics
import Classifiers
import OnnxGraphs

extension MeasureScene {
  /// The spec's encoders, or the features of the reference panel's first ONNX classifier.
  func openEncoders() throws -> [NamedEncoder] {
    let specifications = measure.encoders.isEmpty ? panelEncoder : measure.encoders
    guard !specifications.isEmpty else {
      throw AuditFailure(
        "no encoder gives the images as vectors: the spec has neither 'measure.encoders' nor an ONNX "
          + "classifier in 'referencePanel'",
        hint:
          "add \"encoders\": [{ \"name\": \"densenet\", \"onnx\": \"densenet.onnx\", \"input\": { … } }]"
      )
    }
    let runtime = try OnnxRuntime()
    return try specifications.map { try open($0, as: $0.name, runtime) }
  }

  /// The spec's models of pictures and texts, their captions read.
  func openAlignment() throws -> [(model: AlignmentModel, encoder: NamedEncoder)] {
    guard !measure.alignment.isEmpty else { return [] }
    let runtime = try OnnxRuntime()
    return try measure.alignment.map { named in
      let model = AlignmentModel(
        name: named.encoder.name,
        captions: try CaptionFeatures(contentsOf: specification.resolve(named.captions)))
      return (model, try open(named.encoder, as: model.space, runtime))
    }
  }

  private var panelEncoder: [EncoderSpecification] {
    for member in specification.referencePanel {
      if case .onnx(let onnx) = member.source {
        return [EncoderSpecification(name: member.name, onnx: onnx)]
      }
    }
    return []
  }

  private func open(_ named: EncoderSpecification, as space: String, _ runtime: OnnxRuntime) throws
    -> NamedEncoder
  {
    var located = named
    located.onnx.path = specification.resolve(named.onnx.path)
    let encoder = try ImageEncoder(located, runtime: runtime)
    return NamedEncoder(
      space: space, encoder: encoder,
      key: encoder.hash + " " + encoder.tensor + named.canonicalText)
  }
}
