import Foundation
import Images
import TestSupport
import Testing

@Suite struct FingerprintTests {
  /// No two patients of the hand-out's radiographs are taken for copies, and every radiograph is
  /// recognised when halved in size.
  @Test(.needs("data/cxr/images"))
  func realRadiographsAreRecognisedWhenScaledAndToldFromOthers() throws {
    let folder = try HandOuts.path("data/cxr/images")
    // A hundred give 4,950 pairs.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().prefix(100)
    let pictures = try names.map { try readPNG(at: folder + "/" + $0).gray() }
    let prints = pictures.map { ImageFingerprint($0) }
    for (index, print) in prints.enumerated() {
      let picture = pictures[index]
      let halved = picture.resized(
        width: picture.width / 2, height: picture.height / 2, filter: .bilinear)
      #expect(ImageFingerprint(halved).isCopy(of: print), "\(names[index])")
      for other in (index + 1)..<prints.count {
        #expect(!print.isCopy(of: prints[other]), "\(names[index]) and \(names[other])")
      }
    }
  }

  @Test func aFlatPictureHasNoDirection() {
    let flat = ImageFingerprint(
      RasterImage(width: 4, height: 4, channels: 1, bytes: Array(repeating: 9, count: 16)))
    #expect(flat.embedding.allSatisfy { $0 == 0 })
    #expect(flat.correlation(with: flat) == 0)
  }
}
