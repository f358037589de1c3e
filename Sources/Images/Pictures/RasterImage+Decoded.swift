extension RasterImage {
  /// A decoder's output, planes `[channels, height, width]` in −1...1, as 8-bit pixels.
  ///
  /// Values outside are clipped, NaN becomes black; rounded in single precision exactly as
  /// torchvision's `save_image(normalize=True, value_range=(-1, 1))`.
  package init(planes: [Float], width: Int, height: Int, channels: Int) {
    precondition(planes.count == width * height * channels, "planes do not fill the image")
    let count = width * height
    let bytes = [UInt8](unsafeUninitializedCapacity: count * channels) { out, initialized in
      planes.withUnsafeBufferPointer { planes in
        for channel in 0..<channels {
          for i in 0..<count {
            out[i * channels + channel] = Self.level(planes[channel * count + i])
          }
        }
      }
      initialized = count * channels
    }
    self.init(width: width, height: height, channels: channels, bytes: bytes)
  }

  private static func level(_ value: Float) -> UInt8 {
    guard !value.isNaN else { return 0 }
    let unit = (max(-1, min(1, value)) + 1) / 2
    return UInt8(max(0, min(255, unit * 255 + 0.5)))
  }
}
