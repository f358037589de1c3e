extension WorkingImage {
  /// Black becomes white.
  package func inverted() -> WorkingImage {
    switch self {
    case .levels(let image):
      var inverted = image
      inverted.bytes = image.bytes.map { 255 - $0 }
      return .levels(inverted)
    case .floats(let image):
      var inverted = image
      inverted.values = image.values.map { 1 - $0 }
      return .floats(inverted)
    }
  }

  /// Histogram equalisation on 8 bits, channel by channel, bit by bit as OpenCV's `equalizeHist`.
  package func equalized() -> WorkingImage {
    let image: RasterImage
    switch self {
    case .levels(let levels): image = levels
    case .floats(let floats):
      image = RasterImage(
        width: floats.width, height: floats.height, channels: floats.channels,
        bytes: floats.values.map { UInt8(min(max($0 * 255, 0), 255).rounded()) })
    }
    var equalized = image
    for channel in 0..<image.channels {
      let places = stride(from: channel, to: image.bytes.count, by: image.channels)
      var counts = [Int](repeating: 0, count: 256)
      for place in places { counts[Int(image.bytes[place])] += 1 }
      let total = image.width * image.height
      guard let first = counts.firstIndex(where: { $0 > 0 }), counts[first] < total else {
        continue
      }
      let scale = Float(255) / Float(total - counts[first])
      var table = [UInt8](repeating: 0, count: 256)
      var sum = 0
      for level in first + 1..<256 {
        sum += counts[level]
        table[level] = UInt8(min(255, (Float(sum) * scale).rounded(.toNearestOrEven)))
      }
      for place in places { equalized.bytes[place] = table[Int(image.bytes[place])] }
    }
    return .levels(equalized)
  }

  /// Without the rows and columns at the edges in which no value is above `threshold`, a share of
  /// white; the picture itself where none is.
  package func croppedToContent(above threshold: Double) -> WorkingImage {
    func bounds(_ isBright: (_ x: Int, _ y: Int) -> Bool) -> (x: Range<Int>, y: Range<Int>)? {
      var columns = (width, -1)
      var rows = (height, -1)
      for y in 0..<height {
        for x in 0..<width where isBright(x, y) {
          columns = (min(columns.0, x), max(columns.1, x))
          rows = (min(rows.0, y), max(rows.1, y))
        }
      }
      return columns.1 < 0 ? nil : (columns.0..<columns.1 + 1, rows.0..<rows.1 + 1)
    }
    let found: (x: Range<Int>, y: Range<Int>)?
    switch self {
    case .levels(let image):
      let limit = threshold * 255
      found = bounds { x, y in
        let place = (y * width + x) * image.channels
        return (0..<image.channels).contains { Double(image.bytes[place + $0]) > limit }
      }
    case .floats(let image):
      found = bounds { x, y in
        let place = (y * width + x) * image.channels
        return (0..<image.channels).contains { Double(image.values[place + $0]) > threshold }
      }
    }
    guard let found else { return self }
    return framed(
      x: found.x.lowerBound, y: found.y.lowerBound, width: found.x.count, height: found.y.count)
  }
}
