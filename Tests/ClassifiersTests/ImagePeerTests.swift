import Foundation
import Images
import Testing

private let peers = ProcessInfo.processInfo.environment["AUDIT_IMAGE_PEERS"] ?? ""

/// Against other libraries: `Tests/Consumers/images.py` writes what they give.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: peers + "/dicom.json"),
    "pydicom's pictures are not here: run 'make test-images'"))
struct ImagePeerTests {
  private struct Picture: Decodable {
    var file: String
    var expected: String
    var window: Bool
    var width: Int
    var height: Int
    var levels: Int
    /// What dcmtk draws, and in how many bits; nil where it has no decoder.
    var drawn: String?
    var drawnBits: Int?
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: peers + name)))
  }

  private func values(in name: String) throws -> [Float] {
    try Data(contentsOf: URL(fileURLWithPath: peers + "/" + name))
      .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// Shares of white.
  private func shown(_ picture: Picture) throws -> [Float] {
    var options = ImageReadingOptions()
    options.window = picture.window ? .file : .wholeRange
    let image = try decodeImage(at: picture.file, options: options)
    #expect(image.picture.width == picture.width && image.picture.height == picture.height)
    return WorkingImage(image.picture).floats.values
  }

  private func largestDifference(_ found: [Float], _ expected: [Float]) -> Float {
    found.count == expected.count
      ? zip(found, expected).map { abs($0 - $1) }.max() ?? 1 : .infinity
  }

  @Test func everyPictureOfPydicomIsShownAlike() throws {
    let pictures = try read([Picture].self, "/dicom.json")
    #expect(pictures.count >= 40)
    for picture in pictures {
      let expected = try values(in: picture.expected)
      let found = try shown(picture)
      // −1 marks padding; else both are 32-bit floats of one formula.
      let allowed: Float = picture.levels > 0 ? 1.01 / Float(picture.levels) : 1e-6
      let worst = largestDifference(
        zip(found, expected).map { $1 < 0 ? 0 : $0 }, expected.map { max(0, $0) })
      #expect(worst <= allowed, "\(picture.file): \(worst)")
    }
  }

  /// dcmtk draws whole levels: the stored ones without a window, of 16 bits and cut off with one.
  @Test func everyPictureOfDCMTKIsDrawnAlike() throws {
    let pictures = try read([Picture].self, "/dicom.json").filter { $0.drawn != nil }
    #expect(pictures.count >= 30)
    for picture in pictures {
      let expected = try values(in: picture.drawn ?? "")
      let level = 1 / Float((1 << (picture.drawnBits ?? 16)) - 1)
      // Lossy decoders may differ by one stored level.
      let allowed =
        (picture.window ? 1.01 * level : 1e-6)
        + (picture.levels > 0 ? 1.01 / Float(picture.levels) : 0)
      let worst = largestDifference(try shown(picture), expected)
      #expect(worst <= allowed, "\(picture.file): \(worst / level) levels")
    }
  }
}
