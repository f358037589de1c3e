import Glibc

/// Weights by which old pixels make a new one; distances in units of the new pixel's reach.
package enum ResizingFilter: Sendable {
  /// Plain mean of the pixels covered.
  case box
  /// Triangle.
  case bilinear
  /// Keys' cubic, a = −0.5.
  case bicubic
  /// Windowed sinc over three pixels to either side.
  case lanczos

  var support: Double {
    switch self {
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    // The upper border belongs to the pixel, the lower one to its neighbour.
    case .box: return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    case .lanczos:
      guard x > 0 else { return 1 }
      guard x < 3 else { return 0 }
      let angle = Double.pi * x
      return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
    }
  }
}

extension RasterImage {
  /// The picture at another size, equal to the `resize` of Pillow 13 bit by bit.
  ///
  /// Antialiased: when shrinking, the filter's reach grows with the ratio. Weights are fixed-point
  /// with 22 bits. Between the two passes values are rounded to 8 bits, so their order shows: rows
  /// are shortened first unless the height loses more than twice as many pixels as the width (found
  /// by comparing with Pillow 13.0 on 1,000 sizes; Pillow 11 always took rows first).
  package func resized(
    width newWidth: Int, height newHeight: Int, filter: ResizingFilter = .bilinear
  ) -> RasterImage {
    precondition(newWidth > 0 && newHeight > 0, "an image has at least one pixel")
    let columnsFirst = Self.takesColumnsFirst(
      from: (width, height), to: (newWidth, newHeight))
    return columnsFirst
      ? resized(height: newHeight, filter).resized(width: newWidth, filter)
      : resized(width: newWidth, filter).resized(height: newHeight, filter)
  }

  /// The order of Pillow's two passes.
  static func takesColumnsFirst(
    from old: (width: Int, height: Int), to new: (width: Int, height: Int)
  ) -> Bool {
    new.height < old.height && old.height - new.height > 2 * (old.width - new.width)
  }

  private func resized(width newWidth: Int, _ filter: ResizingFilter) -> RasterImage {
    guard newWidth != width else { return self }
    let taps = ResamplingTaps(from: width, to: newWidth, filter: filter)
    return RasterImage(
      width: newWidth, height: height, channels: channels, bytes: taps.appliedAlongRows(of: self))
  }

  private func resized(height newHeight: Int, _ filter: ResizingFilter) -> RasterImage {
    guard newHeight != height else { return self }
    let taps = ResamplingTaps(from: height, to: newHeight, filter: filter)
    return RasterImage(
      width: width, height: newHeight, channels: channels,
      bytes: taps.appliedAlongColumns(of: self))
  }

  /// A rectangle of the picture. The rectangle must lie within it.
  package func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> RasterImage {
    precondition(x >= 0 && y >= 0 && x + newWidth <= width && y + newHeight <= height)
    var out: [UInt8] = []
    out.reserveCapacity(newWidth * newHeight * channels)
    for row in y..<y + newHeight {
      let start = (row * width + x) * channels
      out.append(contentsOf: bytes[start..<start + newWidth * channels])
    }
    return RasterImage(width: newWidth, height: newHeight, channels: channels, bytes: out)
  }

  /// The central square of side `side` after scaling the shorter side to it.
  ///
  /// Halved by box means while at least twice too large, then bicubic, then cut.
  /// - SeeAlso: `center_crop_arr` of guided-diffusion, which ChexGen's training uses.
  package func centerSquare(side: Int) -> RasterImage {
    var image = self
    while min(image.width, image.height) >= 2 * side {
      image = image.resized(width: image.width / 2, height: image.height / 2, filter: .box)
    }
    let scale = Double(side) / Double(min(image.width, image.height))
    image = image.resized(
      width: Int((Double(image.width) * scale).rounded(.toNearestOrEven)),
      height: Int((Double(image.height) * scale).rounded(.toNearestOrEven)), filter: .bicubic)
    return image.cropped(
      x: (image.width - side) / 2, y: (image.height - side) / 2, width: side, height: side)
  }

  /// A small copy for galleries, the longer side at most `side` pixels; never enlarged.
  package func thumbnail(side: Int) -> RasterImage {
    let longer = max(width, height)
    guard longer > side else { return self }
    let scale = Double(side) / Double(longer)
    return resized(
      width: max(1, Int((Double(width) * scale).rounded())),
      height: max(1, Int((Double(height) * scale).rounded())), filter: .box)
  }
}

/// For every new position the old positions that make it, and their fixed-point weights.
private struct ResamplingTaps {
  /// Eight bits for the pixel and two for the overshoot of cubic weights are left of 32.
  static let precisionBits = 32 - 8 - 2

  let first: [Int]
  let count: [Int]
  /// `[new position, stride]`
  let weights: [Int32]
  let stride: Int

  init(from oldSize: Int, to newSize: Int, filter: ResizingFilter) {
    let scale = Double(oldSize) / Double(newSize)
    let reach = max(scale, 1)
    let support = filter.support * reach
    stride = Int(support.rounded(.up)) * 2 + 1
    var first: [Int] = []
    var count: [Int] = []
    var weights = [Int32](repeating: 0, count: newSize * stride)
    for position in 0..<newSize {
      let center = (Double(position) + 0.5) * scale
      let low = max(0, Int(center - support + 0.5))
      let high = min(oldSize, Int(center + support + 0.5))
      let exact = (low..<high).map { filter.weight((Double($0) - center + 0.5) * (1 / reach)) }
      let sum = exact.reduce(0, +)
      for (tap, weight) in exact.enumerated() {
        let normalized = sum == 0 ? weight : weight / sum
        weights[position * stride + tap] = Int32(
          (normalized * Double(1 << Self.precisionBits)).rounded(.toNearestOrAwayFromZero))
      }
      first.append(low)
      count.append(high - low)
    }
    self.first = first
    self.count = count
    self.weights = weights
  }

  private static func clipped(_ sum: Int32) -> UInt8 {
    UInt8(max(0, min(255, sum >> Int32(precisionBits))))
  }

  func appliedAlongRows(of image: RasterImage) -> [UInt8] {
    let newWidth = first.count
    let channels = image.channels
    let total = newWidth * image.height * channels
    if channels == 1 { return grayAlongRows(of: image) }
    return [UInt8](unsafeUninitializedCapacity: total) { out, initialized in
      image.bytes.withUnsafeBufferPointer { source in
        weights.withUnsafeBufferPointer { weights in
          for y in 0..<image.height {
            for x in 0..<newWidth {
              for channel in 0..<channels {
                var sum: Int32 = 1 << Int32(Self.precisionBits - 1)
                var index = (y * image.width + first[x]) * channels + channel
                for tap in 0..<count[x] {
                  sum &+= Int32(source[index]) &* weights[x * stride + tap]
                  index += channels
                }
                out[(y * newWidth + x) * channels + channel] = Self.clipped(sum)
              }
            }
          }
        }
      }
      initialized = total
    }
  }

  /// Pixels and weights lie side by side, so that the compiler takes many at once.
  private func grayAlongRows(of image: RasterImage) -> [UInt8] {
    let newWidth = first.count
    let total = newWidth * image.height
    return [UInt8](unsafeUninitializedCapacity: total) { out, initialized in
      image.bytes.withUnsafeBufferPointer { source in
        weights.withUnsafeBufferPointer { weights in
          for y in 0..<image.height {
            for x in 0..<newWidth {
              let start = y * image.width + first[x]
              let taps = count[x]
              let pixels = UnsafeBufferPointer(rebasing: source[start..<start + taps])
              let own = UnsafeBufferPointer(rebasing: weights[x * stride..<x * stride + taps])
              var sum: Int32 = 1 << Int32(Self.precisionBits - 1)
              for tap in 0..<taps { sum &+= Int32(pixels[tap]) &* own[tap] }
              out[y * newWidth + x] = Self.clipped(sum)
            }
          }
        }
      }
      initialized = total
    }
  }

  func appliedAlongColumns(of image: RasterImage) -> [UInt8] {
    let newHeight = first.count
    let rowBytes = image.width * image.channels
    let total = newHeight * rowBytes
    return [UInt8](unsafeUninitializedCapacity: total) { out, initialized in
      image.bytes.withUnsafeBufferPointer { source in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowBytes) { sums in
          for y in 0..<newHeight {
            sums.update(repeating: 1 << Int32(Self.precisionBits - 1))
            for tap in 0..<count[y] {
              let weight = weights[y * stride + tap]
              let start = (first[y] + tap) * rowBytes
              for i in 0..<rowBytes { sums[i] &+= Int32(source[start + i]) &* weight }
            }
            for i in 0..<rowBytes { out[y * rowBytes + i] = Self.clipped(sums[i]) }
          }
        }
      }
      initialized = total
    }
  }
}
