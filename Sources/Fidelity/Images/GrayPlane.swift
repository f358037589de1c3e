/// A grey picture of real numbers, row by row.
package struct GrayPlane: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `height * width` values; 0 black, 1 white.
  package var values: [Double]

  /// - Precondition: `values` fills the picture.
  package init(width: Int, height: Int, values: [Double]) {
    precondition(values.count == width * height, "values do not fill the picture")
    self.width = width
    self.height = height
    self.values = values
  }

  /// Means of 2 × 2 pixels; an odd last row or column is left out.
  func halved() -> GrayPlane {
    let (newWidth, newHeight) = (width / 2, height / 2)
    var out = [Double](repeating: 0, count: newWidth * newHeight)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let place = 2 * y * width + 2 * x
        out[y * newWidth + x] =
          (values[place] + values[place + 1] + values[place + width] + values[place + width + 1])
          / 4
      }
    }
    return GrayPlane(width: newWidth, height: newHeight, values: out)
  }

  /// Weighted means by the same window along rows and columns, where it fits whole.
  func filtered(by window: [Double]) -> GrayPlane {
    let size = window.count
    let newWidth = width - size + 1
    let newHeight = height - size + 1
    var along = [Double](repeating: 0, count: newWidth * height)
    for y in 0..<height {
      for (tap, weight) in window.enumerated() {
        for x in 0..<newWidth { along[y * newWidth + x] += weight * values[y * width + x + tap] }
      }
    }
    var across = [Double](repeating: 0, count: newWidth * newHeight)
    for y in 0..<newHeight {
      for (tap, weight) in window.enumerated() {
        for x in 0..<newWidth {
          across[y * newWidth + x] += weight * along[(y + tap) * newWidth + x]
        }
      }
    }
    return GrayPlane(width: newWidth, height: newHeight, values: across)
  }

  /// Larger by `reach` pixels on every side, as mirrors at the outermost pixels would show them.
  func mirrored(by reach: Int) -> GrayPlane {
    func inside(_ place: Int, _ count: Int) -> Int {
      place < 0 ? -place : place >= count ? 2 * count - 2 - place : place
    }
    let (newWidth, newHeight) = (width + 2 * reach, height + 2 * reach)
    return GrayPlane(
      width: newWidth, height: newHeight,
      values: (0..<newWidth * newHeight).map { place in
        values[
          inside(place / newWidth - reach, height) * width
            + inside(place % newWidth - reach, width)]
      })
  }
}
