import Images

/// Smooth gradients in place of radiographs.
enum SampleImages {
  static func png(_ path: String) -> [UInt8]? {
    let side = 96
    let shift = path.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 63 }
    let bytes = (0..<side * side).map { index -> UInt8 in
      let (x, y) = (index % side - side / 2, index / side - side / 2)
      return UInt8(max(0, min(255, 210 - shift - (x * x + 2 * y * y) / 18)))
    }
    return try? encodePNG(RasterImage(width: side, height: side, channels: 1, bytes: bytes))
  }
}
