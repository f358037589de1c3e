import Basics
import Foundation
import Tensors

/// Text features of captions on disk, so that a prompt is encoded once per encoder and not per run.
///
/// One file per cleaned caption and encoder, named by the hash of both. A file that is cut, edited
/// or of another shape is not believed: its checksum is compared, it is told in a note, and the
/// features are computed anew. The folder may be removed at any time.
package struct TextFeatureCache: Sendable {
  /// Absolute.
  package let folder: String
  /// Bytes of all files together; the least recently used go first.
  package var capacity = 1 << 30

  /// What files of this layout begin with; another layout or other arithmetic takes another.
  private static let magic = Array("CXTEXT1\n".utf8)
  private static let digestCount = 32
  private static var headerCount: Int { magic.count + digestCount + 8 }

  package init(folder: String) { self.folder = folder }

  /// The cache of this user: `$AUDIT_CACHE`, else `$XDG_CACHE_HOME` or `~/.cache` with
  /// `chest-radiograph-audit`. nil where `AUDIT_CACHE` is `none` or there is no home.
  package static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TextFeatureCache? {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let named = value("AUDIT_CACHE") {
      return named == "none" ? nil : TextFeatureCache(folder: named + "/text-features")
    }
    let base = value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
    return base.map { TextFeatureCache(folder: $0 + "/chest-radiograph-audit/text-features") }
  }

  /// Why others could put features there that nobody computed; nil where only this user can.
  package var untrustedReason: String? {
    FileManager.default.fileExists(atPath: folder) ? untrustedPart(of: folder) : nil
  }

  /// Names the features of one caption.
  ///
  /// - Parameters:
  ///   - encoder: Names weights, tokenizer and arithmetic; see ``RadiographModel/textEncoderIdentity``.
  package static func key(cleanedText: String, encoder: String) -> String {
    SHA256.hex(of: encoder + "\n" + cleanedText)
  }

  /// The features of a caption, `[tokens, channels]`; nil where there are none.
  ///
  /// - Throws: ``AuditFailure`` that says why a file is not believed; it is to be replaced.
  func features(key: String, tokens: Int, channels: Int) throws -> Tensor? {
    let path = self.path(key)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let valueCount = tokens * channels
    let size = Self.headerCount + 4 * valueCount + Self.digestCount
    let bytes = try readBytes(of: path, limit: size)
    guard bytes.count == size, bytes.starts(with: Self.magic),
      bytes[Self.magic.count..<Self.magic.count + Self.digestCount]
        .elementsEqual(SHA256.digest(of: Array(key.utf8))),
      bytes[..<Self.headerCount].suffix(8).elementsEqual(
        Self.little(UInt32(tokens)) + Self.little(UInt32(channels))),
      bytes.suffix(Self.digestCount).elementsEqual(
        SHA256.digest(of: bytes.dropLast(Self.digestCount)))
    else { throw AuditFailure("\(path) is not the text features that were written") }
    let values = bytes.withUnsafeBytes { bytes in
      (0..<valueCount).map {
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(
              fromByteOffset: Self.headerCount + 4 * $0, as: UInt32.self)))
      }
    }
    guard values.allSatisfy(\.isFinite) else {
      throw AuditFailure("\(path) holds features that are no numbers")
    }
    // The least recently used go first, and this one was used now.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    return Tensor(values, shape: [tokens, channels])
  }

  /// Keeps the features of a caption, `[tokens, channels]`.
  ///
  /// - Throws: ``AuditFailure`` when the folder cannot be written.
  func store(_ features: Tensor, key: String) throws {
    var bytes = Self.magic + SHA256.digest(of: Array(key.utf8))
    bytes += Self.little(UInt32(features.shape[0])) + Self.little(UInt32(features.shape[1]))
    bytes.reserveCapacity(bytes.count + 4 * features.count + Self.digestCount)
    for value in features.values { bytes += Self.little(value.bitPattern) }
    bytes += SHA256.digest(of: bytes)
    try createFolder(at: folder)
    try writeAtomically(bytes, to: path(key))
  }

  /// Removes the least recently used files until the rest fits ``capacity``.
  func trim() {
    var files = files()
    var total = files.reduce(0) { $0 + $1.size }
    guard total > capacity else { return }
    files.sort { ($0.used, $0.path) < ($1.used, $1.path) }
    for file in files where total > capacity {
      if (try? FileManager.default.removeItem(atPath: file.path)) != nil { total -= file.size }
    }
  }

  /// Bytes of all files.
  package var usedBytes: Int { files().reduce(0) { $0 + $1.size } }

  private func files() -> [(path: String, size: Int, used: Date)] {
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { name in
      guard name.hasSuffix(Self.suffix) else { return nil }
      let path = folder + "/" + name
      guard let attributes = try? manager.attributesOfItem(atPath: path),
        let size = (attributes[.size] as? NSNumber)?.intValue,
        let used = attributes[.modificationDate] as? Date
      else { return nil }
      return (path, size, used)
    }
  }

  /// The hash of an encoder's weights.
  ///
  /// Gigabytes are hashed once: the result is remembered by the paths, sizes, inodes and times of
  /// the files. Provenance hashes the files themselves.
  func hash(ofWeights path: String) throws -> String {
    let files = try GeneratorFiles.weightFiles(at: path)
    let manager = FileManager.default
    var total = 0
    let stamps = files.map { file -> String in
      let attributes = (try? manager.attributesOfItem(atPath: file)) ?? [:]
      total += (attributes[.size] as? NSNumber)?.intValue ?? 0
      let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
      return "\(file) \((attributes[.size] as? NSNumber)?.intValue ?? 0) \(changed) \(inode)"
    }
    guard total >= Self.remembered else { return try GeneratorFiles.hash(ofWeights: path) }
    let memo = folder + "/" + SHA256.hex(of: stamps.joined(separator: "\n")) + ".encoder"
    if let known = try? readBytes(of: memo, limit: 64), known.count == 64,
      known.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    {
      return String(decoding: known, as: UTF8.self)
    }
    let hash = try GeneratorFiles.hash(ofWeights: path)
    try? createFolder(at: folder)
    try? writeAtomically(hash, to: memo)
    return hash
  }

  /// Bytes from which on hashing takes longer than a person waits.
  private static let remembered = 256 << 20
  private static let suffix = ".features"
  private func path(_ key: String) -> String { folder + "/" + key + Self.suffix }

  private static func little(_ value: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
