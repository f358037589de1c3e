import AuditModel
import Foundation
import OnnxGraphs

/// What was run, part by part, so that a reader can check that it is the published pipeline.
struct OnnxPipelineRecord {
  let parts: [PipelinePart]

  init(
    _ specification: OnnxSpecification, findings: [String], model: OnnxModel, runtime: OnnxRuntime
  ) {
    func list(_ numbers: [Double]) -> String {
      numbers.map {
        $0.formatted(
          .number.grouping(.never).locale(Locale(identifier: "en_US_POSIX"))
            .precision(.significantDigits(1...9)))
      }.joined(separator: ", ")
    }
    var parts = [
      PipelinePart(name: "model", value: (specification.path as NSString).lastPathComponent)
    ]
    func add(_ name: String, _ value: String) {
      parts.append(PipelinePart(name: name, value: value))
    }
    add("input", "\(model.input.description), \(model.input.elementName)")
    add("channels", specification.channels.rawValue)
    add("layout", specification.layout.rawValue)
    add("size", "\(specification.height) × \(specification.width)")
    add("resize", specification.resize.spelled)
    add("fit", specification.preprocessing.fit.rawValue)
    for step in specification.preprocessing.summaryParts { add("step", step) }
    add("range", "[\(list([specification.rangeLower, specification.rangeUpper]))]")
    if !specification.preprocessing.isStandardized {
      add("mean", list(specification.mean))
      add("std", list(specification.standardDeviation))
    }
    for (name, values) in specification.constants.sorted(by: { $0.key < $1.key }) {
      add("constant input", "\(name) = \(list(values))")
    }
    for port in model.outputs { add("output", "\(port.description), \(port.elementName)") }
    for finding in findings {
      guard let place = specification.outputs[finding] else { continue }
      add("place", "\(finding): \(place.text)")
    }
    add("activation", specification.activation.rawValue)
    if let axis = specification.softmaxAxis { add("softmax axis", "\(axis)") }
    add("graph optimisation", specification.optimisation.rawValue)
    add(
      "provider",
      specification.provider == .cpu
        ? "CPU, one thread per image"
        : specification.provider.name
          + specification.providerOptions.sorted { $0.key < $1.key }
          .map { ", \($0.key)=\($0.value)" }.joined())
    add("ONNX Runtime", runtime.version)
    self.parts = parts
  }
}

extension OnnxSpecification.Resize {
  /// With its library, whatever the spec wrote.
  fileprivate var spelled: String { rawValue.contains(".") ? rawValue : "pillow.\(rawValue)" }
}
