/// A dense row-major array of `Float` with value semantics.
///
/// Storage is shared until written. It may be borrowed from a mapped file, which the storage
/// keeps alive; writing to a borrowed tensor copies it first.
package struct Tensor: Sendable {
  /// Extents, outermost first; `[]` is a scalar with one element.
  package let shape: [Int]
  package private(set) var storage: TensorStorage

  package var count: Int { storage.count }
  package var rank: Int { shape.count }

  /// A tensor over existing storage whose count is the product of `shape`.
  package init(shape: [Int], storage: TensorStorage) {
    precondition(
      shape.reduce(1, *) == storage.count, "shape \(shape) does not hold \(storage.count) values")
    self.shape = shape
    self.storage = storage
  }

  /// A tensor with undefined contents.
  package init(uninitialized shape: [Int]) {
    self.init(shape: shape, storage: TensorStorage(count: shape.reduce(1, *)))
  }

  package init(_ values: [Float], shape: [Int]) {
    precondition(
      shape.reduce(1, *) == values.count, "shape \(shape) does not hold \(values.count) values")
    self.init(uninitialized: shape)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.pointer.update(from: base, count: values.count) }
    }
  }

  package init(repeating value: Float, shape: [Int]) {
    self.init(uninitialized: shape)
    storage.pointer.update(repeating: value, count: count)
  }

  package static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// A copy of the elements in row-major order.
  package var values: [Float] {
    withUnsafePointer { Array(UnsafeBufferPointer(start: $0, count: count)) }
  }

  /// The same elements under another shape of equal count.
  package func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape: shape, storage: storage) }

  package func withUnsafePointer<Result>(
    _ body: (UnsafePointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafePointer(storage.pointer)) }
  }

  package mutating func withUnsafeMutablePointer<Result>(
    _ body: (UnsafeMutablePointer<Float>) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&storage) || storage.isBorrowed {
      let copy = TensorStorage(count: count)
      copy.pointer.update(from: storage.pointer, count: count)
      storage = copy
    }
    return try withExtendedLifetime(storage) { try body(storage.pointer) }
  }
}

/// The memory behind a tensor: 64-byte aligned and owned, or borrowed from `owner`.
///
/// `Sendable` by discipline: written only through `Tensor.withUnsafeMutablePointer`, which holds
/// a unique reference.
package final class TensorStorage: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let owner: AnyObject?
  /// Where the memory goes back to; nil gives it to the system.
  private let workspace: Workspace?
  private let byteCount: Int
  var isBorrowed: Bool { owner != nil }

  /// Memory of the ``Workspace`` in use, or of the system.
  package init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    workspace = Workspace.current
    let block =
      workspace?.take(bytes)
      ?? (UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64), bytes)
    byteCount = block.1
    pointer = block.0.bindMemory(to: Float.self, capacity: max(count, 1))
    self.count = count
    owner = nil
  }

  /// Borrows `count` floats (4-byte aligned) that live as long as `owner`.
  package init(borrowing pointer: UnsafePointer<Float>, count: Int, owner: AnyObject) {
    self.pointer = UnsafeMutablePointer(mutating: pointer)
    self.count = count
    self.owner = owner
    workspace = nil
    byteCount = 0
  }

  deinit {
    guard owner == nil else { return }
    if let workspace {
      workspace.giveBack(UnsafeMutableRawPointer(pointer), byteCount: byteCount)
    } else {
      UnsafeMutableRawPointer(pointer).deallocate()
    }
  }
}
