/// What the allow-listed names make of their arguments: descriptions, never calls.
extension PickleInterpreter {
  mutating func reduce(
    _ callee: PickleValue, arguments: PickleValue
  ) throws -> PickleValue {
    guard case .global(let global) = node(callee) else {
      throw failure("its pickle calls something that is not a name")
    }
    guard case .tuple(let arguments) = node(arguments) else {
      throw failure("its pickle calls a name without arguments")
    }
    return try apply(global, arguments, depth: 0)
  }

  private mutating func apply(
    _ global: PickleGlobal, _ arguments: [PickleValue], depth: Int
  ) throws -> PickleValue {
    switch global {
    case .orderedDictionary: return store(.dictionary(try orderedPairs(arguments)))
    case .set, .size:
      guard arguments.count <= 1 else { throw unexpected(global) }
      let values = try arguments.first.map { try sequence($0, of: global) } ?? []
      return store(global == .set ? .set(values) : .tuple(values))
    case .encode: return .bytes(try latin1(arguments))
    case .rebuildTensor, .rebuildTensorV2, .rebuildTensorV3:
      return store(.tensor(try tensor(global, arguments)))
    case .rebuildParameter, .rebuildParameterWithState:
      guard let data = arguments.first, case .tensor = node(data) else { throw unexpected(global) }
      return data
    case .rebuildFromType:
      guard arguments.count == 4, depth == 0, case .global(let inner) = node(arguments[0]),
        case .tuple(let innerArguments) = node(arguments[2])
      else { throw unexpected(global) }
      return try apply(inner, innerArguments, depth: depth + 1)
    case .opaque, .dtype, .storage: return store(.opaque(global))
    }
  }

  private func orderedPairs(_ arguments: [PickleValue]) throws -> [PickleNode.Pair] {
    guard let first = arguments.first else { return [] }
    switch node(first) {
    case .dictionary(let pairs): return pairs
    case .list(let items), .tuple(let items):
      return try items.map { item in
        switch node(item) {
        case .list(let pair) where pair.count == 2, .tuple(let pair) where pair.count == 2:
          return PickleNode.Pair(key: pair[0], value: pair[1])
        default: throw unexpected(.orderedDictionary)
        }
      }
    default: throw unexpected(.orderedDictionary)
    }
  }

  private func sequence(_ value: PickleValue, of global: PickleGlobal) throws -> [PickleValue] {
    switch node(value) {
    case .list(let values), .tuple(let values), .set(let values): return values
    default: throw unexpected(global)
    }
  }

  /// How pickles of version 2 write bytes: a text whose code points are the bytes.
  private func latin1(_ arguments: [PickleValue]) throws -> [UInt8] {
    guard arguments.count == 2, case .string(let text) = arguments[0],
      case .string(let encoding) = arguments[1],
      ["latin1", "latin-1", "iso-8859-1"].contains(encoding)
    else { throw unexpected(.encode) }
    return try text.unicodeScalars.map { scalar in
      guard let byte = UInt8(exactly: scalar.value) else { throw unexpected(.encode) }
      return byte
    }
  }

  private func tensor(_ global: PickleGlobal, _ arguments: [PickleValue]) throws -> PickleTensor {
    guard arguments.count >= 4, case .storage(let storage) = node(arguments[0]),
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3]),
      offset >= 0, shape.count == strides.count, TensorExtent.count(shape) != nil
    else { throw unexpected(global) }
    var type = storage.type
    if global == .rebuildTensorV3 {
      guard arguments.count >= 7, case .global(.dtype(let named, _)) = node(arguments[6]) else {
        throw unexpected(global)
      }
      type = named
    }
    return PickleTensor(
      storage: storage, type: type, offset: offset, shape: shape, strides: strides)
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    switch node(value) {
    case .tuple(let values), .list(let values):
      let numbers = values.compactMap { value -> Int? in
        if case .integer(let number) = value { number } else { nil }
      }
      return numbers.count == values.count ? numbers : nil
    default: return nil
    }
  }

  /// BINPERSID: `('storage', class, key, device, count)`, and a view in files before 2020.
  mutating func storage(_ identifier: PickleValue) throws -> PickleValue {
    guard case .tuple(let parts) = node(identifier), parts.count == 5 || parts.count == 6,
      parts[0] == .string("storage"),
      case .global(.storage(let type, let className)) = node(parts[1]),
      case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw failure("its pickle describes a storage in an unknown way") }
    var viewOffset = 0
    if parts.count == 6, parts[5] != .none {
      guard case .tuple(let view) = node(parts[5]), view.count == 3,
        case .integer(let offset) = view[1], offset >= 0, offset <= count
      else { throw failure("its pickle describes a view of a storage in an unknown way") }
      viewOffset = offset
    }
    return store(
      .storage(
        PickleStorage(
          key: key, type: type, className: className, count: count, viewOffset: viewOffset)))
  }

  private func unexpected(_ global: PickleGlobal) -> Error {
    failure("its pickle gives '\(global.title)' arguments that it does not take")
  }
}

extension PickleGlobal {
  /// The name for errors.
  var title: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .rebuildTensor: "torch._utils._rebuild_tensor"
    case .rebuildTensorV2: "torch._utils._rebuild_tensor_v2"
    case .rebuildTensorV3: "torch._utils._rebuild_tensor_v3"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .rebuildParameterWithState: "torch._utils._rebuild_parameter_with_state"
    case .rebuildFromType: "torch._tensor._rebuild_from_type_v2"
    case .storage(_, let name), .dtype(_, let name): "torch.\(name)"
    case .size: "torch.Size"
    case .set: "set"
    case .encode: "_codecs.encode"
    case .opaque(let name): name
    }
  }
}
