/// One level of the undecimated wavelet transform with the six taps of the first coiflet, edges wrapped.
///
/// - SeeAlso: Daubechies, Ten Lectures on Wavelets, section 8.2; agrees with `swt2` of PyWavelets.
enum StationaryWavelet {
  /// Low and high along rows, then along columns: the letter of the rows stands first.
  static let names = ["LL", "LH", "HL", "HH"]

  private static let low: [Double] = {
    let root = 7.0.squareRoot()
    return [-3 + root, 1 - root, 14 - 2 * root, 14 + 2 * root, 5 + root, 1 - root]
      .map { $0 / (16 * 2.0.squareRoot()) }
  }()
  /// The mirror filter: reversed, every second sign turned.
  private static let high: [Double] = low.indices.map { tap in
    (tap % 2 == 0 ? -1 : 1) * low[low.count - 1 - tap]
  }

  /// The bands of a picture at its own size, in the order of ``names``.
  static func bands(of plane: GrayPlane) -> [GrayPlane] {
    [low, high].flatMap { first -> [GrayPlane] in
      let along = filtered(plane, by: first, alongColumns: false)
      return [low, high].map { filtered(along, by: $0, alongColumns: true) }
    }
  }

  private static func filtered(_ plane: GrayPlane, by taps: [Double], alongColumns: Bool)
    -> GrayPlane
  {
    let (width, height) = (plane.width, plane.height)
    let length = alongColumns ? height : width
    var out = [Double](repeating: 0, count: plane.values.count)
    for y in 0..<height {
      for x in 0..<width {
        var sum = 0.0
        for (tap, weight) in taps.enumerated() {
          // The third tap from the right stands on the pixel itself.
          let place = (alongColumns ? y : x) + taps.count / 2 - tap
          let wrapped = (place % length + length) % length
          sum +=
            weight * plane.values[alongColumns ? wrapped * width + x : y * width + wrapped]
        }
        out[y * width + x] = sum
      }
    }
    return GrayPlane(width: width, height: height, values: out)
  }
}
