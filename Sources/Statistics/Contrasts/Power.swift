/// What one normal test of one difference can show.
package enum Power {
  /// Chance that |estimate|/se exceeds the critical value at this true difference.
  package static func power(
    difference: Double, standardError: Double, criticalValue: Double
  ) -> Double {
    guard standardError > 0 else { return difference == 0 ? 0 : 1 }
    let shift = abs(difference) / standardError
    return Normal.upperTail(criticalValue - shift) + Normal.cumulative(-criticalValue - shift)
  }

  /// Factor on the clusters present so that `difference` is found to exceed `harm` with `power`.
  package static func detectionFactor(
    difference: Double, harm: Double, standardError: Double, criticalValue: Double, power: Double
  ) -> Double {
    let excess = abs(difference) - harm
    guard excess > 0 else { return .infinity }
    let ratio = (criticalValue + Normal.quantile(power)) * standardError / excess
    return ratio * ratio
  }
}
