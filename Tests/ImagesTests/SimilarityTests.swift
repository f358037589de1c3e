import Images
import Testing

@Suite struct SimilarityTests {
  private let image = ResizingTests.synthetic(40, 30, 1)

  @Test func agreesWithTheFormulaComputedWithoutSeparation() {
    // Value: NumPy 2.4.6, full 11 × 11 windows, Pillow 13.0.0 for the blur.
    let blurred = image.resized(width: 20, height: 15, filter: .box).resized(width: 40, height: 30)
    // Sums in another order: a few units in the last place of 255² cancel in the variances.
    #expect(abs(structuralSimilarity(image, blurred) - 0.22400126027511766) < 1e-10)
    #expect(abs(meanAbsoluteDifference(image, blurred) - 56.88333333333333) < 1e-12)
  }

  @Test func isOneForEqualSymmetricAndSmallForTheNegative() {
    let negative = RasterImage(
      width: 40, height: 30, channels: 1, bytes: image.bytes.map { 255 - $0 })
    #expect(abs(structuralSimilarity(image, image) - 1) < 1e-12)
    #expect(structuralSimilarity(image, negative) < 0)
    #expect(structuralSimilarity(image, negative) == structuralSimilarity(negative, image))
    #expect(meanAbsoluteDifference(image, image) == 0)
    let tiny = ResizingTests.synthetic(3, 2, 3)
    #expect(abs(structuralSimilarity(tiny, tiny) - 1) < 1e-12)
  }

  @Test func theHashIgnoresScaleAndBrightnessButNotContent() {
    func blob(_ x: Int, _ y: Int) -> RasterImage {
      RasterImage(
        width: 90, height: 80, channels: 1,
        bytes: (0..<7200).map { i in
          let distance = (i % 90 - x) * (i % 90 - x) + (i / 90 - y) * (i / 90 - y)
          return UInt8(max(0, 240 - distance / 16))
        })
    }
    let one = blob(30, 40)
    let half = one.resized(width: 45, height: 40)
    let dim = RasterImage(width: 90, height: 80, channels: 1, bytes: one.bytes.map { $0 / 2 })
    #expect(hashDistance(differenceHash(one), differenceHash(half)) <= 8)
    #expect(hashDistance(differenceHash(one), differenceHash(dim)) <= 8)
    #expect(hashDistance(differenceHash(one), differenceHash(blob(75, 20))) > 12)
    // Brighter to the right everywhere: every bit is set.
    let ramp = RasterImage(
      width: 9, height: 8, channels: 1, bytes: (0..<72).map { UInt8($0 % 9 * 20) })
    #expect(differenceHash(ramp) == .max)
  }
}
