import Images
import Tensors

extension RasterImage {
  /// An 8-bit picture of values in -1...1, rounded as the reference's `save_image` does.
  ///
  /// - Parameter values: `[channels, height, width]` with 1 or 3 channels; clamped.
  package init(decoded values: Tensor) {
    let (channels, height, width) = (values.shape[0], values.shape[1], values.shape[2])
    let area = height * width
    let bytes = values.withUnsafePointer { x in
      [UInt8](unsafeUninitializedCapacity: channels * area) { out, count in
        for channel in 0..<channels {
          for i in 0..<area {
            out[i * channels + channel] = Self.level(x[channel * area + i])
          }
        }
        count = channels * area
      }
    }
    self.init(width: width, height: height, channels: channels, bytes: bytes)
  }

  /// The grey level of one value: -1 is 0, 1 is 255; not a number counts as -1.
  static func level(_ value: Float) -> UInt8 {
    let clamped = value > -1 ? min(value, 1) : -1
    return UInt8(min(max((clamped + 1) / 2 * 255 + 0.5, 0), 255))
  }

  /// The picture as `[1, 3, height, width]` in -1...1; gray is repeated.
  package func normalizedTensor() -> Tensor {
    let rgb = self.rgb()
    let area = width * height
    var values = [Float](repeating: 0, count: 3 * area)
    for i in 0..<area {
      for channel in 0..<3 {
        values[channel * area + i] = (Float(rgb.bytes[3 * i + channel]) / 255 - 0.5) / 0.5
      }
    }
    return Tensor(values, shape: [1, 3, height, width])
  }

  /// One channel, exactly: a colour picture whose channels are equal keeps its levels.
  package func grayByMean() -> RasterImage {
    guard channels == 3 else { return self }
    let gray = (0..<width * height).map { i -> UInt8 in
      let sum = Int(bytes[3 * i]) + Int(bytes[3 * i + 1]) + Int(bytes[3 * i + 2])
      return UInt8((2 * sum + 3) / 6)  // the mean rounded half up
    }
    return RasterImage(width: width, height: height, channels: 1, bytes: gray)
  }
}
