/// Do two sets of values agree, pair by pair?
package enum Agreement {
  /// Pearson's correlation; `nil` with fewer than three pairs or where one side does not vary.
  ///
  /// Blind to shift and scale: values that are all too high by the same amount correlate perfectly.
  package static func pearson(_ x: [Double], _ y: [Double]) -> Double? {
    guard let sums = Sums(x, y), sums.xx > 0, sums.yy > 0 else { return nil }
    return max(-1, min(1, sums.xy / (sums.xx * sums.yy).squareRoot()))
  }

  /// Lin's concordance correlation 2 s_xy / (s_xx + s_yy + (x̄ − ȳ)²), moments over n.
  ///
  /// 1 only where all pairs are equal; `nil` with fewer than three pairs or where nothing varies.
  /// - SeeAlso: Lin 1989, Biometrics 45:255.
  package static func concordance(_ x: [Double], _ y: [Double]) -> Double? {
    guard let sums = Sums(x, y) else { return nil }
    let shift = sums.meanX - sums.meanY
    let denominator = sums.xx + sums.yy + Double(x.count) * shift * shift
    return denominator > 0 ? 2 * sums.xy / denominator : nil
  }

  /// Bland and Altman's mean of y − x, with the limits that hold 95 % of such differences.
  ///
  /// - Returns: `nil` with fewer than two pairs.
  package static func blandAltman(_ x: [Double], _ y: [Double])
    -> (bias: Double, lower: Double, upper: Double)?
  {
    precondition(x.count == y.count, "pairs")
    guard x.count > 1 else { return nil }
    let differences = zip(x, y).map { $1 - $0 }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let reach = Normal.quantile(0.975) * (squares / (count - 1)).squareRoot()
    return (mean, mean - reach, mean + reach)
  }

  private struct Sums {
    var meanX = 0.0
    var meanY = 0.0
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0

    init?(_ x: [Double], _ y: [Double]) {
      precondition(x.count == y.count, "pairs")
      guard x.count > 2 else { return nil }
      meanX = x.reduce(0, +) / Double(x.count)
      meanY = y.reduce(0, +) / Double(y.count)
      for (a, b) in zip(x, y) {
        xx += (a - meanX) * (a - meanX)
        yy += (b - meanY) * (b - meanY)
        xy += (a - meanX) * (b - meanY)
      }
    }
  }
}
