import Foundation

/// Incomplete beta and gamma functions and the distributions built on them.
package enum SpecialFunctions {
  /// I_x(a, b), the regularised incomplete beta function, by its continued fraction.
  package static func incompleteBeta(_ a: Double, _ b: Double, at x: Double) -> Double {
    guard a > 0, b > 0, x >= 0, x <= 1 else { return .nan }
    if x == 0 || x == 1 { return x }
    let front = exp(
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2)
      ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, 1 - x) / b
  }

  /// Lentz's evaluation of the continued fraction of I_x(a, b).
  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var h = d
    for m in 1...10_000 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      let step = d * c
      h *= step
      if abs(step - 1) < 1e-16 { break }
    }
    return h
  }

  /// Q(a, x), the regularised upper incomplete gamma function.
  package static func upperIncompleteGamma(_ a: Double, at x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 1 }
    let front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var n = a
      for _ in 0..<100_000 {
        n += 1
        term *= x / n
        sum += term
        if term < sum * 1e-17 { break }
      }
      return max(0, 1 - front * sum)
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1...100_000 {
      let numerator = -Double(i) * (Double(i) - a)
      b += 2
      d = numerator * d + b
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = b + numerator / c
      c = abs(c) < tiny ? tiny : c
      let step = d * c
      h *= step
      if abs(step - 1) < 1e-16 { break }
    }
    return front * h
  }

  /// P(X ≥ x) of a chi-square variable.
  package static func chiSquareUpperTail(_ x: Double, degreesOfFreedom: Double) -> Double {
    upperIncompleteGamma(degreesOfFreedom / 2, at: max(0, x) / 2)
  }

  /// P(|T| ≥ |t|) of Student's t.
  package static func studentTwoSidedP(_ t: Double, degreesOfFreedom: Double) -> Double {
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    return incompleteBeta(
      degreesOfFreedom / 2, 0.5, at: degreesOfFreedom / (degreesOfFreedom + t * t))
  }

  /// The t with P(T ≤ t) = p, by bisection on the tail.
  package static func studentQuantile(_ p: Double, degreesOfFreedom: Double) -> Double {
    guard p > 0, p < 1, degreesOfFreedom > 0 else { return .nan }
    if p == 0.5 { return 0 }
    if p < 0.5 { return -studentQuantile(1 - p, degreesOfFreedom: degreesOfFreedom) }
    let tail = 2 * (1 - p)
    var low = 0.0
    var high = 1.0
    while studentTwoSidedP(high, degreesOfFreedom: degreesOfFreedom) > tail, high < 1e300 {
      high *= 2
    }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if studentTwoSidedP(middle, degreesOfFreedom: degreesOfFreedom) > tail {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
