import Basics
import COnnxRuntime
import Tensors

/// A graph that was handed to ONNX Runtime, with the weights that it borrows.
package final class GraphSession: @unchecked Sendable {
  // Unchecked: a session may be run from many threads at once, and nothing here changes.
  private let graph: OpaquePointer
  /// Kept as long as the session, which reads them where they lie.
  private let weights: [Tensor]
  private let name: String
  private let output: (name: String, shape: ([String: Tensor]) -> [Int])

  /// - Parameters:
  ///   - name: What the graph is, for sentences.
  ///   - threads: 0 for as many as the library likes.
  ///   - shape: Of the output, from the inputs.
  /// - Throws: ``AuditFailure`` with what ONNX Runtime says against the graph or the provider.
  package init(
    _ builder: GraphBuilder, name: String, runtime: OnnxRuntime, placement: GraphPlacement,
    threads: Int = 0, output: String, shape: @escaping @Sendable ([String: Tensor]) -> [Int]
  ) throws {
    if placement.provider != "CPU" { try runtime.require(placement.provider) }
    weights = builder.weights.map(\.tensor)
    self.name = name
    self.output = (output, shape)
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    var created: OpaquePointer?
    let model = builder.model()
    let succeeded = placement.withC(threads: threads) { place in
      withArrays(builder.weights) { arrays in
        ort_graph_create(
          runtime.library, model, model.count, arrays, builder.weights.count, place, &created,
          &message)
      }
    }
    guard succeeded != 0, let created else {
      throw AuditFailure(
        "ONNX Runtime \(runtime.version) does not take the \(name) on \(placement.provider): "
          + text(message),
        hint:
          "leave \"engine\" out to use the built-in networks; 'audit doctor' says what is missing")
    }
    graph = created
  }

  deinit { ort_graph_release(graph) }

  /// The graph's output for these inputs.
  /// - Throws: ``AuditFailure`` with what ONNX Runtime says.
  package func run(_ inputs: [String: Tensor]) throws -> Tensor {
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    var result = Tensor(uninitialized: output.shape(inputs))
    let count = result.count
    let list = inputs.map { (name: $0.key, tensor: $0.value) }
    let succeeded = result.withUnsafeMutablePointer { target in
      withArrays(list) { arrays in
        ort_graph_run(graph, arrays, list.count, output.name, target, count, &message)
      }
    }
    guard succeeded != 0 else {
      throw AuditFailure("ONNX Runtime could not run the \(name): \(text(message))")
    }
    return result
  }
}

extension GraphPlacement {
  /// As the C interface takes it, for the time of a call.
  package func withC<Result>(
    threads: Int, _ body: (UnsafePointer<ort_placement>) -> Result
  ) -> Result {
    let options = options.sorted { $0.key < $1.key }
    return withNames(options.map(\.key) + options.map(\.value) + [provider]) { names in
      names.withUnsafeBufferPointer { names in
        var place = ort_placement()
        place.keys = names.baseAddress
        place.values = names.baseAddress?.advanced(by: options.count)
        place.option_count = options.count
        place.provider = names[2 * options.count]
        place.threads = Int32(threads)
        return body(&place)
      }
    }
  }
}

/// C strings for the time of a call.
private func withNames<Result>(
  _ names: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
  let copies = names.map { name in
    let bytes = Array(name.utf8CString)
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    copy.initialize(from: bytes, count: bytes.count)
    return copy
  }
  defer { copies.forEach { $0.deallocate() } }
  return body(copies.map { UnsafePointer($0) })
}

/// Tensors as the C interface takes them, for the time of a call.
private func withArrays<Result>(
  _ tensors: [(name: String, tensor: Tensor)], _ body: (UnsafePointer<ort_array>?) -> Result
) -> Result {
  withNames(tensors.map(\.name)) { names in
    let shapes = tensors.flatMap { $0.tensor.shape.map(Int64.init) }
    return shapes.withUnsafeBufferPointer { shapes in
      var start = 0
      let arrays = tensors.enumerated().map { index, item in
        var array = ort_array()
        array.name = names[index]
        // The storage outlives the call, and a session keeps its weights.
        array.values = item.tensor.withUnsafePointer { $0 }
        array.count = item.tensor.count
        array.rank = item.tensor.shape.count
        array.dimensions = shapes.baseAddress?.advanced(by: start)
        start += item.tensor.shape.count
        return array
      }
      return arrays.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
