import Foundation

/// A group's value with limits that stay wide at 0 and 1, at any z.
package enum BoundedEstimate: Sendable, Equatable {
  /// A proportion on so many effective trials; Wilson's limits.
  case proportion(rate: Double, trials: Double)
  /// A value between 0 and 1 with a standard error; Wald's limits on the logit scale.
  case logit(value: Double, standardError: Double)
  /// Any other value; Wald's limits.
  case plain(value: Double, standardError: Double)

  package var value: Double {
    switch self {
    case .proportion(let rate, _): rate
    case .logit(let value, _), .plain(let value, _): value
    }
  }

  package func limits(z: Double) -> (lower: Double, upper: Double) {
    switch self {
    case .proportion(let rate, let trials):
      return Proportion.wilsonLimits(rate: rate, trials: trials, z: z)
    case .plain(let value, let error):
      return (value - z * error, value + z * error)
    case .logit(let value, let error):
      guard value > 0, value < 1 else { return (0, 1) }
      let center = log(value / (1 - value))
      let half = z * error / (value * (1 - value))
      func back(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
      return (back(center - half), back(center + half))
    }
  }
}

/// The difference of two independent groups, from the limits of each.
///
/// - Limits recover the two variances from the groups' own limits, d ∓ √((θ₁ − l₁)² + (u₂ − θ₂)²)
///   (Newcombe 1998, method 10; MOVER, Zou and Donner 2008), so they are asymmetric where the groups'
///   are and stay wide at 0 and 1. A margin is tested by inverting them.
/// - "No difference" needs a second witness, a test with the variance that both groups share under
///   that hypothesis (`nullP`): p is the larger of the two. The first is liberal where a small group
///   happens to vary little, the second where its shape truly differs; each covers the other.
package struct IndependentContrast: ContrastTest, Equatable {
  package private(set) var first: Int
  package private(set) var second: Int
  package let a: BoundedEstimate
  package let b: BoundedEstimate
  package let degreesOfFreedom: Double
  private let nullP: Double

  package var difference: Double { a.value - b.value }

  /// - Parameter nullP: Of the test with the variance under "no difference".
  package init(
    first: Int, second: Int, _ a: BoundedEstimate, _ b: BoundedEstimate, degreesOfFreedom: Double,
    nullP: Double
  ) {
    self.first = first
    self.second = second
    self.a = a
    self.b = b
    self.degreesOfFreedom = degreesOfFreedom
    self.nullP = nullP
  }

  package func placed(_ first: Int, _ second: Int) -> IndependentContrast {
    var copy = self
    (copy.first, copy.second) = (first, second)
    return copy
  }

  package func pValue(beyond margin: Double) -> Double {
    guard abs(difference) > margin else { return 1 }
    let isUp = difference > 0
    let inverted =
      2
      * tail {
        let limits = limits(z: $0)
        return isUp ? limits.lower > margin : limits.upper < -margin
      }
    return min(1, max(nullP, inverted))
  }

  package func equivalenceP(margin: Double) -> Double {
    guard margin > 0, abs(difference) < margin else { return 1 }
    return tail {
      let limits = limits(z: $0)
      return limits.lower > -margin && limits.upper < margin
    }
  }

  package func limits(alpha: Double) -> (lower: Double, upper: Double) {
    limits(z: StudentTail.criticalValue(alpha: alpha, degreesOfFreedom: degreesOfFreedom))
  }

  /// The tail beyond the largest z at which the limits still keep the promise.
  private func tail(_ holds: (Double) -> Bool) -> Double {
    StudentTail.twoSidedP(largestZ(holds), degreesOfFreedom: degreesOfFreedom) / 2
  }

  /// Limits of z of both groups' own limits.
  func limits(z: Double) -> (lower: Double, upper: Double) {
    guard z.isFinite else { return (-1, 1) }
    let (la, ua) = a.limits(z: z)
    let (lb, ub) = b.limits(z: z)
    func root(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    return (
      difference - root(a.value - la, ub - b.value), difference + root(ua - a.value, b.value - lb)
    )
  }
}

/// The largest z of 0...64 for which `holds`, which is true up to some z and false beyond.
func largestZ(_ holds: (Double) -> Bool) -> Double {
  guard holds(0) else { return 0 }
  var (low, high) = (0.0, 1.0)
  while high < 64, holds(high) {
    low = high
    high *= 2
  }
  for _ in 0..<45 {
    let middle = (low + high) / 2
    if holds(middle) { low = middle } else { high = middle }
  }
  return low
}
