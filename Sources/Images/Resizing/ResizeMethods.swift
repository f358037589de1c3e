import AuditModel

/// A picture on its way into a classifier: 8-bit levels while every step keeps them, else floats.
package enum WorkingImage: Sendable, Equatable {
  case levels(RasterImage)
  case floats(FloatImage)

  package init(_ picture: Picture) {
    switch picture {
    case .levels(let image): self = .levels(image)
    case .deep(let image): self = .floats(FloatImage(image))
    }
  }

  /// Pixels.
  package var width: Int {
    switch self {
    case .levels(let image): image.width
    case .floats(let image): image.width
    }
  }

  /// Pixels.
  package var height: Int {
    switch self {
    case .levels(let image): image.height
    case .floats(let image): image.height
    }
  }

  package var floats: FloatImage {
    switch self {
    case .levels(let image): FloatImage(image)
    case .floats(let image): image
    }
  }

  package func gray() -> WorkingImage {
    switch self {
    case .levels(let image): .levels(image.gray())
    case .floats(let image): .floats(image.gray())
    }
  }

  package func rgb() -> WorkingImage {
    switch self {
    case .levels(let image): .levels(image.rgb())
    case .floats(let image): .floats(image.rgb())
    }
  }

  /// A rectangle of the picture, black where it reaches beyond.
  package func framed(x: Int, y: Int, width: Int, height: Int) -> WorkingImage {
    switch self {
    case .levels(let image): .levels(image.framed(x: x, y: y, width: width, height: height))
    case .floats(let image): .floats(image.framed(x: x, y: y, width: width, height: height))
    }
  }

  /// The picture at another size, as one of three libraries makes it.
  ///
  /// Pillow and OpenCV round 8-bit pictures to 8 bits again; torchvision works on floats, and so do
  /// all three where the picture has more than 8 bits (Pillow's mode `F`).
  package func resized(
    width newWidth: Int, height newHeight: Int, as method: OnnxSpecification.Resize
  )
    -> WorkingImage
  {
    guard newWidth != width || newHeight != height else { return self }
    if case .levels(let image) = self, method.library != .torchvision {
      return .levels(image.resized(width: newWidth, height: newHeight, as: method))
    }
    let image = floats
    let taps = ResizeTaps(method, from: (width, height), to: (newWidth, newHeight))
    return .floats(
      image.resampled(columns: taps.columns, rows: taps.rows, columnsFirst: taps.columnsFirst))
  }
}

extension OnnxSpecification.Resize {
  enum Library { case pillow, torchvision, openCV }

  var library: Library {
    switch self {
    case .nearest, .box, .bilinear, .bicubic, .lanczos: .pillow
    case .torchvisionNearest, .torchvisionNearestExact, .torchvisionBilinear,
      .torchvisionBilinearAntialias, .torchvisionBicubic, .torchvisionBicubicAntialias:
      .torchvision
    case .openCVNearest, .openCVLinear, .openCVCubic, .openCVArea, .openCVLanczos4: .openCV
    }
  }

  /// Pillow's filter, where the method is one of its own.
  var filter: ResizingFilter? {
    switch self {
    case .box: .box
    case .bilinear: .bilinear
    case .bicubic: .bicubic
    case .lanczos: .lanczos
    default: nil
    }
  }
}

/// The taps of both axes for one method and two sizes; nil for an axis that stays.
struct ResizeTaps {
  let columns: AxisTaps?
  let rows: AxisTaps?
  let columnsFirst: Bool

  init(
    _ method: OnnxSpecification.Resize, from old: (width: Int, height: Int),
    to new: (width: Int, height: Int)
  ) {
    // OpenCV chooses its rule for areas by both axes together.
    let shrinks = new.width <= old.width && new.height <= old.height
    func axis(_ old: Int, _ new: Int) -> AxisTaps? {
      old == new && (method != .openCVArea || shrinks)
        ? nil : Self.axis(method, from: old, to: new, shrinks: shrinks)
    }
    columns = axis(old.width, new.width)
    rows = axis(old.height, new.height)
    columnsFirst =
      method.filter != nil && RasterImage.takesColumnsFirst(from: old, to: new)
  }

  private static func axis(
    _ method: OnnxSpecification.Resize, from old: Int, to new: Int, shrinks: Bool
  ) -> AxisTaps {
    let scale = Double(old) / Double(new)
    switch method {
    case .box: return AxisTaps(antialiased: .box, from: old, to: new)
    case .bilinear, .torchvisionBilinearAntialias:
      return AxisTaps(antialiased: .bilinear, from: old, to: new)
    case .bicubic, .torchvisionBicubicAntialias:
      return AxisTaps(antialiased: .bicubic, from: old, to: new)
    case .lanczos: return AxisTaps(antialiased: .lanczos, from: old, to: new)
    case .nearest:
      // Pillow adds up the steps, so that rounding errors add up too.
      var place = scale * 0.5
      let positions = (0..<new).map { _ in
        defer { place += scale }
        return Int(place)
      }
      return AxisTaps(nearest: positions, within: old)
    case .torchvisionNearest:
      let step = Float(old) / Float(new)
      return AxisTaps(nearest: (0..<new).map { Int(Float($0) * step) }, within: old)
    case .torchvisionNearestExact:
      let step = Float(old) / Float(new)
      return AxisTaps(nearest: (0..<new).map { Int((Float($0) + 0.5) * step) }, within: old)
    case .openCVNearest:
      return AxisTaps(nearest: (0..<new).map { Int(Double($0) * scale) }, within: old)
    case .torchvisionBilinear, .openCVLinear:
      return AxisTaps(sampled: .linear, from: old, to: new)
    case .torchvisionBicubic, .openCVCubic:
      return AxisTaps(sampled: .cubic, from: old, to: new)
    case .openCVLanczos4: return AxisTaps(sampled: .lanczos4, from: old, to: new)
    case .openCVArea: return AxisTaps(area: old, to: new, shrinks: shrinks)
    }
  }
}

extension RasterImage {
  /// ``WorkingImage/resized(width:height:as:)`` for the libraries that keep 8 bits.
  func resized(width newWidth: Int, height newHeight: Int, as method: OnnxSpecification.Resize)
    -> RasterImage
  {
    if let filter = method.filter {
      return resized(width: newWidth, height: newHeight, filter: filter)
    }
    let taps = ResizeTaps(method, from: (width, height), to: (newWidth, newHeight))
    switch method {
    case .openCVLinear, .openCVCubic, .openCVLanczos4:
      return fixedPoint(columns: taps.columns, rows: taps.rows, newWidth, newHeight)
    default:
      let image = FloatImage(
        width: width, height: height, channels: channels, values: bytes.map(Float.init)
      ).resampled(columns: taps.columns, rows: taps.rows)
      return RasterImage(
        width: newWidth, height: newHeight, channels: channels,
        bytes: image.values.map { UInt8(min(max($0, 0), 255).rounded(.toNearestOrEven)) })
    }
  }

  /// OpenCV's arithmetic for 8-bit pictures: weights of 11 bits, rounded once at the end.
  private func fixedPoint(columns: AxisTaps?, rows: AxisTaps?, _ newWidth: Int, _ newHeight: Int)
    -> RasterImage
  {
    func whole(_ taps: AxisTaps?) -> [Int32] {
      taps?.weights.map { Int32(($0 * 2048).rounded(.toNearestOrEven)) } ?? []
    }
    let columnWeights = whole(columns)
    let rowWeights = whole(rows)
    var along = [Int32](repeating: 0, count: newWidth * height * channels)
    for y in 0..<height {
      for x in 0..<newWidth {
        for channel in 0..<channels {
          let place = (y * newWidth + x) * channels + channel
          guard let columns else {
            along[place] = Int32(bytes[place]) * 2048
            continue
          }
          var sum: Int32 = 0
          for tap in columns.range(of: x) {
            sum +=
              columnWeights[tap]
              * Int32(bytes[(y * width + Int(columns.indices[tap])) * channels + channel])
          }
          along[place] = sum
        }
      }
    }
    let row = newWidth * channels
    var out = [UInt8](repeating: 0, count: newHeight * row)
    for y in 0..<newHeight {
      for i in 0..<row {
        var sum: Int64 = 0
        if let rows {
          for tap in rows.range(of: y) {
            sum += Int64(rowWeights[tap]) * Int64(along[Int(rows.indices[tap]) * row + i])
          }
        } else {
          sum = Int64(along[y * row + i]) * 2048
        }
        out[y * row + i] = UInt8(min(max((sum + (1 << 21)) >> 22, 0), 255))
      }
    }
    return RasterImage(width: newWidth, height: newHeight, channels: channels, bytes: out)
  }

  /// A rectangle of the picture, black where it reaches beyond.
  package func framed(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> RasterImage {
    var out = [UInt8](repeating: 0, count: newWidth * newHeight * channels)
    let left = max(0, -x)
    let count = max(0, min(newWidth, width - x) - left) * channels
    for row in max(0, -y)..<max(max(0, -y), min(newHeight, height - y)) where count > 0 {
      let from = ((row + y) * width + left + x) * channels
      let to = (row * newWidth + left) * channels
      out.replaceSubrange(to..<to + count, with: bytes[from..<from + count])
    }
    return RasterImage(width: newWidth, height: newHeight, channels: channels, bytes: out)
  }
}
