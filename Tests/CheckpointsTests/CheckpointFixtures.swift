import CZlib
import Foundation
import TestSupport
import Testing

@testable import Basics
import Checkpoints

/// The reference checkpoints, and hand-made hostile ones.
enum CheckpointFixtures {
  /// `CHEXGEN_FIXTURES`, then `chexgen/fixtures` of the hand-outs, then the subset in the package.
  static func locate() throws -> String {
    if let named = ProcessInfo.processInfo.environment["CHEXGEN_FIXTURES"], !named.isEmpty {
      try #require(
        FileManager.default.fileExists(atPath: named),
        "CHEXGEN_FIXTURES names '\(named)', which is no folder")
      return named
    }
    return HandOuts.has("chexgen/fixtures") ? try HandOuts.path("chexgen/fixtures") : bundled
  }

  /// The checkpoints that a folder holds: description, `.pth` file and the same tensors in the plain
  /// format. A description whose checkpoint is not there (the subset leaves the large ones out) is none.
  static func checkpoints(in folder: String) throws -> [(checkpoint: String, weights: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().compactMap { file in
      guard file.hasSuffix(".json") else { return nil }
      let sidecar = try JSON5Reader.value(ofFile: "\(folder)/\(file)")
      guard let checkpoint = sidecar["checkpoint"]?.string,
        let weights = sidecar["weights"]?.string?.split(separator: " ").first,
        FileManager.default.fileExists(atPath: "\(folder)/\(checkpoint)")
      else { return nil }
      return (checkpoint, String(weights))
    }
  }

  /// Whether the fixtures of this run hold any.
  static var haveCheckpoints: Bool {
    (try? locate()).flatMap { try? checkpoints(in: $0) }?.isEmpty == false
  }

  /// The subset that travels with the package.
  static var bundled: String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "ChexGenTests/Fixtures").path
  }
}

/// A folder that vanishes with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "checkpoints-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }
}

/// Puts together zip files byte by byte, honest or not.
struct ZipBuilder {
  struct Member {
    var name: String
    var contents: [UInt8]
    var isDeflated = false
    var statedCount: UInt32?
    var flags: UInt16 = 0
  }

  var members: [Member] = []

  func bytes() throws -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let packed = member.isDeflated ? try deflated(member.contents) : member.contents
      let sizes = [UInt32(packed.count), member.statedCount ?? UInt32(member.contents.count)]
      let name = Array(member.name.utf8)
      let method: UInt16 = member.isDeflated ? 8 : 0
      let offset = UInt32(file.count)
      let checksum = member.contents.withUnsafeBufferPointer {
        UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
      }
      let common =
        little(UInt16(20)) + little(member.flags) + little(method) + little(UInt32(0))
        + little(checksum) + little(sizes[0]) + little(sizes[1]) + little(UInt16(name.count))
        + little(UInt16(0))
      file += [0x50, 0x4b, 3, 4] + common + name + packed
      directory +=
        [0x50, 0x4b, 1, 2, 20, 0] + common + little(UInt16(0)) + little(UInt32(0))
        + little(UInt32(0)) + little(offset) + name
    }
    let start = UInt32(file.count)
    return file + directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + little(UInt16(members.count))
      + little(UInt16(members.count)) + little(UInt32(directory.count)) + little(start)
      + little(UInt16(0))
  }

  private func deflated(_ contents: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    #expect(
      deflateInit2_(
        &stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, zlibVersion(),
        Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var contents = contents
    var result = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(contents.count))))
    let count = contents.withUnsafeMutableBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(result.prefix(count))
  }
}

func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian, Array.init)
}

/// Pickles written by hand.
enum PickleText {
  static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  static func text(_ string: String) -> [UInt8] {
    [UInt8(ascii: "X")] + little(UInt32(string.utf8.count)) + Array(string.utf8)
  }

  static func integer(_ value: Int) -> [UInt8] { [0x8a, 8] + little(Int64(value)) }

  static func tuple(_ values: [[UInt8]]) -> [UInt8] {
    [UInt8(ascii: "(")] + values.flatMap { $0 } + [UInt8(ascii: "t")]
  }

  /// `{"w": tensor}` with a storage of `count` floats under key `0`.
  static func checkpoint(
    count: Int, offset: Int = 0, shape: [Int], strides: [Int], storage: String = "FloatStorage"
  ) -> [UInt8] {
    let identifier = tuple([
      text("storage"), global("torch", storage), text("0"), text("cpu"), integer(count),
    ])
    let arguments = tuple([
      identifier + [UInt8(ascii: "Q")], integer(offset), tuple(shape.map(integer)),
      tuple(strides.map(integer)), [0x89], [UInt8(ascii: "N")],
    ])
    return [0x80, 2, UInt8(ascii: "}")] + text("w") + global("torch._utils", "_rebuild_tensor_v2")
      + arguments + Array("Rs.".utf8)
  }

  /// A checkpoint of the current format around a pickle and one storage.
  static func zip(_ pickle: [UInt8], storage: [UInt8] = [], isDeflated: Bool = false) throws
    -> [UInt8]
  {
    try ZipBuilder(members: [
      .init(name: "m/data.pkl", contents: pickle, isDeflated: isDeflated),
      .init(name: "m/data/0", contents: storage, isDeflated: isDeflated),
    ]).bytes()
  }
}
