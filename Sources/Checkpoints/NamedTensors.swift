import Basics
import Tensors

/// The tensors of one opened file by name: what every archive shares.
struct NamedTensors: TensorArchive {
  let path: String
  let names: [String]
  let metadata: [String: String]
  private let tensors: [String: StoredTensor]
  private let file: MappedFile

  /// - Throws: `AuditFailure` when a name occurs twice.
  init(
    path: String, file: MappedFile, tensors: [(name: String, tensor: StoredTensor)],
    metadata: [String: String]
  ) throws {
    self.path = path
    self.file = file
    self.metadata = metadata
    names = tensors.map(\.name)
    var byName: [String: StoredTensor] = [:]
    byName.reserveCapacity(tensors.count)
    for (name, tensor) in tensors where byName.updateValue(tensor, forKey: name) != nil {
      throw AuditFailure("\(path): tensor '\(name)' occurs twice")
    }
    self.tensors = byName
  }

  func entry(_ name: String) -> TensorEntry? { tensors[name]?.entry }

  func tensor(_ name: String) throws -> Tensor {
    guard let stored = tensors[name] else { throw missing(name) }
    return try stored.load(path: path, name: name)
  }

  func rows(_ indices: [Int], of name: String) throws -> Tensor {
    guard let stored = tensors[name] else { throw missing(name) }
    guard let rowCount = stored.entry.shape.first else {
      throw AuditFailure("\(path): tensor '\(name)' is a single number and has no rows")
    }
    if let outside = indices.first(where: { !(0..<rowCount).contains($0) }) {
      throw AuditFailure(
        "\(path): tensor '\(name)' has \(rowCount) rows, so there is no row \(outside)")
    }
    return try stored.loadRows(indices, path: path, name: name)
  }

  func evictMappedPages() { file.evict(file.bytes) }
}

extension TensorArchive {
  /// The failure for a tensor that is not there, with the nearest thing that is.
  func missing(_ name: String) -> AuditFailure {
    let leaf = name.split(separator: ".").suffix(2).joined(separator: ".")
    let similar = names.first { $0.hasSuffix(leaf) } ?? names.first
    return AuditFailure(
      "\(path): there is no tensor '\(name)'",
      hint: similar.map { "it holds \(names.count) tensors, such as '\($0)'" }
        ?? "the file holds no tensors")
  }
}
