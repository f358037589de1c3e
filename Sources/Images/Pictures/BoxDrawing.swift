import AuditModel

extension RasterImage {
  /// Boxes as a control image: white on black, one channel.
  ///
  /// Edges are rounded to whole pixels, half up; a box covers at least one. An outline lies inside
  /// its box. Boxes that overlap are one white area.
  /// - Parameters:
  ///   - boxes: Fractions of the image, within it.
  ///   - thickness: Of an outline, in pixels.
  package init(
    boxes: [FindingBox], width: Int, height: Int, style: BoxFile.Style, thickness: Int = 1
  ) {
    var bytes = [UInt8](repeating: 0, count: width * height)
    func fill(_ columns: Range<Int>, _ rows: Range<Int>) {
      for row in rows {
        for column in columns { bytes[row * width + column] = 255 }
      }
    }
    for box in boxes {
      let columns = Self.pixels(from: box.x, length: box.width, of: width)
      let rows = Self.pixels(from: box.y, length: box.height, of: height)
      guard style == .outlined, columns.count > 2 * thickness, rows.count > 2 * thickness else {
        fill(columns, rows)
        continue
      }
      fill(columns, rows.prefix(thickness))
      fill(columns, rows.suffix(thickness))
      fill(columns.prefix(thickness), rows)
      fill(columns.suffix(thickness), rows)
    }
    self.init(width: width, height: height, channels: 1, bytes: bytes)
  }

  private static func pixels(from start: Double, length: Double, of side: Int) -> Range<Int> {
    func rounded(_ fraction: Double) -> Int {
      Int((min(max(fraction, 0), 1) * Double(side)).rounded(.toNearestOrAwayFromZero))
    }
    let lower = min(rounded(start), side - 1)
    return lower..<min(side, max(lower + 1, rounded(start + length)))
  }
}
