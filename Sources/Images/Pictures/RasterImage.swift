/// An 8-bit picture, gray or colour, `[height, width, channels]` row by row.
package struct RasterImage: Sendable, Equatable {
  /// Pixels.
  package let width: Int
  /// Pixels.
  package let height: Int
  /// 1 (gray) or 3 (red, green, blue).
  package let channels: Int
  /// `height * width * channels` values, channels interleaved, no padding.
  package var bytes: [UInt8]

  /// - Precondition: `channels` is 1 or 3 and `bytes` has exactly the count that follows.
  package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(channels == 1 || channels == 3, "an image has 1 or 3 channels")
    precondition(bytes.count == width * height * channels, "bytes do not fill the image")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// The picture in one channel: ITU-R 601-2 luma in 16-bit fixed point, as Pillow's mode `L`.
  package func gray() -> RasterImage {
    guard channels == 3 else { return self }
    let count = width * height
    let luma = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      bytes.withUnsafeBufferPointer { source in
        for i in 0..<count {
          let red = UInt32(source[3 * i])
          let green = UInt32(source[3 * i + 1])
          let blue = UInt32(source[3 * i + 2])
          out[i] = UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
        }
      }
      initialized = count
    }
    return RasterImage(width: width, height: height, channels: 1, bytes: luma)
  }

  /// The picture in three channels; gray is repeated.
  package func rgb() -> RasterImage {
    guard channels == 1 else { return self }
    let count = width * height
    let repeated = [UInt8](unsafeUninitializedCapacity: 3 * count) { out, initialized in
      bytes.withUnsafeBufferPointer { source in
        for i in 0..<count {
          out[3 * i] = source[i]
          out[3 * i + 1] = source[i]
          out[3 * i + 2] = source[i]
        }
      }
      initialized = 3 * count
    }
    return RasterImage(width: width, height: height, channels: 3, bytes: repeated)
  }
}
