import AuditModel
import Basics
import COnnxRuntime
import OnnxGraphs

/// The inputs and outputs of an opened model, and which of them a spec means.
struct OnnxPorts {
  let session: OpaquePointer
  let path: String

  /// The image's input, and the others with their constant values.
  func inputs(_ specification: OnnxSpecification) throws -> (
    image: OnnxPort, constants: [(port: OnnxPort, values: [Float], shape: [Int64])]
  ) {
    let all = try (0..<ort_session_input_count(session)).map {
      try OnnxPort(session, .input, $0, path: path)
    }
    let names = all.map(\.name)
    for name in specification.constants.keys.sorted() where !names.contains(name) {
      throw missing(name, "'constants' names the input", among: names)
    }
    let image: OnnxPort
    if let name = specification.inputName {
      guard let named = all.first(where: { $0.name == name }) else {
        throw missing(name, "'input.name' is", among: names)
      }
      image = named
    } else {
      let open = all.filter { specification.constants[$0.name] == nil }
      guard open.count == 1, let only = open.first else {
        throw AuditFailure(
          "the ONNX model \(path) has \(all.count) inputs (\(all.map(\.description).joined(separator: ", "))); "
            + "one image is given",
          hint:
            "give the others values under 'constants', such as { \"\(names.last ?? "")\": 0 }, and "
            + "name the image's input in 'input.name'")
      }
      image = only
    }
    try image.checkElements([1, 2, 3, 4, 5, 6, 10, 11])
    let others = try all.filter { $0.name != image.name }.map { port in
      guard let values = specification.constants[port.name] else {
        throw AuditFailure(
          "the ONNX model \(path) has a second input \(port.description) without a value",
          hint: "give it one under 'constants'")
      }
      try port.checkElements([1, 2, 3, 4, 5, 6, 7, 10, 11])
      var shape = port.shape.map { max($0, 1) }
      if shape.isEmpty { shape = [] }
      let count = shape.reduce(1) { $0 * Int($1) }
      guard values.count == 1 || values.count == count, count <= OnnxModel.maximumValues else {
        throw AuditFailure(
          "the ONNX model \(path): input \(port.description) takes \(count) values, and 'constants' "
            + "gives \(values.count)")
      }
      let all = values.count == count ? values : Array(repeating: values[0], count: count)
      return (port: port, values: all.map { Float($0) }, shape: shape)
    }
    return (image, others)
  }

  /// The outputs that the findings stand in.
  func outputs(_ specification: OnnxSpecification) throws -> [OnnxPort] {
    let count = ort_session_output_count(session)
    let names = try (0..<count).map { try OnnxPort.name(session, .output, $0, path: path) }
    var wanted: [String] = []
    for place in specification.outputs.sorted(by: { $0.key < $1.key }) {
      if let name = place.value.output ?? specification.output {
        guard names.contains(name) else { throw missing(name, "'outputs' names", among: names) }
        if !wanted.contains(name) { wanted.append(name) }
      } else {
        guard count == 1 else {
          let likely = likelyOutput(of: place.key, among: names)
          throw AuditFailure(
            "the ONNX model \(path) has \(count) outputs ("
              + names.map { "'\($0)'" }.joined(separator: ", ")
              + "), and the spec does not say which of them '\(place.key)' is in",
            hint:
              "name it: \"\(place.key)\": { \"output\": \"\(likely)\", \"index\": 0 }, or "
              + "\"output\": \"\(likely)\" for all findings")
        }
        if !wanted.contains(names[0]) { wanted.append(names[0]) }
      }
    }
    return try wanted.map { name in
      let port = try OnnxPort(session, .output, names.firstIndex(of: name) ?? 0, path: path)
      try port.checkElements([1, 10, 11])
      guard port.shape.count <= 5, port.valuesPerImage ?? 1 <= OnnxModel.maximumValues else {
        throw AuditFailure(
          "the ONNX model \(path): output \(port.description) is not a list of findings")
      }
      return port
    }
  }

  /// An output that may be meant, for a hint: the finding's name, or what numbers are usually called.
  private func likelyOutput(of finding: String, among names: [String]) -> String {
    let wanted = finding.lowercased()
    return names.first { $0.lowercased() == wanted }
      ?? names.first { name in
        ["logit", "prob", "score"].contains { name.lowercased().contains($0) }
      }
      ?? names.last ?? ""
  }

  private func missing(_ name: String, _ who: String, among names: [String]) -> AuditFailure {
    AuditFailure(
      "the ONNX model \(path) has no '\(name)', which \(who)",
      hint: nearestName(to: name, in: names).map { "did you mean '\($0)'?" }
        ?? "it has \(names.map { "'\($0)'" }.joined(separator: ", "))")
  }
}

/// One input or output as a model declares it.
struct OnnxPort {
  enum Side: Int32 { case input, output }

  let name: String
  /// −1 where the model leaves a dimension open.
  let shape: [Int64]
  let elementType: Int32
  private let side: Side
  private let path: String

  init(_ session: OpaquePointer, _ side: Side, _ index: Int, path: String) throws {
    let port = try Self.described(session, side, index, path: path)
    name = Self.name(of: port)
    self.side = side
    self.path = path
    guard port.is_tensor != 0 else {
      throw AuditFailure(
        "the ONNX model \(path): \(side) '\(name)' is a sequence or map, a float tensor is needed",
        hint: "export it without ZipMap")
    }
    elementType = port.element_type
    shape = withUnsafeBytes(of: port.dimensions) {
      Array($0.bindMemory(to: Int64.self).prefix(port.rank))
    }
  }

  /// The name alone, which sequences and maps have too.
  static func name(_ session: OpaquePointer, _ side: Side, _ index: Int, path: String) throws
    -> String
  {
    name(of: try described(session, side, index, path: path))
  }

  private static func described(
    _ session: OpaquePointer, _ side: Side, _ index: Int, path: String
  ) throws -> ort_port {
    var port = ort_port()
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    guard ort_session_describe(session, side.rawValue, index, &port, &message) != 0 else {
      throw AuditFailure("the ONNX model \(path) cannot be described: \(text(message))")
    }
    return port
  }

  private static func name(of port: ort_port) -> String {
    withUnsafeBytes(of: port.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  func checkElements(_ allowed: Set<Int32>) throws {
    guard allowed.contains(elementType) else {
      throw AuditFailure(
        "the ONNX model \(path): \(side) '\(name)' holds \(elementName) values, "
          + (side == .output ? "32-bit float is needed" : "which cannot be made of an image"),
        hint: "export the model with a float32 \(side)")
    }
  }

  var description: String { "'\(name)' of \(shapeText(shape))" }

  /// Whether it takes whole numbers.
  var isWhole: Bool { (2...7).contains(elementType) }

  /// Values per image that the port announces; nil when they are only known after a run.
  var valuesPerImage: Int? {
    var product = 1
    for dimension in shape.dropFirst() {
      guard dimension > 0, let size = Int(exactly: dimension) else { return nil }
      let (value, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow { return Int.max }
      product = value
    }
    return product
  }

  var elementName: String {
    let names: [Int32: String] = [
      1: "32-bit float", 2: "unsigned 8-bit", 3: "8-bit", 4: "unsigned 16-bit", 5: "16-bit",
      6: "32-bit integer", 7: "64-bit integer", 8: "text", 9: "Boolean", 10: "16-bit float",
      11: "64-bit float", 16: "bfloat16",
    ]
    return names[elementType] ?? "other (type \(elementType))"
  }
}

/// A shape for a person: `[batch, 1, 224, 224]`, open dimensions as `?`.
func shapeText(_ shape: [Int64]) -> String {
  let parts = shape.enumerated().map { index, size in
    size > 0 ? "\(size)" : index == 0 ? "batch" : "?"
  }
  return "[" + parts.joined(separator: ", ") + "]"
}
