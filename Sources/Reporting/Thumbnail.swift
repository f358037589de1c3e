import Images

/// Small gray copies of pictures, so that a page with a gallery stays a few megabytes.
enum Thumbnail {
  /// Twice the size at which the page shows a picture, for sharp screens and print.
  static let side = 256

  /// Whether the picture is coloured, which decoders of radiographs are by a few levels at most.
  private static func hasColour(_ image: RasterImage) -> Bool {
    image.channels == 3
      && stride(from: 0, to: image.bytes.count, by: 3).contains {
        abs(Int(image.bytes[$0]) - Int(image.bytes[$0 + 2])) > 48
      }
  }

  /// The PNG made small; nil when it cannot be read, so that the page says the picture is missing.
  static func png(of path: String) -> [UInt8]? {
    guard let image = try? readPNG(at: path) else { return nil }
    return try? encodePNG((hasColour(image) ? image : image.gray()).thumbnail(side: side))
  }
}
