import Basics
import AuditStore
import Foundation
import Images

/// Fingerprints of the user's training images.
///
/// They are kept in the store with size and time of each file, so that an image is read once.
struct TrainingFingerprints {
  let workspace: AuditWorkspace
  let context: RunContext
  /// Files written to the store together.
  private let batchSize = 64

  struct Outcome {
    var fingerprints: [ImageFingerprint] = []
    /// What a reader should know: files that could not be read.
    var notes: [String] = []
  }

  /// Reads every image file below `folder`.
  /// - Throws: ``AuditFailure`` when the folder does not exist or holds no image that can be read.
  func read(folder: String) throws -> Outcome {
    let files = try Self.images(below: folder)
    let known = try workspace.store.fingerprints()
    var outcome = Outcome()
    var unreadable: [String] = []
    var new: [StoredFingerprint] = []
    for (index, file) in files.enumerated() {
      let path = folder + "/" + file
      let stamp = fileStamp(of: path)
      if let kept = known[path], let stamp, kept.stamp == stamp,
        let fingerprint = ImageFingerprint(text: kept.text)
      {
        outcome.fingerprints.append(fingerprint)
        continue
      }
      try context.checkInterrupted()
      do {
        let fingerprint = ImageFingerprint(try decodeImage(at: path).picture.raster)
        outcome.fingerprints.append(fingerprint)
        // Without a stamp it could not be told from a later file of this name.
        if let stamp {
          new.append(StoredFingerprint(path: path, stamp: stamp, text: fingerprint.text))
        }
      } catch {
        unreadable.append(file)
      }
      if new.count == batchSize {
        try workspace.store.keep(new)
        new.removeAll()
      }
      context.report(
        StageProgress(
          stage: "reading training images", done: Double(index + 1), total: Double(files.count),
          unit: "images"))
    }
    try workspace.store.keep(new)
    guard !outcome.fingerprints.isEmpty else {
      throw AuditFailure(
        "the folder of training images '\(folder)' holds no image that can be read",
        hint:
          "PNG, JPEG and DICOM are read; convert the images, or remove 'rebalance.trainingImages'")
    }
    if !unreadable.isEmpty {
      outcome.notes.append(
        "\(unreadable.count) of \(files.count) training images could not be read and were not compared "
          + "with, e.g. '\(unreadable[0])'.")
    }
    return outcome
  }

  /// Paths within the folder, sorted.
  private static func images(below folder: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw AuditFailure(
        "the folder of training images '\(folder)' does not exist",
        hint: "correct 'rebalance.trainingImages', or remove it to skip that check")
    }
    return (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { path in
        let name = (path as NSString).lastPathComponent
        var isFolder: ObjCBool = false
        return !name.hasPrefix(".")
          && FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
          && !isFolder.boolValue && isImage(folder + "/" + path)
      }.sorted()
  }

  /// By content; what cannot be opened counts, so that it is told.
  private static func isImage(_ path: String) -> Bool {
    guard let head = try? readHead(of: path, length: imageHeadLength) else { return true }
    return imageFormat(of: head[...]) != nil || path.lowercased().hasSuffix(".png")
  }
}

extension ImageFingerprint {
  /// The hash in hexadecimal and the embedding as Base64 of little-endian floats.
  var text: String {
    var bytes = Data()
    for value in embedding {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return String(hash, radix: 16) + " " + bytes.base64EncodedString()
  }

  /// - Returns: nil when `text` is not what ``text`` gives.
  init?(text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let hash = UInt64(parts[0], radix: 16),
      let bytes = Data(base64Encoded: String(parts[1])),
      bytes.count == 4 * Self.side * Self.side
    else { return nil }
    let all = [UInt8](bytes)
    let embedding = stride(from: 0, to: all.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(all[start + $1]) << UInt32(8 * $1) })
    }
    guard embedding.allSatisfy(\.isFinite) else { return nil }
    self.init(hash: hash, embedding: embedding)
  }
}
