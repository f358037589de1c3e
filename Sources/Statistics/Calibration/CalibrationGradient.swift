extension Calibration {
  /// Of the log-likelihood of a logistic fit with one slope, with its negative second derivatives; of all
  /// cases or of one cluster's.
  struct Gradient {
    private(set) var g0 = 0.0
    private(set) var g1 = 0.0
    private(set) var h00 = 0.0
    private(set) var h01 = 0.0
    private(set) var h11 = 0.0

    var determinant: Double { h00 * h11 - h01 * h01 }
    var size: Double { g0 * g0 + g1 * g1 }

    /// Adds a case at its logit `x`.
    @inline(__always)
    mutating func add(_ x: Double, isPositive: Bool, _ intercept: Double, _ slope: Double) {
      let p = Calibration.sigmoid(intercept + slope * x)
      let rest = (isPositive ? 1 : 0) - p
      let weight = p * (1 - p)
      g0 += rest
      g1 += rest * x
      h00 += weight
      h01 += weight * x
      h11 += weight * x * x
    }

    var newtonStep: (intercept: Double, slope: Double)? {
      guard determinant > 0 else { return nil }
      return ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
    }

    /// What this cluster moves the slope of `whole` by, its pull on its own residuals taken off: the second
    /// number of B (I − S B)^−½ g.
    func reducedInfluence(of whole: Gradient) -> Double {
      let d = whole.determinant
      let (b00, b01, b11) = (whole.h11 / d, -whole.h01 / d, whole.h00 / d)
      // M = I − S B has eigenvalues within 0...1; where one is 0 the cluster alone holds up the fit.
      let (m00, m01) = (1 - h00 * b00 - h01 * b01, -(h00 * b01 + h01 * b11))
      let (m10, m11) = (-(h01 * b00 + h11 * b01), 1 - h01 * b01 - h11 * b11)
      // √M = (M + √det I)/√(trace + 2 √det), of a matrix of two by two.
      let root = max(1e-9, m00 * m11 - m01 * m10).squareRoot()
      let scale = 1 / max(1e-9, m00 + m11 + 2 * root).squareRoot()
      let (r00, r01, r10, r11) = (
        (m00 + root) * scale, m01 * scale, m10 * scale, (m11 + root) * scale
      )
      let determinant = r00 * r11 - r01 * r10
      let x = (r11 * g0 - r01 * g1) / determinant
      let y = (r00 * g1 - r10 * g0) / determinant
      return b01 * x + b11 * y
    }
  }
}
