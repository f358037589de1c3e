/// A weighted sum of values, some of them taken off others, with limits from those of every value.
///
/// Limits recover each value's variance from its own limits and join them by the correlations of the
/// values (MOVER for linear functions, Zou, Huang and Zhang 2009), so that they stay wide where a rate is 0
/// or 1 in a stratum, where a variance of its own would vanish; of two groups this is Newcombe's 1998.
package struct WeightedDifference: Sendable {
  private let terms: [(estimate: BoundedEstimate, weight: Double)]
  private let correlation: SymmetricMatrix
  private let degreesOfFreedom: Double

  package var value: Double { terms.reduce(0) { $0 + $1.weight * $1.estimate.value } }

  /// - Parameter correlation: Of the values, in the order of the terms.
  package init(
    _ terms: [(estimate: BoundedEstimate, weight: Double)], correlation: SymmetricMatrix,
    degreesOfFreedom: Double
  ) {
    precondition(correlation.size == terms.count, "one row per value")
    self.terms = terms
    self.correlation = correlation
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Two-sided limits with non-coverage `alpha`.
  package func limits(alpha: Double) -> (lower: Double, upper: Double) {
    limits(z: StudentTail.criticalValue(alpha: alpha, degreesOfFreedom: degreesOfFreedom))
  }

  /// Two-sided p of "the sum is 0", by inverting the limits.
  package var pValue: Double {
    guard value != 0 else { return 1 }
    let z = largestZ {
      let limits = limits(z: $0)
      return value > 0 ? limits.lower > 0 : limits.upper < 0
    }
    return StudentTail.twoSidedP(z, degreesOfFreedom: degreesOfFreedom)
  }

  private func limits(z: Double) -> (lower: Double, upper: Double) {
    var (down, up) = ([Double](), [Double]())
    for (estimate, weight) in terms {
      let limits = estimate.limits(z: z)
      let (below, above) = (estimate.value - limits.lower, limits.upper - estimate.value)
      down.append(weight * (weight > 0 ? below : above))
      up.append(weight * (weight > 0 ? above : below))
    }
    return (value - norm(down), value + norm(up))
  }

  private func norm(_ parts: [Double]) -> Double {
    var sum = 0.0
    for row in parts.indices {
      for column in parts.indices { sum += parts[row] * parts[column] * correlation[row, column] }
    }
    return max(0, sum).squareRoot()
  }
}
