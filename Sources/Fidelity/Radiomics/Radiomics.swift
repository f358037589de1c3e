/// A picture as numbers that radiology has names for: intensities, co-occurrence and runs of grey levels.
///
/// Of the whole picture and of its four wavelet bands, as in the Fréchet radiomics distance: grey values are
/// first brought to mean 0 and deviation 100, so that windowing does not count, and cut into levels of width 5.
/// Laplacian-of-Gaussian pictures, zones and neighbourhood differences of that work are left out.
/// - SeeAlso: Konz et al., arXiv 2412.01496; definitions of the Image Biomarker Standardisation Initiative
///   (Zwanenburg et al., Radiology 295:328, 2020). Agrees with `pyradiomics` (Tests/FidelityTests).
package enum Radiomics {
  /// Pixels a side of the picture that is described: no generator draws fewer.
  package static let side = 128

  static let deviation = 100.0
  static let binWidth = 5.0

  /// Numbers per picture.
  package static let width =
    5 * (IntensityStatistics.names.count + Cooccurrence.names.count + RunLengths.names.count)

  /// What each number is called, such as `wavelet-LH glcm Contrast`.
  package static let featureNames: [String] =
    (["original"] + StationaryWavelet.names.map { "wavelet-\($0)" }).flatMap { image in
      IntensityStatistics.names.map { "\(image) firstorder \($0)" }
        + Cooccurrence.names.map { "\(image) glcm \($0)" }
        + RunLengths.names.map { "\(image) glrlm \($0)" }
    }

  /// The numbers of a picture, in the order of ``featureNames``.
  /// - Precondition: Sides are even.
  package static func vector(of plane: GrayPlane) -> [Double] {
    let picture = normalised(plane)
    return ([picture] + StationaryWavelet.bands(of: picture)).flatMap { image -> [Double] in
      let levels = GrayLevels(image, binWidth: binWidth)
      return IntensityStatistics.values(image, levels) + Cooccurrence.values(levels)
        + RunLengths.values(levels)
    }
  }

  /// Mean 0, sample deviation ``deviation``; a flat picture is 0 everywhere.
  static func normalised(_ plane: GrayPlane) -> GrayPlane {
    let count = Double(plane.values.count)
    let mean = plane.values.reduce(0, +) / count
    let squares = plane.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let own = (squares / max(count - 1, 1)).squareRoot()
    var out = plane
    // Rounding of the mean leaves a spread in flat pictures, too.
    let isFlat = own <= 1e-12 * max(abs(mean), 1)
    out.values = plane.values.map { isFlat ? 0 : ($0 - mean) / own * deviation }
    return out
  }
}

/// A picture in whole grey levels from 1 on.
struct GrayLevels {
  let width: Int
  let height: Int
  let values: [Int]
  /// Largest level.
  let count: Int

  /// Levels of one width whose limits are multiples of it.
  init(_ plane: GrayPlane, binWidth: Double) {
    let lowest = ((plane.values.min() ?? 0) / binWidth).rounded(.down)
    let levels = plane.values.map { Int(($0 / binWidth).rounded(.down) - lowest) + 1 }
    width = plane.width
    height = plane.height
    values = levels
    count = levels.max() ?? 1
  }

  /// The four directions of a plane, each with its opposite: right, and down with −1, 0 and 1 right.
  static let directions = [(1, 0), (-1, 1), (0, 1), (1, 1)]
}
