import AuditModel
import Basics
import OnnxGraphs

extension GeneratorSpecification {
  /// ONNX Runtime where this specification asks for it; nil for the built-in networks.
  ///
  /// - Throws: `AuditFailure` where the library, its provider or the device is missing.
  package func networkGraphs() throws -> NetworkGraphs? {
    guard let provider = engine.provider else { return nil }
    var options = engineOptions
    if let device { options["device_id"] = String(device) }
    return try NetworkGraphs(
      runtime: OnnxRuntime(),
      placement: GraphPlacement(provider: provider, options: options))
  }
}
