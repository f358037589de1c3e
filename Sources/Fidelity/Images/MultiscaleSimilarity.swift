import Foundation

/// Multi-scale structural similarity of two grey pictures: 1 for equal ones.
///
/// The product over up to five scales of contrast and structure, the coarsest with luminance and over
/// all its pixels, edges mirrored, each to its weight. Pictures too small for five scales get those that an 11-pixel window fits into, with
/// the weights of these brought to a sum of one; ``scaleCount(width:height:)`` says how many, and
/// values of different counts do not compare.
/// - SeeAlso: Wang, Simoncelli and Bovik 2003; on five scales it agrees with `torchmetrics`
///   (`normalize="relu"`, data range 1).
package enum MultiscaleSimilarity {
  private static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
  private static let window: [Double] = {
    let exact = (-5...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
    let sum = exact.reduce(0, +)
    return exact.map { $0 / sum }
  }()

  /// Scales that pictures of a size have, 0 for fewer pixels than a window.
  package static func scaleCount(width: Int, height: Int) -> Int {
    var side = min(width, height)
    var count = 0
    while count < weights.count, side >= window.count {
      count += 1
      side /= 2
    }
    return count
  }

  /// - Returns: `nil` for pictures of different sizes or smaller than a window.
  package static func value(_ first: GrayPlane, _ second: GrayPlane) -> Double? {
    guard first.width == second.width, first.height == second.height else { return nil }
    let count = scaleCount(width: first.width, height: first.height)
    guard count > 0 else { return nil }
    let used = Array(weights.prefix(count))
    let sum = count == weights.count ? 1 : used.reduce(0, +)
    var (a, b) = (first, second)
    var product = 1.0
    for scale in 0..<count {
      let (similarity, contrast) = parts(a, b)
      let value = scale == count - 1 ? similarity : contrast
      product *= pow(max(value, 0), used[scale] / sum)
      if scale < count - 1 { (a, b) = (a.halved(), b.halved()) }
    }
    return product
  }

  /// Means over the picture of the whole similarity and of its contrast and structure.
  ///
  /// Contrast is averaged where the window fits; the whole everywhere, with the picture mirrored at its
  /// edges.
  private static func parts(_ a: GrayPlane, _ b: GrayPlane) -> (whole: Double, contrast: Double) {
    let reach = window.count / 2
    let (width, height) = (a.width, a.height)
    let (a, b) = (a.mirrored(by: reach), b.mirrored(by: reach))
    func mean(_ x: GrayPlane, times y: GrayPlane) -> [Double] {
      var product = x
      for place in product.values.indices { product.values[place] *= y.values[place] }
      return product.filtered(by: window).values
    }
    let meanA = a.filtered(by: window).values
    let meanB = b.filtered(by: window).values
    let (squareA, squareB) = (mean(a, times: a), mean(b, times: b))
    let mixed = mean(a, times: b)
    let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
    var (whole, contrast) = (0.0, 0.0)
    for place in meanA.indices {
      let product = meanA[place] * meanB[place]
      let squares = meanA[place] * meanA[place] + meanB[place] * meanB[place]
      let spread =
        max(squareA[place] - meanA[place] * meanA[place], 0)
        + max(squareB[place] - meanB[place] * meanB[place], 0)
      let structure = (2 * (mixed[place] - product) + c2) / (spread + c2)
      let (x, y) = (place % width, place / width)
      if (reach..<width - reach).contains(x), (reach..<height - reach).contains(y) {
        contrast += structure
      }
      whole += structure * (2 * product + c1) / (squares + c1)
    }
    let inner = Double((width - 2 * reach) * (height - 2 * reach))
    return (whole / Double(meanA.count), contrast / inner)
  }
}
