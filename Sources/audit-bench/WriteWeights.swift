import Basics
import ChexGen
import Checkpoints
import Foundation
import Tensors

/// Writes full-size checkpoints of seeded random numbers in the released layouts.
struct WriteWeights {
  enum Model: String, CaseIterable {
    case transformer256 = "dit-xl2-256"
    case transformer512 = "dit-xl2-512"
    case control
    case textEncoder = "t5-xxl"
    case autoencoder = "vae"
  }
  enum Format: String, CaseIterable { case safetensors, torch }

  var model: Model
  var folder: String
  var format: Format?
  /// Blocks; nil writes as many as the released model has.
  var depth: Int?
  var seed: UInt64 = 1

  /// Writes the files and returns their paths.
  func run(progress: (String) -> Void) throws -> [String] {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + model.rawValue
    switch model {
    case .transformer256:
      let layout = ReleasedLayout.diffusionTransformer(resolution: 256, depth: depth ?? 28)
      return try [write(layout, to: path, default: .torch, .float32, key: "state_dict_ema")]
    case .transformer512:
      let layout = ReleasedLayout.diffusionTransformer(resolution: 512, depth: depth ?? 28)
      return try [write(layout, to: path, default: .torch, .float32, key: "state_dict_ema")]
    case .control:
      let depth = depth ?? 28
      let layout = ReleasedLayout.control(depth: depth, copies: min(13, depth - 1))
      return try [write(layout, to: path, default: .torch, .float32, key: "state_dict_ema")]
    case .autoencoder:
      return try [
        write(.autoencoder, to: path, default: .safetensors, .float32, key: nil)
      ]
    case .textEncoder:
      return try writeShards(
        ReleasedLayout.textEncoder(depth: depth ?? 24), folder: path, progress: progress)
    }
  }

  private func write(
    _ layout: ReleasedLayout, to path: String, default usual: Format,
    _ precision: StoredPrecision, key: String?
  ) throws -> String {
    let random = RandomArchive(layout, name: path, seed: seed)
    let shapes = layout.entries.map { ($0.name, $0.shape) }
    func tensor(_ index: Int) throws -> Tensor { try random.tensor(layout.entries[index].name) }
    switch format ?? usual {
    case .safetensors:
      let file = path + ".safetensors"
      try SafetensorsWriter.write(shapes, precision: precision, to: file, tensor: tensor)
      return file
    case .torch:
      let file = path + ".pth"
      try TorchWriter.write(shapes, precision: precision, key: key, to: file, tensor: tensor)
      return file
    }
  }

  /// A Hugging Face folder: shards of at most two gigabytes and their index, in bfloat16.
  private func writeShards(
    _ layout: ReleasedLayout, folder: String, progress: (String) -> Void
  ) throws -> [String] {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var shards: [[ReleasedLayout.Entry]] = [[]]
    var size = 0
    for entry in layout.entries {
      let bytes = 2 * entry.shape.reduce(1, *)
      if size + bytes > 2_000_000_000, size > 0 {
        shards.append([])
        size = 0
      }
      shards[shards.count - 1].append(entry)
      size += bytes
    }
    let format = format ?? .torch
    let (stem, ending) =
      format == .torch ? ("pytorch_model", "bin") : ("model", "safetensors")
    let random = RandomArchive(layout, name: folder, seed: seed)
    var weightMap: [String: String] = [:]
    var paths: [String] = []
    for (index, entries) in shards.enumerated() {
      let name = String(format: "\(stem)-%05d-of-%05d.\(ending)", index + 1, shards.count)
      let path = folder + "/" + name
      let shapes = entries.map { ($0.name, $0.shape) }
      func tensor(_ index: Int) throws -> Tensor { try random.tensor(entries[index].name) }
      switch format {
      case .safetensors:
        try SafetensorsWriter.write(shapes, precision: .bfloat16, to: path, tensor: tensor)
      case .torch: try TorchWriter.write(shapes, precision: .bfloat16, to: path, tensor: tensor)
      }
      for entry in entries { weightMap[entry.name] = name }
      paths.append(path)
      progress("\(index + 1) of \(shards.count) shards")
    }
    let index = folder + "/\(stem).\(ending).index.json"
    let document = try JSONSerialization.data(
      withJSONObject: ["metadata": [String: String](), "weight_map": weightMap],
      options: [.sortedKeys, .prettyPrinted])
    try writeAtomically(Array(document), to: index)
    return paths + [index]
  }
}
