import Images
import Testing

@Suite struct SignedDifferenceTests {
  private func picture(_ bytes: [UInt8]) -> RasterImage {
    RasterImage(width: bytes.count, height: 1, channels: 1, bytes: bytes)
  }

  @Test func brighterIsRedDarkerIsBlueAndTheScaleIsFixed() throws {
    let found = signedDifference(
      picture([100, 164, 36, 132]), picture([100, 100, 100, 100]), scale: 64)
    let expected: [UInt8] = [255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 128, 128]
    #expect(found?.bytes == expected)
    #expect(signedDifference(picture([1]), picture([1, 2]), scale: 64) == nil)
  }
}
