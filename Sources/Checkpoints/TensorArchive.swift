import Tensors

/// What an archive says about one tensor without reading it.
package struct TensorEntry: Sendable, Equatable {
  /// Extents, outermost first; `[]` is a scalar.
  package let shape: [Int]
  /// How the numbers are written in the file.
  package let dtype: ElementType

  package init(shape: [Int], dtype: ElementType) {
    self.shape = shape
    self.dtype = dtype
  }
}

/// Named tensors in a file or in several, read one at a time as 32-bit floating point.
///
/// Opening an archive validates every extent against the file, so that ``tensor(_:)`` fails only
/// for a name that is absent or for a compressed part that does not unpack.
package protocol TensorArchive: Sendable {
  /// The names of all tensors, in the order of the file.
  var names: [String] { get }
  /// Free text that the file carries beside its tensors.
  var metadata: [String: String] { get }
  /// The file or folder that was opened.
  var path: String { get }

  /// The shape and stored type of a tensor, or `nil` when there is none of that name.
  func entry(_ name: String) -> TensorEntry?

  /// A tensor as `Float`: borrowed from the mapped file where it is stored so, else converted.
  ///
  /// - Throws: `AuditFailure` that names the file and the missing tensor.
  func tensor(_ name: String) throws -> Tensor

  /// Some rows along the first extent, `[indices.count, …]`, without reading the others.
  ///
  /// - Throws: `AuditFailure` for an unknown name or a row outside the tensor.
  func rows(_ indices: [Int], of name: String) throws -> Tensor

  /// Tells the system that the mapped pages read so far may leave memory; reading brings them back.
  func evictMappedPages()
}

extension TensorArchive {
  package func contains(_ name: String) -> Bool { entry(name) != nil }
}
