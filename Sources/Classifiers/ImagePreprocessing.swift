import AuditModel
import Images

/// From a picture to the numbers a model was trained on.
///
/// In this order: channels, edges without content, inversion, equalisation, fit and size, range,
/// mean and deviation, layout. Pictures of more than 8 bits are floats from the beginning.
struct ImagePreprocessing: Sendable {
  let height: Int
  let width: Int
  let channels: OnnxSpecification.Channels
  let layout: OnnxSpecification.Layout
  private let resize: OnnxSpecification.Resize
  private let steps: PreprocessingSpecification
  /// Per channel, the input for a share of white: `value * slope + offset`, in this order of
  /// operations: `(value * span + lower - mean) / deviation`.
  private let scales: [Scale]
  /// Per channel, the input for each of the 256 gray levels.
  private let levels: [[Float]]

  private struct Scale: Sendable {
    var span: Double
    var lower: Double
    var mean: Double
    var deviation: Double

    func input(_ share: Double) -> Float { Float((share * span + lower - mean) / deviation) }
  }

  init(_ specification: OnnxSpecification) {
    height = specification.height
    width = specification.width
    channels = specification.channels
    layout = specification.layout
    resize = specification.resize
    steps = specification.preprocessing
    scales = (0..<(specification.channels == .gray ? 1 : 3)).map { channel in
      let deviations = specification.standardDeviation
      return Scale(
        span: specification.rangeUpper - specification.rangeLower,
        lower: specification.rangeLower,
        mean: specification.mean[min(channel, specification.mean.count - 1)],
        deviation: deviations[min(channel, deviations.count - 1)])
    }
    levels = scales.map { scale in (0...255).map { scale.input(Double($0) / 255) } }
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
  func write(_ picture: Picture, to values: inout [Float], at offset: Int) {
    let image = prepared(picture)
    let pixels = width * height
    for channel in 0..<channelCount {
      // Colour order is the input's; the picture's is always red, green, blue.
      let source = channels == .bgr ? 2 - channel : channel
      for i in 0..<pixels {
        let value: Float
        switch image {
        case .levels(let image):
          value = levels[channel][Int(image.bytes[i * channelCount + source])]
        case .floats(let image):
          value = scales[channel].input(Double(image.values[i * channelCount + source]))
        }
        let place = layout == .nchw ? channel * pixels + i : i * channelCount + channel
        values[offset + place] = value
      }
    }
    if steps.isStandardized { standardize(&values, offset..<offset + valueCount) }
  }

  /// The picture at the input's size.
  private func prepared(_ picture: Picture) -> WorkingImage {
    // Colour is reduced before resizing, as a PIL image converted on opening would be.
    let opened = WorkingImage(picture)
    var image = channels == .gray ? opened.gray() : opened.rgb()
    if let threshold = steps.contentThreshold { image = image.croppedToContent(above: threshold) }
    if steps.isInverted { image = image.inverted() }
    if steps.isEqualized { image = image.equalized() }
    return fitted(image)
  }

  private func fitted(_ image: WorkingImage) -> WorkingImage {
    switch steps.fit {
    case .stretch: return image.resized(width: width, height: height, as: resize)
    case .resizeThenCrop:
      let side = steps.shortestSide ?? max(width, height)
      // As torchvision: the longer side is rounded down, half a pixel to the even one.
      let isWide = image.width >= image.height
      let newWidth = isWide ? side * image.width / image.height : side
      let newHeight = isWide ? side : side * image.height / image.width
      let resized = image.resized(width: newWidth, height: newHeight, as: resize)
      return resized.framed(
        x: Int((Double(newWidth - width) / 2).rounded(.toNearestOrEven)),
        y: Int((Double(newHeight - height) / 2).rounded(.toNearestOrEven)), width: width,
        height: height)
    case .cropThenResize:
      let cutWidth = min(image.width, image.height * width / height)
      let cutHeight = min(image.height, image.width * height / width)
      // As torchxrayvision: halves are rounded down one by one.
      let cut = image.framed(
        x: image.width / 2 - cutWidth / 2, y: image.height / 2 - cutHeight / 2,
        width: max(cutWidth, 1), height: max(cutHeight, 1))
      return cut.resized(width: width, height: height, as: resize)
    case .padThenResize:
      let fullWidth = max(image.width, image.height * width / height)
      let fullHeight = max(image.height, image.width * height / width)
      let padded = image.framed(
        x: -((fullWidth - image.width) / 2), y: -((fullHeight - image.height) / 2),
        width: fullWidth, height: fullHeight)
      return padded.resized(width: width, height: height, as: resize)
    }
  }

  /// Population deviation, as NumPy's; a flat picture becomes zeros.
  private func standardize(_ values: inout [Float], _ range: Range<Int>) {
    let count = Double(range.count)
    let mean = range.reduce(0.0) { $0 + Double(values[$1]) } / count
    let squares = range.reduce(0.0) { sum, index in
      let difference = Double(values[index]) - mean
      return sum + difference * difference
    }
    let deviation = (squares / count).squareRoot()
    for index in range {
      values[index] = deviation > 0 ? Float((Double(values[index]) - mean) / deviation) : 0
    }
  }
}
