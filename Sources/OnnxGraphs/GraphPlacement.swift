import Basics
import COnnxRuntime
import Tensors

/// Where ONNX Runtime computes: a provider by its name, and its options.
package struct GraphPlacement: Sendable, Equatable {
  /// As ONNX Runtime names it, without `ExecutionProvider`: `CPU`, `CUDA`, `OpenVINO`.
  package var provider: String
  package var options: [String: String]

  package init(provider: String = "CPU", options: [String: String] = [:]) {
    self.provider = provider
    self.options = options
  }

  package static let cpu = GraphPlacement()
}

extension OnnxRuntime {
  /// The providers that this library was built with, without `ExecutionProvider`.
  package var providers: [String] {
    var names = [CChar](repeating: 0, count: 2048)
    var message = [CChar](repeating: 0, count: Int(ORT_MESSAGE_CAPACITY))
    guard ort_providers(library, &names, names.count, &message) != 0 else { return [] }
    let suffix = "ExecutionProvider"
    return text(names).split(separator: " ").map {
      String($0.hasSuffix(suffix) ? $0.dropLast(suffix.count) : $0)
    }
  }

  /// Multiplies two small matrices where a placement says, and looks at the result.
  ///
  /// - Throws: ``AuditFailure`` where that fails or gives another product.
  package func tryProduct(on placement: GraphPlacement) throws {
    var graph = GraphBuilder()
    let x = graph.input("x", ["rows", 3])
    let matrix = graph.weight(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    graph.output(
      graph.node("Gemm", [x, matrix], [.integer("transB", 1)]), "y", ["rows", 2])
    let session = try GraphSession(
      graph, name: "small product", runtime: self, placement: placement, threads: 1, output: "y",
      shape: { _ in [1, 2] })
    let result = try session.run(["x": Tensor([1, 10, 100], shape: [1, 3])])
    guard result.values == [321, 654] else {
      throw AuditFailure(
        "\(placement.provider) of ONNX Runtime \(version) multiplied [1, 10, 100] by two rows to "
          + "\(result.values), not [321, 654]")
    }
  }

  /// - Throws: ``AuditFailure`` where the library lacks a provider, with what to install.
  package func require(_ provider: String) throws {
    guard !providers.contains(provider) else { return }
    let wheels = [
      "CUDA": "pip install 'onnxruntime-gpu[cuda,cudnn]'", "TensorRT": "pip install tensorrt",
      "OpenVINO": "pip install onnxruntime-openvino", "ROCM": "pip install onnxruntime-rocm",
      "MIGraphX": "pip install onnxruntime-rocm",
    ]
    throw AuditFailure(
      "ONNX Runtime \(version) (\(path)) has no provider '\(provider)'; it has "
        + providers.joined(separator: ", "),
      hint: (wheels[provider].map { "install one that has it: \($0); then " } ?? "")
        + "set AUDIT_ONNXRUNTIME to its libonnxruntime.so")
  }
}
