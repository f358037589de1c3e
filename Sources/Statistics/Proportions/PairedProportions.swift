import Foundation

/// Decisions of two arms on the same cases.
package struct PairedCounts: Sendable, Equatable {
  /// Both positive, first only, second only, neither.
  package var both: Int
  package var firstOnly: Int
  package var secondOnly: Int
  package var neither: Int

  package init(both: Int, firstOnly: Int, secondOnly: Int, neither: Int) {
    self.both = both
    self.firstOnly = firstOnly
    self.secondOnly = secondOnly
    self.neither = neither
  }

  package var total: Int { both + firstOnly + secondOnly + neither }

  /// Exact two-sided McNemar test: the discordant pairs against a fair coin; 1 without any.
  package var mcNemarP: Double {
    let discordant = firstOnly + secondOnly
    guard discordant > 0 else { return 1 }
    let smaller = Double(min(firstOnly, secondOnly))
    // P(X ≤ k) for X ~ Binomial(n, ½) is I_½(n − k, k + 1).
    let tail = SpecialFunctions.incompleteBeta(Double(discordant) - smaller, smaller + 1, at: 0.5)
    return min(1, 2 * tail)
  }

  /// (first only − second only)/total with Tango's 1998 score interval.
  package func tangoInterval(level: Double) -> Interval? {
    guard total > 0 else { return nil }
    let limits = Self.tangoLimits(
      gains: Double(firstOnly), losses: Double(secondOnly), total: Double(total),
      z: Normal.quantile((1 + level) / 2))
    return Interval(lower: limits.lower, upper: limits.upper, method: "Tango")
  }

  /// Tango's limits at any z, of any (effective) counts of discordant pairs.
  package static func tangoLimits(
    gains b: Double, losses c: Double, total n: Double, z: Double
  ) -> (lower: Double, upper: Double) {
    let estimate = (b - c) / n
    /// Score statistic of "the difference is delta"; falls as delta rises.
    func score(_ delta: Double) -> Double {
      let quadratic = 2 * n
      let linear = -b - c + (2 * n - b + c) * delta
      let constant = -c * delta * (1 - delta)
      let root = max(0, linear * linear - 4 * quadratic * constant).squareRoot()
      let q21 = (root - linear) / (2 * quadratic)
      let variance = n * (2 * q21 + delta * (1 - delta))
      let numerator = b - c - n * delta
      guard variance > 0 else { return numerator == 0 ? 0 : numerator > 0 ? .infinity : -.infinity }
      return numerator / variance.squareRoot()
    }
    func solve(inside: Double, outside: Double) -> Double {
      var (near, far) = (inside, outside)
      for _ in 0..<200 {
        let middle = (near + far) / 2
        if abs(score(middle)) > z { far = middle } else { near = middle }
      }
      return near
    }
    return (solve(inside: estimate, outside: -1), solve(inside: estimate, outside: 1))
  }
}
