/// How a stored picture must be turned to be seen upright: the eight values of EXIF's orientation.
package enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored, halfTurn, flipped, transposed, quarterTurn, transverse, threeQuarterTurn

  /// Whether width and height change places.
  var swapsSides: Bool { rawValue >= 5 }

  /// The stored column and row of the upright pixel (x, y), for a stored picture of this size.
  fileprivate func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .upright: (x, y)
    case .mirrored: (width - 1 - x, y)
    case .halfTurn: (width - 1 - x, height - 1 - y)
    case .flipped: (x, height - 1 - y)
    case .transposed: (y, x)
    case .quarterTurn: (y, height - 1 - x)
    case .transverse: (width - 1 - y, height - 1 - x)
    case .threeQuarterTurn: (width - 1 - y, x)
    }
  }
}

extension RasterImage {
  /// The picture turned upright.
  /// - SeeAlso: CIPA DC-008, tag 0x0112; equal to Pillow's `ImageOps.exif_transpose`.
  package func turned(_ orientation: Orientation) -> RasterImage {
    guard orientation != .upright else { return self }
    let newWidth = orientation.swapsSides ? height : width
    let newHeight = orientation.swapsSides ? width : height
    var turned = [UInt8](repeating: 0, count: bytes.count)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let from = orientation.source(x: x, y: y, width: width, height: height)
        for channel in 0..<channels {
          turned[(y * newWidth + x) * channels + channel] =
            bytes[(from.y * width + from.x) * channels + channel]
        }
      }
    }
    return RasterImage(width: newWidth, height: newHeight, channels: channels, bytes: turned)
  }
}
