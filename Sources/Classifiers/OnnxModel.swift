import Basics
import COnnxRuntime
import Foundation

/// An opened ONNX model whose first input is an image and whose first output are numbers.
final class OnnxModel: @unchecked Sendable {
  // Unchecked: a session may be run from many threads at once, and nothing here changes.
  private let session: OpaquePointer
  let path: String
  /// The shapes as the model declares them; −1 where it leaves a dimension open.
  let inputShape: [Int64]
  let outputShape: [Int64]

  /// Opens a model and checks that it takes one 32-bit float tensor and gives one first.
  /// - Throws: ``AuditFailure`` naming the file: absent, not ONNX, another input or output.
  init(path: String, runtime: OnnxRuntime) throws {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw AuditFailure("the ONNX model \(path) does not exist or may not be read")
    }
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    var opened: OpaquePointer?
    guard ort_session_create(runtime.library, path, &opened, &message) != 0, let session = opened
    else {
      throw AuditFailure("the ONNX model \(path) cannot be opened: \(text(message))")
    }
    do {
      let input = try OnnxPort(session, .input, path: path)
      let output = try OnnxPort(session, .output, path: path)
      guard ort_session_input_count(session) == 1 else {
        throw AuditFailure(
          "the ONNX model \(path) has \(ort_session_input_count(session)) inputs; one image is given"
        )
      }
      guard output.shape.count <= 5, output.valuesPerImage ?? 1 <= OnnxModel.maximumValues else {
        throw AuditFailure(
          "the ONNX model \(path): output \(output.description) is not a list of findings")
      }
      self.session = session
      self.path = path
      inputShape = input.shape
      outputShape = output.shape
      inputName = input.name
      outputName = output.name
    } catch {
      ort_session_release(session)
      throw error
    }
  }

  deinit { ort_session_release(session) }

  let inputName: String
  let outputName: String

  /// More classes per image than any classifier of radiographs has.
  static let maximumValues = 100_000

  /// Values per image that the output announces; nil when they are only known after a run.
  var valuesPerImage: Int? { OnnxPort.valuesPerImage(outputShape) }

  /// Runs the model on `batch` images, `shape` values in all, and returns its first output, flat.
  func run(_ input: inout [Float], shape: [Int64]) throws -> [Float] {
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    let batch = Int(shape[0])
    let capacity = (valuesPerImage ?? OnnxModel.maximumValues) * batch
    var produced = 0
    var succeeded: Int32 = 0
    let output = [Float](unsafeUninitializedCapacity: capacity) { buffer, count in
      succeeded = ort_session_run(
        session, &input, input.count, shape, shape.count, buffer.baseAddress, capacity, &produced,
        &message)
      count = succeeded != 0 ? produced : 0
    }
    guard succeeded != 0 else {
      throw AuditFailure("the ONNX model \(path) failed: \(text(message))")
    }
    guard output.count % batch == 0, !output.isEmpty else {
      throw AuditFailure(
        "the ONNX model \(path) gave \(output.count) numbers for \(batch) images; "
          + "its first dimension must be the image")
    }
    return output
  }
}

/// One input or output as a model declares it.
private struct OnnxPort {
  enum Side: Int32 { case input, output }

  let name: String
  let shape: [Int64]

  init(_ session: OpaquePointer, _ side: Side, path: String) throws {
    var port = ort_port()
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    guard ort_session_describe(session, side.rawValue, 0, &port, &message) != 0 else {
      throw AuditFailure("the ONNX model \(path) cannot be described: \(text(message))")
    }
    name = withUnsafeBytes(of: port.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    guard port.is_tensor != 0 else {
      throw AuditFailure(
        "the ONNX model \(path): \(side) '\(name)' is a sequence or map, a float tensor is needed",
        hint: "export it without ZipMap")
    }
    guard port.element_type == 1 else {
      let type = OnnxPort.typeName(port.element_type)
      throw AuditFailure(
        "the ONNX model \(path): \(side) '\(name)' holds \(type) values, 32-bit float is needed",
        hint: "export the model with a float32 \(side)")
    }
    shape = withUnsafeBytes(of: port.dimensions) {
      Array($0.bindMemory(to: Int64.self).prefix(port.rank))
    }
  }

  var description: String { "'\(name)' of \(shapeText(shape))" }

  var valuesPerImage: Int? { OnnxPort.valuesPerImage(shape) }

  static func valuesPerImage(_ shape: [Int64]) -> Int? {
    var product = 1
    for dimension in shape.dropFirst() {
      guard dimension > 0, let size = Int(exactly: dimension) else { return nil }
      let (value, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow { return Int.max }
      product = value
    }
    return product
  }

  private static func typeName(_ type: Int32) -> String {
    let names = [
      2: "8-bit", 3: "8-bit", 6: "32-bit integer", 7: "64-bit integer", 8: "text", 9: "Boolean",
      10: "16-bit float", 11: "64-bit float", 16: "bfloat16",
    ]
    return names[Int(type)] ?? "other (type \(type))"
  }
}

/// A shape for a person: `[batch, 1, 224, 224]`, open dimensions as `?`.
func shapeText(_ shape: [Int64]) -> String {
  let parts = shape.enumerated().map { index, size in
    size > 0 ? "\(size)" : index == 0 ? "batch" : "?"
  }
  return "[" + parts.joined(separator: ", ") + "]"
}
