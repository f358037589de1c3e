import Images
import Tensors

extension RasterImage {
  /// An 8-bit picture of `[channels, height, width]` in -1...1, 1 or 3 channels; see
  /// ``init(planes:width:height:channels:)``.
  package init(decoded values: Tensor) {
    self.init(
      planes: values.values, width: values.shape[2], height: values.shape[1],
      channels: values.shape[0])
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
}
