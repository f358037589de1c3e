import Basics
import Foundation

/// Opens weights: a `.safetensors`, `.pth` or `.bin` file, an index of shards, or a model folder.
///
/// The contents decide and not the name. A pickle is read by an interpreter that executes nothing.
///
/// - Parameter checkpointKey: The dictionary inside a PyTorch checkpoint; without it a flat
///   dictionary is taken as it is, and else `state_dict_ema`. Other formats have none.
/// - Throws: `AuditFailure` that says what the file is instead, and which keys it has.
package func openArchive(
  at path: String, checkpointKey: String? = nil
) throws -> any TensorArchive {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw AuditFailure("\(path): there is no such file", hint: "check the path of the weights")
  }
  if isFolder.boolValue {
    return try CheckpointFormat.openFolder(path, key: checkpointKey)
  }
  return try CheckpointFormat.openFile(path, key: checkpointKey)
}

/// The SHA-256 of a file, streamed, as 64 lower-case hexadecimal digits.
package func sha256(ofFile path: String) throws -> String { try SHA256.hex(ofFile: path) }

/// What a weight file is, told from its first bytes.
enum CheckpointFormat {
  case safetensors
  case torchZip
  case torchLegacy
  case index

  /// Files in a model folder that hold its weights, best first.
  private static let folderFiles = [
    "model.safetensors.index.json", "model.safetensors",
    "diffusion_pytorch_model.safetensors.index.json", "diffusion_pytorch_model.safetensors",
    "pytorch_model.bin.index.json", "pytorch_model.bin", "diffusion_pytorch_model.bin",
  ]

  static func openFolder(_ path: String, key: String?) throws -> any TensorArchive {
    let folder = path.hasSuffix("/") ? path : path + "/"
    for name in folderFiles where FileManager.default.fileExists(atPath: folder + name) {
      return try openFile(folder + name, key: key)
    }
    throw AuditFailure(
      "\(path): holds no weights",
      hint: "it should hold one of \(folderFiles.joined(separator: ", "))")
  }

  /// - Parameter followsIndex: Whether an index may be followed; a shard may not be one itself.
  static func openFile(
    _ path: String, key: String?, followsIndex: Bool = true
  ) throws -> any TensorArchive {
    let file = try MappedFile(path: path)
    switch try CheckpointFormat(of: file) {
    case .safetensors: return try SafetensorsReader.open(file)
    case .torchZip: return try TorchReader.openZip(file, key: key)
    case .torchLegacy: return try TorchReader.openLegacy(file, key: key)
    case .index:
      guard followsIndex else {
        throw AuditFailure("\(path): is an index where a weight file should be")
      }
      return try ShardedArchive(index: path, key: key)
    }
  }

  init(of file: MappedFile) throws {
    let path = file.path
    let start = file.bytes.prefix(512)
    let text = String(decoding: start, as: UTF8.self)
    if file.bytes.isEmpty {
      throw AuditFailure("\(path): is empty", hint: "the download failed; get it again")
    }
    if start.starts(with: [0x50, 0x4b, 3, 4]) || start.starts(with: [0x50, 0x4b, 5, 6]) {
      self = .torchZip
    } else if start.count > 8, start[8] == UInt8(ascii: "{"), start[7] == 0 {
      self = .safetensors
    } else if path.hasSuffix(".safetensors") {
      self = .safetensors
    } else if start.first == 0x80 || Self.namesAFunction(text) {
      self = .torchLegacy
    } else if text.hasPrefix("{"), path.hasSuffix(".json") {
      self = .index
    } else if text.hasPrefix("version https://git-lfs") {
      throw AuditFailure(
        "\(path): is a Git LFS pointer and not the weights themselves", hint: "run 'git lfs pull'")
    } else if text.lowercased().hasPrefix("<!doctype") || text.lowercased().hasPrefix("<html") {
      throw AuditFailure(
        "\(path): is a web page and not weights",
        hint: "the download led to a page, perhaps for signing in")
    } else {
      throw AuditFailure(
        "\(path): is not a checkpoint", hint: "expected .safetensors, .pth or .bin")
    }
  }
  /// Whether the text opens like a pickle of the oldest kind, `c<module>\n<name>\n`.
  private static func namesAFunction(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3, lines[0].first == "c" else { return false }
    let words = lines[0].dropFirst() + lines[1]
    return !words.isEmpty
      && words.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
  }
}
