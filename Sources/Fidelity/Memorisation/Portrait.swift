/// What a picture is recognised by when it comes back blurred, shifted, mirrored or with other greys.
package struct Portrait: Sendable, Equatable {
  /// Pixels a side of the fine and of the coarse picture.
  package static let side = 32
  static let coarseSide = 16
  /// Largest shift that is tried, in pixels of the fine picture: an eighth of the image.
  static let reach = 4

  /// Grey means, `side × side`, smoothed so that a blurred copy is much the same.
  let fine: [Float]
  /// The same at `coarseSide`, with mean 0 and length 1.
  let coarse: [Float]

  /// - Parameter plane: `side × side` means of a grey picture.
  package init(_ plane: GrayPlane) {
    precondition(
      plane.width == Self.side && plane.height == Self.side, "a portrait of its own size")
    fine = Self.smoothed(plane).values.map { Float($0) }
    let small = Self.smoothed(plane).halved().values
    let mean = small.reduce(0, +) / Double(small.count)
    let length = small.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    coarse = small.map { length > 0 ? Float(($0 - mean) / length) : 0 }
  }

  /// The picture seen in a mirror.
  var mirrored: Portrait {
    func turned(_ values: [Float], _ side: Int) -> [Float] {
      (0..<values.count).map { values[$0 / side * side + side - 1 - $0 % side] }
    }
    return Portrait(
      fine: turned(fine, Self.side), coarse: turned(coarse, Self.coarseSide))
  }

  private init(fine: [Float], coarse: [Float]) {
    self.fine = fine
    self.coarse = coarse
  }

  /// Means of 3 × 3 with weights 1 2 1; edges repeat their pixels.
  private static func smoothed(_ plane: GrayPlane) -> GrayPlane {
    func pass(_ plane: GrayPlane, _ dx: Int, _ dy: Int) -> GrayPlane {
      var out = plane
      for y in 0..<plane.height {
        for x in 0..<plane.width {
          func value(_ sign: Int) -> Double {
            let column = min(max(x + sign * dx, 0), plane.width - 1)
            let row = min(max(y + sign * dy, 0), plane.height - 1)
            return plane.values[row * plane.width + column]
          }
          out.values[y * plane.width + x] = (value(-1) + 2 * value(0) + value(1)) / 4
        }
      }
      return out
    }
    return pass(pass(plane, 1, 0), 0, 1)
  }

  /// A quick likeness at shifts of at most one coarse pixel: what the search sorts out by.
  func roughLikeness(to other: Portrait) -> Float {
    let side = Self.coarseSide
    var best: Float = -1
    for dy in -1...1 {
      for dx in -1...1 {
        var sum: Float = 0
        for y in max(0, -dy)..<min(side, side - dy) {
          for x in max(0, -dx)..<min(side, side - dx) {
            sum += coarse[y * side + x] * other.coarse[(y + dy) * side + x + dx]
          }
        }
        best = max(best, sum)
      }
    }
    return best
  }

  /// The largest correlation of the two where they overlap, over all shifts in reach: −1 to 1.
  func likeness(to other: Portrait) -> Double {
    var best = -1.0
    for dy in -Self.reach...Self.reach {
      for dx in -Self.reach...Self.reach { best = max(best, correlation(other, dx, dy)) }
    }
    return best
  }

  private func correlation(_ other: Portrait, _ dx: Int, _ dy: Int) -> Double {
    let side = Self.side
    var (a, b, aa, bb, ab) = (0.0, 0.0, 0.0, 0.0, 0.0)
    let rows = max(0, -dy)..<min(side, side - dy)
    let columns = max(0, -dx)..<min(side, side - dx)
    for y in rows {
      for x in columns {
        let first = Double(fine[y * side + x])
        let second = Double(other.fine[(y + dy) * side + x + dx])
        a += first
        b += second
        aa += first * first
        bb += second * second
        ab += first * second
      }
    }
    let count = Double(rows.count * columns.count)
    let spread = (aa - a * a / count) * (bb - b * b / count)
    // A flat picture is like nothing.
    return spread > 1e-12 ? (ab - a * b / count) / spread.squareRoot() : -1
  }
}
