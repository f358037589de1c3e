import AuditModel
import Basics
import Tensors

extension MatrixEngine {
  /// The engine that a specification names.
  ///
  /// - Parameter precision: What it must be able to multiply in.
  /// - Throws: `AuditFailure` when the library is absent or cannot multiply in this precision here.
  static func open(
    _ choice: GeneratorSpecification.MatrixEngine, precision: GeneratorSpecification.Precision
  ) throws -> MatrixEngine {
    guard choice == .oneDNN else { return .builtIn }
    do throws(OneDNN.Unavailable) {
      let library = try OneDNN()
      if precision == .bf16 { try library.requireHalfPrecision() }
      return .oneDNN(library)
    } catch {
      throw AuditFailure(error.reason, hint: error.advice)
    }
  }
}
