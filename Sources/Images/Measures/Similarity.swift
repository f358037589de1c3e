import Glibc

/// Structural similarity of two pictures of equal size, in gray; 1 for equal pictures.
///
/// Gaussian window of 11 × 11 and σ 1.5, constants (0.01·255)² and (0.03·255)², mean over the
/// positions where the window lies wholly inside. Pictures narrower than 11 pixels use the largest
/// odd window that fits.
/// - SeeAlso: Wang, Bovik, Sheikh and Simoncelli 2004, equation 13.
package func structuralSimilarity(_ a: RasterImage, _ b: RasterImage) -> Double {
  precondition(a.width == b.width && a.height == b.height, "similarity needs equal sizes")
  let x = a.gray().bytes.map(Double.init)
  let y = b.gray().bytes.map(Double.init)
  let window = GaussianWindow(largest: min(a.width, a.height))
  func mean(_ values: [Double]) -> [Double] {
    window.means(of: values, width: a.width, height: a.height)
  }
  let meanX = mean(x)
  let meanY = mean(y)
  let meanXX = mean(zip(x, x).map(*))
  let meanYY = mean(zip(y, y).map(*))
  let meanXY = mean(zip(x, y).map(*))
  let c1 = 0.01 * 255 * 0.01 * 255
  let c2 = 0.03 * 255 * 0.03 * 255
  var sum = 0.0
  for i in meanX.indices {
    let product = meanX[i] * meanY[i]
    let squares = meanX[i] * meanX[i] + meanY[i] * meanY[i]
    let covariance = meanXY[i] - product
    let variances = meanXX[i] + meanYY[i] - squares
    sum += (2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2))
  }
  return sum / Double(meanX.count)
}

/// Mean absolute difference of two pictures of equal size, in gray levels 0...255.
package func meanAbsoluteDifference(_ a: RasterImage, _ b: RasterImage) -> Double {
  precondition(a.width == b.width && a.height == b.height, "a difference needs equal sizes")
  let sum = zip(a.gray().bytes, b.gray().bytes).reduce(into: 0) { sum, pair in
    sum += abs(Int(pair.0) - Int(pair.1))
  }
  return Double(sum) / Double(a.width * a.height)
}

/// 64 bits that hardly change when a picture is scaled or compressed: the difference hash.
///
/// Shrunk to 9 × 8 gray by box means; a bit is set where a pixel is brighter than its left
/// neighbour, row by row, first bit highest. Near-duplicates differ in few bits
/// (``hashDistance(_:_:)``); unrelated pictures in about 32.
package func differenceHash(_ image: RasterImage) -> UInt64 {
  let small = image.gray().resized(width: 9, height: 8, filter: .box)
  var hash: UInt64 = 0
  for y in 0..<8 {
    for x in 0..<8 {
      hash = hash << 1 | (small.bytes[9 * y + x + 1] > small.bytes[9 * y + x] ? 1 : 0)
    }
  }
  return hash
}

/// Number of bits in which two hashes differ, 0...64.
package func hashDistance(_ a: UInt64, _ b: UInt64) -> Int { (a ^ b).nonzeroBitCount }

private struct GaussianWindow {
  let weights: [Double]

  init(largest side: Int) {
    let radius = min(5, (side - 1) / 2)
    let exact = (-radius...radius).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
    let sum = exact.reduce(0, +)
    weights = exact.map { $0 / sum }
  }

  /// Weighted means around every position where the window fits, row by row.
  func means(of values: [Double], width: Int, height: Int) -> [Double] {
    let size = weights.count
    let newWidth = width - size + 1
    let newHeight = height - size + 1
    return values.withUnsafeBufferPointer { values in
      var along = [Double](repeating: 0, count: newWidth * height)
      var across = [Double](repeating: 0, count: newWidth * newHeight)
      along.withUnsafeMutableBufferPointer { along in
        for y in 0..<height {
          for (tap, weight) in weights.enumerated() {
            for x in 0..<newWidth {
              along[y * newWidth + x] += weight * values[y * width + x + tap]
            }
          }
        }
      }
      across.withUnsafeMutableBufferPointer { across in
        for y in 0..<newHeight {
          for (tap, weight) in weights.enumerated() {
            for x in 0..<newWidth {
              across[y * newWidth + x] += weight * along[(y + tap) * newWidth + x]
            }
          }
        }
      }
      return across
    }
  }
}
