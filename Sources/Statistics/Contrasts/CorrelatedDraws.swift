import Randomness

/// Values of groups drawn from a normal distribution with mean 0 and a given covariance.
struct CorrelatedDraws {
  private let factor: [Double]
  private let rank: Int
  private var standard: [Double]
  /// Of the last draw, by group.
  private(set) var values: [Double]

  /// - Parameter factor: `[group, rank]`, times its transpose the covariance.
  init(factor: [Double], rank: Int, groups: Int) {
    self.factor = factor
    self.rank = rank
    standard = [Double](repeating: 0, count: rank)
    values = [Double](repeating: 0, count: groups)
  }

  /// Draws all groups anew.
  ///
  /// - Returns: Largest less smallest value.
  @inline(__always)
  mutating func next(_ stream: inout RandomStream) -> Double {
    for index in 0..<rank { standard[index] = stream.normal() }
    var low = Double.infinity
    var high = -Double.infinity
    for group in values.indices {
      var value = 0.0
      for index in 0..<rank { value += factor[group * rank + index] * standard[index] }
      values[group] = value
      low = min(low, value)
      high = max(high, value)
    }
    return high - low
  }

  /// |first − second| of the last draw.
  @inline(__always)
  func distance(_ first: Int, _ second: Int) -> Double { abs(values[first] - values[second]) }
}
