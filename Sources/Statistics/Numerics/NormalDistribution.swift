import Foundation

/// The standard normal distribution.
package enum Normal {
  /// P(Z ≤ x).
  package static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// P(Z > x), exact far into the tail where `1 - cumulative(x)` would be 0.
  package static func upperTail(_ x: Double) -> Double { 0.5 * erfc(x / 2.0.squareRoot()) }

  /// P(|Z| ≥ |x|).
  package static func twoSidedP(_ x: Double) -> Double { min(1, erfc(abs(x) / 2.0.squareRoot())) }

  package static func density(_ x: Double) -> Double {
    exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// The mean of largest minus smallest of `count` independent standard normal numbers.
  ///
  /// ∫ 1 − Φᵏ − (1 − Φ)ᵏ by the trapezoidal rule, exact to about 1e-12 for so smooth a function.
  package static func expectedRange(of count: Int) -> Double {
    guard count > 1 else { return 0 }
    let step = 1.0 / 64
    return stride(from: -12.0, through: 12, by: step).reduce(0) { sum, x in
      sum + step
        * (1 - pow(cumulative(x), Double(count)) - pow(upperTail(x), Double(count)))
    }
  }

  /// The x with P(Z ≤ x) = p; ∓∞ at 0 and 1, NaN outside.
  ///
  /// A rational first guess (relative error below 1.2e-9), then Newton steps with Halley's correction
  /// on the tail that is smaller, so that the result is good to about 1e-15 relative.
  package static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p > 0.5 { return -quantile(1 - p) }
    var x = firstGuess(lowerTail: p)
    for _ in 0..<2 {
      let error = (cumulative(x) - p) / density(x)
      guard error.isFinite else { break }
      x -= error / (1 + x * error / 2)
    }
    return x
  }

  /// Acklam's rational approximation for p in 0...0.5.
  private static func firstGuess(lowerTail p: Double) -> Double {
    if p < 0.02425 {
      let q = (-2 * log(p)).squareRoot()
      let numerator = polynomial(
        q, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734,
        4.374664141464968, 2.938163982698783)
      let denominator = polynomial(
        q, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1)
      return numerator / denominator
    }
    let q = p - 0.5
    let r = q * q
    let numerator = polynomial(
      r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
      1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239)
    let denominator = polynomial(
      r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
      6.680131188771972e+01, -1.328068155288572e+01, 1)
    return q * numerator / denominator
  }

  private static func polynomial(_ x: Double, _ coefficients: Double...) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }
}
