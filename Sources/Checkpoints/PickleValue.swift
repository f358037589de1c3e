/// One value of a pickle; containers are places in the ``PickleTree`` that holds them.
///
/// Pickles may nest without bound and refer to themselves, so containers are numbers and not
/// objects: no recursion when they are freed, no cycles to leak.
package enum PickleValue: Sendable, Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits, as little-endian two's complement.
  case bigInteger([UInt8])
  case float(Double)
  case string(String)
  case bytes([UInt8])
  /// The node of this number.
  case node(Int)
}

/// What a ``PickleValue/node(_:)`` stands for.
package enum PickleNode: Sendable, Equatable {
  package struct Pair: Sendable, Equatable {
    package var key: PickleValue
    package var value: PickleValue
  }

  case list([PickleValue])
  case tuple([PickleValue])
  case set([PickleValue])
  /// In order of insertion; of repeated keys the last counts.
  case dictionary([Pair])
  /// An allow-listed name such as `torch.FloatStorage`; never more than a name.
  case global(PickleGlobal)
  case storage(PickleStorage)
  case tensor(PickleTensor)
  /// An allow-listed thing without meaning for weights, such as a numpy scalar or a device.
  case opaque(PickleGlobal)
}

/// A run of numbers that a checkpoint keeps outside the pickle.
package struct PickleStorage: Sendable, Equatable {
  /// The name of the storage in the checkpoint.
  package let key: String
  /// `nil` for raw bytes, and for kinds of numbers that are not supported.
  package let type: ElementType?
  /// The class as written, for errors.
  package let className: String
  /// In elements of `type`; in bytes for raw storages.
  package let count: Int
  /// Where a view of another storage begins, in elements; 0 for the storage itself.
  package let viewOffset: Int
}

/// A view on a storage, as the pickle describes it; checked against the bytes when opened.
package struct PickleTensor: Sendable, Equatable {
  package let storage: PickleStorage
  package let type: ElementType?
  package let offset: Int
  package let shape: [Int]
  package let strides: [Int]
}

/// Everything a pickle holds, as data.
package struct PickleTree: Sendable {
  package let root: PickleValue
  package let nodes: [PickleNode]

  /// The root, ready for looking inside.
  package var view: PickleView { PickleView(tree: self, value: root) }
}

/// A value in its tree: looks inside containers one step at a time.
package struct PickleView: Sendable {
  package let tree: PickleTree
  package let value: PickleValue

  package var node: PickleNode? {
    guard case .node(let index) = value, tree.nodes.indices.contains(index) else { return nil }
    return tree.nodes[index]
  }

  /// The value under a text key of a dictionary; of repeated keys the last.
  package subscript(key: String) -> PickleView? {
    guard case .dictionary(let pairs) = node else { return nil }
    return pairs.last { $0.key == .string(key) }.map { PickleView(tree: tree, value: $0.value) }
  }

  /// The element of a list or tuple.
  package subscript(index: Int) -> PickleView? {
    guard let elements, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The elements of a list, tuple or set.
  package var elements: [PickleView]? {
    switch node {
    case .list(let values), .tuple(let values), .set(let values):
      values.map { PickleView(tree: tree, value: $0) }
    default: nil
    }
  }

  /// The text keys of a dictionary, in order.
  package var keys: [String]? {
    guard case .dictionary(let pairs) = node else { return nil }
    return pairs.compactMap { if case .string(let key) = $0.key { key } else { nil } }
  }

  package var string: String? { if case .string(let text) = value { text } else { nil } }
  package var integer: Int? { if case .integer(let number) = value { number } else { nil } }
  package var float: Double? { if case .float(let number) = value { number } else { nil } }
  package var bool: Bool? { if case .bool(let flag) = value { flag } else { nil } }
  package var bytes: [UInt8]? { if case .bytes(let bytes) = value { bytes } else { nil } }
  package var tensor: PickleTensor? { if case .tensor(let tensor) = node { tensor } else { nil } }
}
