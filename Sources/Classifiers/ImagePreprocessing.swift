import AuditModel
import Images

/// From a picture to the numbers a model was trained on.
struct ImagePreprocessing: Sendable {
  let height: Int
  let width: Int
  let channels: OnnxSpecification.Channels
  let layout: OnnxSpecification.Layout
  /// Per channel, the input for each of the 256 gray levels.
  private let levels: [[Float]]

  init(_ specification: OnnxSpecification) {
    height = specification.height
    width = specification.width
    channels = specification.channels
    layout = specification.layout
    let span = specification.rangeUpper - specification.rangeLower
    levels = (0..<(specification.channels == .gray ? 1 : 3)).map { channel in
      let mean = specification.mean[min(channel, specification.mean.count - 1)]
      let deviations = specification.standardDeviation
      let deviation = deviations[min(channel, deviations.count - 1)]
      return (0...255).map { level in
        Float((Double(level) / 255 * span + specification.rangeLower - mean) / deviation)
      }
    }
  }

  var channelCount: Int { levels.count }
  /// Numbers per image.
  var valueCount: Int { channelCount * height * width }

  /// `[batch, …]` in the layout of the spec.
  func shape(batch: Int) -> [Int64] {
    let sizes =
      layout == .nchw
      ? [batch, channelCount, height, width] : [batch, height, width, channelCount]
    return sizes.map(Int64.init)
  }

  /// Writes one picture to `values`, ``valueCount`` numbers from `offset` on.
  func write(_ image: RasterImage, to values: inout [Float], at offset: Int) {
    // Colour is reduced before resizing, as a PIL image converted on opening would be.
    let picture = (channels == .gray ? image.gray() : image.rgb())
      .resized(width: width, height: height)
    let pixels = width * height
    for channel in 0..<channelCount {
      let table = levels[channel]
      for i in 0..<pixels {
        let value = table[Int(picture.bytes[i * channelCount + channel])]
        let place = layout == .nchw ? channel * pixels + i : i * channelCount + channel
        values[offset + place] = value
      }
    }
  }
}
