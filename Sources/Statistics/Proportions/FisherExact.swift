import Foundation

/// Fisher's exact test of two proportions.
package enum FisherExact {
  /// Two-sided p: twice the smaller tail given the margins, at most 1 (the "central" test, Fay 2010).
  ///
  /// - Parameters:
  ///   - first: Successes and trials; likewise `second`.
  package static func twoSidedP(
    first: (successes: Int, trials: Int), second: (successes: Int, trials: Int)
  ) -> Double {
    let (x, n, m) = (first.successes, first.trials, second.trials)
    let total = x + second.successes
    precondition(
      x >= 0 && x <= n && second.successes >= 0 && second.successes <= m,
      "successes are among the trials")
    let low = max(0, total - m)
    let high = min(n, total)
    guard low < high else { return 1 }
    func logChoose(_ a: Int, _ b: Int) -> Double {
      lgamma(Double(a + 1)) - lgamma(Double(b + 1)) - lgamma(Double(a - b + 1))
    }
    func logMass(_ k: Int) -> Double {
      logChoose(n, k) + logChoose(m, total - k) - logChoose(n + m, total)
    }
    /// Σ of the masses from `start` outwards, each from the one before by the ratio of neighbours.
    func tail(from start: Int, to end: Int) -> Double {
      var mass = exp(logMass(start))
      var sum = mass
      var k = start
      while k != end {
        if end > start {
          mass *=
            Double(n - k) * Double(total - k) / (Double(k + 1) * Double(m - total + k + 1))
          k += 1
        } else {
          mass *= Double(k) * Double(m - total + k) / (Double(n - k + 1) * Double(total - k + 1))
          k -= 1
        }
        sum += mass
        if mass < sum * 1e-17 { break }
      }
      return sum
    }
    return min(1, 2 * min(tail(from: x, to: high), tail(from: x, to: low)))
  }
}
