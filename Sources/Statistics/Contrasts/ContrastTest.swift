/// A difference of two groups with its own reference distribution, whatever is compared.
///
/// Every contrast has tails of its own: a small group widens what is said of it and nothing else.
package protocol ContrastTest: Sendable {
  /// Positions among the groups compared.
  var first: Int { get }
  var second: Int { get }
  /// First less second.
  var difference: Double { get }
  /// Two-sided p of "the difference is at most `margin` in size"; 1 when nothing can be said.
  func pValue(beyond margin: Double) -> Double
  /// p of "the difference is `margin` or more in size" by two one-sided tests (Schuirmann 1987).
  func equivalenceP(margin: Double) -> Double
  /// Two-sided limits with non-coverage `alpha`.
  func limits(alpha: Double) -> (lower: Double, upper: Double)
  /// The same test where its groups have other positions.
  func placed(_ first: Int, _ second: Int) -> Self
}

extension ContrastTest {
  /// Two-sided p of "there is no difference".
  package var pValue: Double { pValue(beyond: 0) }
}

/// A studentised difference with Student's t in the tail.
package struct StudentContrast: ContrastTest, Equatable {
  package private(set) var first: Int
  package private(set) var second: Int
  package let difference: Double
  /// 0 only where both influences are identical.
  package let standardError: Double
  /// Infinite for the normal distribution.
  package let degreesOfFreedom: Double

  package init(
    first: Int, second: Int, difference: Double, standardError: Double, degreesOfFreedom: Double
  ) {
    self.first = first
    self.second = second
    self.difference = difference
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
  }

  package func placed(_ first: Int, _ second: Int) -> StudentContrast {
    var copy = self
    (copy.first, copy.second) = (first, second)
    return copy
  }

  package func pValue(beyond margin: Double) -> Double {
    let excess = abs(difference) - margin
    guard excess > 1e-14, standardError > 0 else { return 1 }
    return StudentTail.twoSidedP(excess / standardError, degreesOfFreedom: degreesOfFreedom)
  }

  package func equivalenceP(margin: Double) -> Double {
    guard margin > 0 else { return 1 }
    guard standardError > 0 else { return abs(difference) < 1e-14 ? 0 : 1 }
    let statistic = (margin - abs(difference)) / standardError
    let tail =
      StudentTail.twoSidedP(abs(statistic), degreesOfFreedom: degreesOfFreedom) / 2
    return statistic >= 0 ? tail : 1 - tail
  }

  package func limits(alpha: Double) -> (lower: Double, upper: Double) {
    let half =
      standardError > 0
      ? StudentTail.criticalValue(alpha: alpha, degreesOfFreedom: degreesOfFreedom) * standardError
      : 0
    return (difference - half, difference + half)
  }
}

/// Student's t with any degrees of freedom, the normal distribution at infinitely many.
package enum StudentTail {
  /// Beyond this the two differ by less than a hundredth of a percent of any tail that is used.
  private static let normalFrom = 1e6

  /// P(|T| ≥ |t|).
  package static func twoSidedP(_ t: Double, degreesOfFreedom: Double) -> Double {
    degreesOfFreedom >= normalFrom
      ? Normal.twoSidedP(t)
      : SpecialFunctions.studentTwoSidedP(t, degreesOfFreedom: max(1, degreesOfFreedom))
  }

  /// The t that |T| exceeds with probability `alpha`.
  package static func criticalValue(alpha: Double, degreesOfFreedom: Double) -> Double {
    guard alpha > 0 else { return .infinity }
    guard alpha < 1 else { return 0 }
    if degreesOfFreedom >= normalFrom { return -Normal.quantile(alpha / 2) }
    let freedom = max(1, degreesOfFreedom)
    var low = 0.0
    var high = 1.0
    while twoSidedP(high, degreesOfFreedom: freedom) > alpha, high < 1e300 { high *= 2 }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if twoSidedP(middle, degreesOfFreedom: freedom) > alpha {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
