import AuditModel
import Basics
import Classifiers
import Dispatch
import Fidelity
import Foundation
import Images
import Synchronization

/// What is kept of an image when its pixels are gone: vectors by encoder, and its portrait.
struct ImageFeatures {
  /// SHA-256 of the file.
  var hash: String
  /// By space: encoders by name, radiomics, image halves of alignment models.
  var vectors: [String: [Float]]
  var portrait: Portrait
}

/// An encoder and what its vectors are called.
struct NamedEncoder {
  var space: String
  var encoder: ImageEncoder
  /// All that a vector depends on beside the image's bytes.
  var key: String
}

/// Reads images once and asks every encoder; vectors are kept, so that a stopped run goes on.
struct FeatureReader {
  let encoders: [NamedEncoder]
  /// Where vectors are kept.
  let folder: String
  let context: RunContext

  /// Images that are read together; a stopped run loses no more.
  private static let pieceSize = 64

  struct Outcome {
    /// By number of the image in its set; those that could not be read are absent.
    var features: [Int: ImageFeatures] = [:]
    var unreadable: [String] = []
  }

  /// - Parameter role: For progress.
  /// - Throws: ``AuditFailure`` naming an image that cannot be read, unless the set leaves such out.
  func read(_ set: MeasuredSet, role: String) throws -> Outcome {
    var outcome = Outcome()
    let count = set.images.count
    for start in stride(from: 0, to: count, by: Self.pieceSize) {
      try context.checkInterrupted()
      let range = start..<min(start + Self.pieceSize, count)
      let results = Mutex<[Int: Result<ImageFeatures, any Error>]>([:])
      DispatchQueue.concurrentPerform(iterations: range.count) { place in
        let index = start + place
        let result = Result { try features(of: set.images[index], reading: set.reading) }
        results.withLock { $0[index] = result }
      }
      let found = results.withLock { $0 }
      for index in range {
        switch found[index] {
        case .success(let features)?: outcome.features[index] = features
        case .failure(let error)?:
          guard set.leavesOutUnreadable, let failure = error as? AuditFailure,
            failure.kind != .interrupted
          else { throw error }
          outcome.unreadable.append(set.images[index].name)
        case nil: break
        }
      }
      context.report(
        StageProgress(
          stage: "encoding", done: Double(range.upperBound), total: Double(count), unit: "images",
          detail: role))
    }
    return outcome
  }

  private func features(of image: MeasuredImage, reading: ImageReadingOptions) throws
    -> ImageFeatures
  {
    let bytes = try readBytes(of: image.path, limit: reading.limits.fileBytes)
    let hash = SHA256.hex(of: bytes)
    let decoded = try settleDepth(
      of: decodeImage(bytes, name: image.path, options: reading), name: image.path,
      options: reading)
    // Some 30 ms, about what the decoding before it takes: a stopped run loses little, so nothing is kept.
    let radiomics = Radiomics.vector(of: Self.plane(decoded.picture, Radiomics.side))
    var vectors = [FidelityReport.radiomics: radiomics.map { Float($0) }]
    for named in encoders {
      // How a file's bits are read decides its pixels too.
      let way = SHA256.hex(of: named.key + canonicalText(of: reading)).prefix(16)
      let kept = folder + "/\(way)/\(hash.prefix(2))/\(hash)"
      if let vector = Self.kept(at: kept) {
        vectors[named.space] = vector
        continue
      }
      let vector = try named.encoder.vector(of: decoded.picture, name: image.path)
      vectors[named.space] = vector
      try createFolder(at: parentFolder(of: kept))
      try writeAtomically(Self.bytes(of: vector), to: kept)
    }
    return ImageFeatures(
      hash: hash, vectors: vectors, portrait: Portrait(Self.plane(decoded.picture, Portrait.side)))
  }

  /// The grey picture as `side × side` means.
  static func plane(_ picture: Picture, _ side: Int) -> GrayPlane {
    let small = picture.raster.gray().resized(width: side, height: side, filter: .box)
    return GrayPlane(width: side, height: side, values: small.bytes.map { Double($0) / 255 })
  }

  /// 32-bit floats, low byte first, and a check of the whole: what a broken disk left is made anew.
  private static func bytes(of vector: [Float]) -> [UInt8] {
    let numbers = vector.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    return numbers + SHA256.hex(of: numbers).utf8
  }

  private static func kept(at path: String) -> [Float]? {
    guard FileManager.default.fileExists(atPath: path),
      let bytes = try? readBytes(of: path, limit: 1 << 20), bytes.count > 64,
      (bytes.count - 64) % 4 == 0
    else { return nil }
    let numbers = Array(bytes.dropLast(64))
    guard SHA256.hex(of: numbers).utf8.elementsEqual(bytes.suffix(64)) else { return nil }
    return stride(from: 0, to: numbers.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(numbers[start + $1]) << UInt32(8 * $1) }
      )
    }
  }
}
