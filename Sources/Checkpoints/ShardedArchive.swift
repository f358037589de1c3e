import Basics
import Tensors

/// Several weight files behind one index, as Hugging Face writes large models.
struct ShardedArchive: TensorArchive {
  let path: String
  let names: [String]
  let metadata: [String: String]
  private let shards: [any TensorArchive]
  private let shardOfName: [String: Int]

  /// - Throws: `AuditFailure` when the index is no index, names a file outside its folder, or a
  ///   shard is absent, broken, or lacks a tensor that the index promises.
  init(index path: String, key: String?) throws {
    self.path = path
    guard let map = try JSON5Reader.value(ofFile: path)["weight_map"]?.members, !map.isEmpty else {
      throw AuditFailure("\(path): has no 'weight_map', so it is not an index of weight files")
    }
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? ""
    var shards: [any TensorArchive] = []
    var shardOfFile: [String: Int] = [:]
    var shardOfName: [String: Int] = [:]
    for member in map {
      guard let file = member.value.string, !file.isEmpty, !file.contains("/"), file != ".." else {
        throw AuditFailure(
          "\(path): tensor '\(member.name)' is said to lie in a file outside this folder")
      }
      if shardOfFile[file] == nil {
        shardOfFile[file] = shards.count
        shards.append(
          try CheckpointFormat.openFile(folder + file, key: key, followsIndex: false))
      }
      guard let shard = shardOfFile[file], shards[shard].entry(member.name) != nil else {
        throw AuditFailure(
          "\(folder + file): there is no tensor '\(member.name)', which \(path) promises",
          hint: "index and weight files do not belong together; get them again")
      }
      shardOfName[member.name] = shard
    }
    names = map.map(\.name)
    metadata = shards.first?.metadata ?? [:]
    self.shards = shards
    self.shardOfName = shardOfName
  }

  func entry(_ name: String) -> TensorEntry? {
    shardOfName[name].flatMap { shards[$0].entry(name) }
  }

  func tensor(_ name: String) throws -> Tensor {
    guard let shard = shardOfName[name] else { throw missing(name) }
    return try shards[shard].tensor(name)
  }

  func rows(_ indices: [Int], of name: String) throws -> Tensor {
    guard let shard = shardOfName[name] else { throw missing(name) }
    return try shards[shard].rows(indices, of: name)
  }

  func evictMappedPages() { for shard in shards { shard.evictMappedPages() } }
}
