import AuditModel
import Basics
import COnnxRuntime
import Foundation
import OnnxGraphs
import Vocabulary

/// An opened ONNX model: one input is an image, others are constants, and outputs are numbers.
final class OnnxModel: @unchecked Sendable {
  // Unchecked: a session may be run from many threads at once, and nothing here changes.
  private let session: OpaquePointer
  let path: String
  /// The image.
  let input: OnnxPort
  /// What is asked for, each once.
  let outputs: [OnnxPort]
  private let constants: [(port: OnnxPort, values: [Float], shape: [Int64])]
  private let timeoutSeconds: Double
  private let checkInterrupted: @Sendable () throws -> Void

  /// More classes per image than any classifier of radiographs has.
  static let maximumValues = 100_000

  /// Opens a model and checks that its ports are those that the spec speaks of.
  /// - Parameter checkInterrupted: Asked during runs, from another thread; what it throws ends them.
  /// - Throws: ``AuditFailure`` naming the file: absent, not ONNX, ports that are missing or ambiguous.
  init(
    _ specification: OnnxSpecification, runtime: OnnxRuntime,
    checkInterrupted: @escaping @Sendable () throws -> Void = {}
  ) throws {
    path = specification.path
    timeoutSeconds = specification.timeoutSeconds
    self.checkInterrupted = checkInterrupted
    try Self.checkFiles(path)
    let level: Int32 =
      switch specification.optimisation {
      case .none: 0
      case .basic: 1
      case .extended: 2
      case .all: 99
      }
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    var opened: OpaquePointer?
    let placement = GraphPlacement(
      provider: specification.provider.name, options: specification.providerOptions)
    if specification.provider != .cpu { try runtime.require(placement.provider) }
    let path = path
    // Several images run at once, each on one thread.
    let succeeded = placement.withC(threads: 1) {
      ort_session_create(runtime.library, path, level, $0, &opened, &message)
    }
    guard succeeded != 0, let session = opened else {
      throw AuditFailure("the ONNX model \(path) cannot be opened: \(text(message))")
    }
    self.session = session
    do {
      let ports = OnnxPorts(session: session, path: path)
      (input, constants) = try ports.inputs(specification)
      outputs = try ports.outputs(specification)
    } catch {
      ort_session_release(session)
      throw error
    }
  }

  deinit { ort_session_release(session) }

  /// The runtime opens files by itself, waits for a pipe's writer and reads what a sparse file claims. So
  /// everything that it will open is looked at before.
  private static func checkFiles(_ path: String) throws {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw AuditFailure("the ONNX model \(path) does not exist or may not be read")
    }
    close(try openRegularFile(path, limit: onnxFileLimit).descriptor)
    for file in try externalDataFiles(ofOnnxModel: path) {
      close(try openRegularFile(file, limit: 1 << 36).descriptor)
    }
  }

  /// What one run gave: a tensor per output, with its shape.
  struct Tensor {
    var values: [Float]
    var shape: [Int]
  }

  /// Runs the model on `batch` images, `shape` values in all.
  /// - Returns: By the name of the output.
  /// - Throws: ``AuditFailure`` where the model fails or takes longer than its time; what the interruption
  ///   throws.
  func run(_ image: [Float], shape: [Int64]) throws -> [String: Tensor] {
    let batch = Int(shape[0])
    var memory = CallMemory()
    defer { memory.release() }
    var inputs = [memory.input(input, values: image, shape: shape)]
    for constant in constants {
      // One row per image where the model says that its first dimension is the batch.
      let repeats = constant.port.shape.first.map { $0 <= 0 ? batch : 1 } ?? 1
      var rows = constant.shape
      if repeats > 1 { rows[0] = Int64(batch) }
      let values = repeats > 1 ? (0..<batch).flatMap { _ in constant.values } : constant.values
      inputs.append(memory.input(constant.port, values: values, shape: rows))
    }
    var asked = outputs.map {
      memory.output($0, capacity: ($0.valuesPerImage ?? Self.maximumValues) * batch)
    }
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    var limit = ort_limit()
    limit.seconds = timeoutSeconds
    let watcher = Unmanaged.passRetained(Interruption(check: checkInterrupted))
    defer { watcher.release() }
    limit.context = watcher.toOpaque()
    limit.stopped = { context in
      guard let context else { return 0 }
      return Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().isAsked ? 1 : 0
    }
    guard
      ort_session_run(session, inputs, inputs.count, &asked, asked.count, &limit, &message) != 0
    else {
      if limit.reached == ort_was_stopped { try checkInterrupted() }
      guard limit.reached == ort_time_limit else {
        throw AuditFailure("the ONNX model \(path) failed: \(text(message))")
      }
      throw AuditFailure(
        "the ONNX model \(path) did not answer within \(WrittenNumber.significant(timeoutSeconds, 6)) seconds",
        hint: "is it endless? If it only is slow, raise the classifier's \"timeoutSeconds\"")
    }
    var results: [String: Tensor] = [:]
    for (port, output) in zip(outputs, asked) {
      let shape = withUnsafeBytes(of: output.dimensions) {
        $0.bindMemory(to: Int64.self).prefix(output.rank).map { Int($0) }
      }
      let values = Array(UnsafeBufferPointer(start: output.values, count: output.count))
      // A model without a batch dimension gives one image's numbers.
      let hasBatch = shape.first == batch && shape.count > 1
      guard hasBatch || batch == 1, !values.isEmpty else {
        throw AuditFailure(
          "the ONNX model \(path) gave \(values.count) numbers for \(batch) images in '\(port.name)'; "
            + "its first dimension must be the image")
      }
      results[port.name] = Tensor(values: values, shape: hasBatch ? shape : [1] + shape)
    }
    return results
  }
}

/// What the watcher of a run asks.
private final class Interruption: Sendable {
  let check: @Sendable () throws -> Void

  init(check: @escaping @Sendable () throws -> Void) { self.check = check }

  var isAsked: Bool {
    do { try check() } catch { return true }
    return false
  }
}

/// C memory of one call.
private struct CallMemory {
  private var pointers: [UnsafeMutableRawPointer] = []

  private mutating func keep<Value>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
    let pointer = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
    pointer.initialize(from: values, count: values.count)
    pointers.append(UnsafeMutableRawPointer(pointer))
    return pointer
  }

  private mutating func name(_ port: OnnxPort) -> UnsafePointer<CChar> {
    UnsafePointer(keep(Array(port.name.utf8CString)))
  }

  mutating func input(_ port: OnnxPort, values: [Float], shape: [Int64]) -> ort_input {
    ort_input(
      name: name(port), element_type: port.elementType, values: UnsafePointer(keep(values)),
      count: values.count, dimensions: UnsafePointer(keep(shape)), rank: shape.count)
  }

  mutating func output(_ port: OnnxPort, capacity: Int) -> ort_output {
    var output = ort_output()
    output.name = name(port)
    output.values = keep([Float](repeating: 0, count: capacity))
    output.capacity = capacity
    return output
  }

  func release() {
    for pointer in pointers { pointer.deallocate() }
  }
}
