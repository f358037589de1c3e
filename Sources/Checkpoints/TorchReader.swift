import Basics
import Tensors

/// Opens PyTorch checkpoints: zip files of one pickle and one member per storage, and the single
/// stream of pickles and raw numbers that PyTorch wrote before version 1.6.
enum TorchReader {
  /// - Parameter key: The dictionary inside the checkpoint; see ``StateDictionary``.
  static func openZip(_ file: MappedFile, key: String?) throws -> NamedTensors {
    let (tree, sources) = try readZip(file)
    return try archive(tree, sources: sources, file: file, key: key)
  }

  static func openLegacy(_ file: MappedFile, key: String?) throws -> NamedTensors {
    let (tree, sources) = try readLegacy(file)
    return try archive(tree, sources: sources, file: file, key: key)
  }

  /// Where the numbers of a storage lie, and how many bytes they are.
  struct Location: Sendable {
    let source: StoredTensor.Source
    let byteCount: Int
  }

  static func readZip(_ file: MappedFile) throws -> (PickleTree, [String: Location]) {
    let path = file.path
    let directory = try ZipDirectory(of: file)
    let pickles = directory.members.filter {
      $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl")
    }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw AuditFailure(
        "\(path): is a zip file but no PyTorch checkpoint, for it holds \(pickles.count) files "
          + "named data.pkl")
    }
    guard pickle.unpackedCount <= PickleInterpreter.byteLimit else {
      throw AuditFailure("\(path): its pickle is longer than a checkpoint's")
    }
    let prefix = pickle.name.dropLast("data.pkl".count)
    if let order = directory.member(prefix + "byteorder"), order.unpackedCount < 64 {
      let text = String(decoding: try ZipDirectory.unpack(order, of: file), as: UTF8.self)
      guard text.hasPrefix("little") else {
        throw AuditFailure(
          "\(path): its numbers are in the byte order '\(text)'; only 'little' is supported")
      }
    }
    let tree = try ZipDirectory.unpack(pickle, of: file).withUnsafeBytes { bytes in
      var interpreter = PickleInterpreter(bytes: bytes, path: path)
      return try interpreter.read()
    }
    var locations: [String: Location] = [:]
    let checks = MemberChecks()
    for member in directory.members where member.name.hasPrefix(prefix + "data/") {
      let source: StoredTensor.Source =
        member.isDeflated ? .deflated(file, member) : .stored(file, member, checks)
      locations[String(member.name.dropFirst(prefix.count + 5))] = Location(
        source: source, byteCount: member.unpackedCount)
    }
    return (tree, locations)
  }

  /// The number that opens a legacy checkpoint, 0x1950a86a20f9469cfc6c.
  private static let legacyMagic: PickleValue = .bigInteger([
    0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ])

  static func readLegacy(_ file: MappedFile) throws -> (PickleTree, [String: Location]) {
    let path = file.path
    var interpreter = PickleInterpreter(bytes: file.bytes, path: path)
    guard try interpreter.read().root == legacyMagic else {
      throw AuditFailure(
        "\(path): is a Python pickle but no PyTorch checkpoint",
        hint: "save the weights with torch.save or as .safetensors")
    }
    guard try interpreter.read().root == .integer(1001) else {
      throw AuditFailure("\(path): is a PyTorch checkpoint of an unknown version")
    }
    let system = try interpreter.read().view
    guard system["little_endian"]?.bool != false else {
      throw AuditFailure("\(path): its numbers are in big-endian order, which is not supported")
    }
    let tree = try interpreter.read()
    guard let keys = try interpreter.read().view.elements?.map({ $0.string }) else {
      throw AuditFailure("\(path): lacks the list of its storages")
    }
    var widths: [String: Int] = [:]
    for case .storage(let storage) in tree.nodes {
      widths[storage.key] =
        storage.type?.byteWidth ?? (storage.className == "UntypedStorage" ? 1 : 0)
    }
    var position = interpreter.position
    var locations: [String: Location] = [:]
    for key in keys {
      guard let key, let width = widths[key], width > 0 else {
        throw AuditFailure(
          "\(path): holds the storage '\(key ?? "?")' of an unsupported kind",
          hint: "save the weights again without it, or as .safetensors")
      }
      guard let count = file.bytes.integer(at: position, as: Int64.self).map(Int.init), count >= 0,
        case (let byteCount, false) = count.multipliedReportingOverflow(by: width),
        file.bytes.slice(at: position + 8, count: byteCount) != nil
      else {
        throw AuditFailure(
          "\(path): ends inside the storage '\(key)'",
          hint: "the file was cut or damaged; get it again")
      }
      let range = position + 8..<position + 8 + byteCount
      locations[key] = Location(source: .mapped(file, range), byteCount: byteCount)
      position = range.upperBound
    }
    return (tree, locations)
  }

  private static func archive(
    _ tree: PickleTree, sources: [String: Location], file: MappedFile, key: String?
  ) throws -> NamedTensors {
    let dictionary = try StateDictionary(in: tree, key: key, path: file.path)
    let tensors = try dictionary.tensors.map { name, tensor in
      (name, try stored(tensor, name: name, sources: sources, path: file.path))
    }
    return try NamedTensors(
      path: file.path, file: file, tensors: tensors, metadata: dictionary.metadata)
  }

  static func stored(
    _ tensor: PickleTensor, name: String, sources: [String: Location], path: String
  ) throws -> StoredTensor {
    let storage = tensor.storage
    guard let type = tensor.type else {
      throw AuditFailure(
        "\(path): tensor '\(name)' consists of \(storage.className) numbers, which are not supported"
      )
    }
    guard let location = sources[storage.key] else {
      throw AuditFailure("\(path): the numbers of tensor '\(name)' are missing from the file")
    }
    if case .mapped = location.source {
    } else if let own = storage.type {
      // A member that holds more than its storage would be unpacked for nothing.
      guard
        storage.count.multipliedReportingOverflow(by: own.byteWidth) == (location.byteCount, false)
      else {
        throw AuditFailure(
          "\(path): the storage of tensor '\(name)' has \(storage.count) numbers, and its member in the "
            + "zip has \(location.byteCount) bytes",
          hint: "the file was cut or damaged; get it again")
      }
    }
    let elementCount = location.byteCount / type.byteWidth
    let (offset, overflow) = tensor.offset.addingReportingOverflow(storage.viewOffset)
    let stated = storage.type == nil ? location.byteCount : storage.count
    guard !overflow, stated <= location.byteCount / (storage.type?.byteWidth ?? 1),
      let stored = StoredTensor(
        entry: TensorEntry(shape: tensor.shape, dtype: type), source: location.source,
        elementCount: elementCount, offset: offset, strides: tensor.strides)
    else {
      throw AuditFailure(
        "\(path): tensor '\(name)' of shape \(tensor.shape) reaches beyond its \(elementCount) "
          + "stored numbers", hint: "the file was cut or damaged; get it again")
    }
    return stored
  }
}
