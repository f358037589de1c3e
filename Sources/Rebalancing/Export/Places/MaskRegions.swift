import Images

/// The connected white parts of a mask, with boxes, areas and run lengths.
struct MaskRegions {
  struct Region: Equatable {
    /// Whole pixels; the right and lower edge are outside.
    var left: Int
    var top: Int
    var right: Int
    var bottom: Int
    /// Pixels.
    var area: Int
    /// White pixels, by number in column-major order, ascending.
    var pixels: [Int]
  }

  let width: Int
  let height: Int
  let regions: [Region]

  /// Level at which a pixel belongs to the finding, as masks are read.
  static let threshold: UInt8 = 128
  /// Smaller parts are what resizing left of an edge.
  static let leastArea = 4

  /// Parts whose pixels touch, corners included, from left to right.
  init(_ mask: RasterImage) {
    let gray = mask.gray()
    (width, height) = (gray.width, gray.height)
    var isOpen = gray.bytes.map { $0 >= Self.threshold }
    var found: [Region] = []
    for start in 0..<width * height {
      // Column by column, so that parts come in the order of their first pixel.
      let (x, y) = (start / height, start % height)
      guard isOpen[y * width + x] else { continue }
      isOpen[y * width + x] = false
      var stack = [(x, y)]
      var region = Region(left: x, top: y, right: x + 1, bottom: y + 1, area: 0, pixels: [])
      while let (x, y) = stack.popLast() {
        region.area += 1
        region.pixels.append(x * height + y)
        region.left = min(region.left, x)
        region.right = max(region.right, x + 1)
        region.top = min(region.top, y)
        region.bottom = max(region.bottom, y + 1)
        for nextY in max(0, y - 1)...min(height - 1, y + 1) {
          for nextX in max(0, x - 1)...min(width - 1, x + 1)
          where isOpen[nextY * width + nextX] {
            isOpen[nextY * width + nextX] = false
            stack.append((nextX, nextY))
          }
        }
      }
      guard region.area >= Self.leastArea else { continue }
      region.pixels.sort()
      found.append(region)
    }
    regions = found
  }

  /// Lengths of runs in column-major order, black first: COCO's uncompressed form.
  func runs(of region: Region) -> [Int] {
    var runs: [Int] = []
    var place = 0
    var index = 0
    while index < region.pixels.count {
      let start = region.pixels[index]
      runs.append(start - place)
      var length = 1
      while index + length < region.pixels.count,
        region.pixels[index + length] == start + length
      {
        length += 1
      }
      runs.append(length)
      place = start + length
      index += length
    }
    runs.append(width * height - place)
    // A run of nothing at the end is not written.
    return runs.last == 0 ? Array(runs.dropLast()) : runs
  }

  /// Run lengths as COCO writes them in text: differences to the run before the last, five bits a sign.
  /// - SeeAlso: `rleToString` of the COCO API.
  static func compressed(_ runs: [Int]) -> String {
    var text = ""
    for (index, run) in runs.enumerated() {
      var rest = index > 2 ? run - runs[index - 2] : run
      var isLast = false
      while !isLast {
        var bits = rest & 0x1F
        rest >>= 5
        // The fifth bit is the sign of the whole; what is left repeats it.
        isLast = bits & 0x10 != 0 ? rest == -1 : rest == 0
        if !isLast { bits |= 0x20 }
        text.unicodeScalars.append(Unicode.Scalar(UInt8(bits + 48)))
      }
    }
    return text
  }
}
