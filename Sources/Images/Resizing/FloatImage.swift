/// A picture of real numbers, 0 black and 1 white, `[height, width, channels]` row by row.
package struct FloatImage: Sendable, Equatable {
  /// Pixels.
  package let width: Int
  /// Pixels.
  package let height: Int
  /// 1 or 3.
  package let channels: Int
  /// `height * width * channels` values, channels interleaved; resizing may leave 0...1 a little.
  package var values: [Float]

  /// - Precondition: `values` has exactly the count that follows.
  package init(width: Int, height: Int, channels: Int, values: [Float]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(values.count == width * height * channels, "values do not fill the image")
    self.width = width
    self.height = height
    self.channels = channels
    self.values = values
  }

  package init(_ image: RasterImage) {
    self.init(
      width: image.width, height: image.height, channels: image.channels,
      values: image.bytes.map { Float($0) / 255 })
  }

  package init(_ image: DeepImage) {
    let white = Float(image.white)
    self.init(
      width: image.width, height: image.height, channels: image.channels,
      values: image.shares ?? image.samples.map { Float($0) / white })
  }

  /// One channel, by the weights of ITU-R 601-2.
  package func gray() -> FloatImage {
    guard channels == 3 else { return self }
    let luma = (0..<width * height).map { index -> Float in
      let red: Float = 0.299 * values[3 * index]
      let green: Float = 0.587 * values[3 * index + 1]
      let blue: Float = 0.114 * values[3 * index + 2]
      return red + green + blue
    }
    return FloatImage(width: width, height: height, channels: 1, values: luma)
  }

  /// Three channels; gray is repeated.
  package func rgb() -> FloatImage {
    guard channels == 1 else { return self }
    return FloatImage(
      width: width, height: height, channels: 3, values: values.flatMap { [$0, $0, $0] })
  }

  /// A rectangle of the picture, black where it reaches beyond.
  package func framed(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> FloatImage {
    var out = [Float](repeating: 0, count: newWidth * newHeight * channels)
    let columns = max(0, -x)..<max(max(0, -x), min(newWidth, width - x))
    for row in max(0, -y)..<max(max(0, -y), min(newHeight, height - y)) {
      let from = ((row + y) * width + columns.lowerBound + x) * channels
      let to = (row * newWidth + columns.lowerBound) * channels
      for i in 0..<columns.count * channels { out[to + i] = values[from + i] }
    }
    return FloatImage(width: newWidth, height: newHeight, channels: channels, values: out)
  }

  /// The picture with every row and column made by `taps`, rows first unless `columnsFirst`.
  func resampled(columns: AxisTaps?, rows: AxisTaps?, columnsFirst: Bool = false) -> FloatImage {
    columnsFirst
      ? alongColumns(rows).alongRows(columns) : alongRows(columns).alongColumns(rows)
  }

  private func alongRows(_ taps: AxisTaps?) -> FloatImage {
    guard let taps else { return self }
    let newWidth = taps.count
    let total = newWidth * height * channels
    let out = [Float](unsafeUninitializedCapacity: total) { out, initialized in
      values.withUnsafeBufferPointer { source in
        for y in 0..<height {
          for x in 0..<newWidth {
            for channel in 0..<channels {
              var sum = 0.0
              for tap in taps.range(of: x) {
                sum +=
                  taps.weights[tap]
                  * Double(source[(y * width + Int(taps.indices[tap])) * channels + channel])
              }
              out[(y * newWidth + x) * channels + channel] = Float(sum)
            }
          }
        }
      }
      initialized = total
    }
    return FloatImage(width: newWidth, height: height, channels: channels, values: out)
  }

  private func alongColumns(_ taps: AxisTaps?) -> FloatImage {
    guard let taps else { return self }
    let newHeight = taps.count
    let row = width * channels
    let total = newHeight * row
    let out = [Float](unsafeUninitializedCapacity: total) { out, initialized in
      values.withUnsafeBufferPointer { source in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: row) { sums in
          for y in 0..<newHeight {
            sums.update(repeating: 0)
            for tap in taps.range(of: y) {
              let weight = taps.weights[tap]
              let start = Int(taps.indices[tap]) * row
              for i in 0..<row { sums[i] += weight * Double(source[start + i]) }
            }
            for i in 0..<row { out[y * row + i] = Float(sums[i]) }
          }
        }
      }
      initialized = total
    }
    return FloatImage(width: width, height: newHeight, channels: channels, values: out)
  }
}
