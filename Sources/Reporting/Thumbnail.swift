import Images

/// Small gray copies of pictures, so that a page with a gallery stays a few megabytes.
enum Thumbnail {
  /// Twice the size at which the page shows a picture.
  static let side = 256

  /// The PNG made small; nil when it cannot be read, so that the page says the picture is missing.
  static func png(of path: String) -> [UInt8]? {
    guard let image = try? readPNG(at: path) else { return nil }
    let gray = image.gray()
    let factor = (max(gray.width, gray.height) + side - 1) / side
    return try? encodePNG(factor > 1 ? reduced(gray, by: factor) : gray)
  }

  /// Means of `factor` × `factor` blocks; blocks at the right and lower edge may be smaller.
  private static func reduced(_ image: RasterImage, by factor: Int) -> RasterImage {
    let width = (image.width + factor - 1) / factor
    let height = (image.height + factor - 1) / factor
    var bytes = [UInt8](repeating: 0, count: width * height)
    for row in 0..<height {
      for column in 0..<width {
        var sum = 0
        var count = 0
        for y in row * factor..<min((row + 1) * factor, image.height) {
          for x in column * factor..<min((column + 1) * factor, image.width) {
            sum += Int(image.bytes[y * image.width + x])
            count += 1
          }
        }
        bytes[row * width + column] = UInt8((sum + count / 2) / count)
      }
    }
    return RasterImage(width: width, height: height, channels: 1, bytes: bytes)
  }
}
