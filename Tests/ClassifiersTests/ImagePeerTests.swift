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
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: peers + name)))
  }

  @Test func everyPictureOfPydicomIsShownAlike() throws {
    let pictures = try read([Picture].self, "/dicom.json")
    #expect(pictures.count >= 40)
    for picture in pictures {
      var options = ImageReadingOptions()
      options.window = picture.window ? .file : .wholeRange
      let image = try decodeImage(at: picture.file, options: options)
      #expect(image.picture.width == picture.width && image.picture.height == picture.height)
      let expected = try Data(contentsOf: URL(fileURLWithPath: peers + "/" + picture.expected))
        .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      let found = WorkingImage(image.picture).floats.values
      // −1 marks padding; else both are 32-bit floats of one formula.
      let allowed: Float = picture.levels > 0 ? 1.01 / Float(picture.levels) : 1e-6
      let worst = zip(found, expected).map { $1 < 0 ? 0 : abs($0 - $1) }.max() ?? 1
      #expect(found.count == expected.count && worst <= allowed, "\(picture.file): \(worst)")
    }
  }
}
