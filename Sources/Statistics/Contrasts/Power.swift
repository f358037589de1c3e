/// What a design can show, before any score is read.
package enum Power {
  /// Variance of an AUC from its size and counts only (Hanley and McNeil 1982).
  package static func hanleyMcNeilVariance(
    auc: Double, positives: Double, negatives: Double
  ) -> Double {
    let q1 = auc / (2 - auc)
    let q2 = 2 * auc * auc / (1 + auc)
    let spread =
      auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)
    return spread / (positives * negatives)
  }

  /// Standard error of a difference of two AUCs whose estimates correlate by `correlation`.
  package static func standardErrorOfDifference(
    varianceA: Double, varianceB: Double, correlation: Double
  ) -> Double {
    max(0, varianceA + varianceB - 2 * correlation * (varianceA * varianceB).squareRoot())
      .squareRoot()
  }

  /// The smallest true difference that a test with this critical value finds with `power`.
  package static func detectableDifference(
    standardError: Double, criticalValue: Double, power: Double
  ) -> Double {
    (criticalValue + Normal.quantile(power)) * standardError
  }

  /// Chance that |estimate|/se exceeds the critical value at this true difference.
  package static func power(
    difference: Double, standardError: Double, criticalValue: Double
  ) -> Double {
    guard standardError > 0 else { return difference == 0 ? 0 : 1 }
    let shift = abs(difference) / standardError
    return Normal.upperTail(criticalValue - shift) + Normal.cumulative(-criticalValue - shift)
  }

  /// Factor on the clusters present so that a difference of 0 is shown to be within `delta`.
  ///
  /// ((z₁₋α + z₁₋β/₂) se/δ)²; the standard error shrinks with the root of the clusters.
  package static func equivalenceFactor(
    standardError: Double, delta: Double, alpha: Double, power: Double
  ) -> Double {
    let need = Normal.quantile(1 - alpha) + Normal.quantile(1 - (1 - power) / 2)
    let ratio = need * standardError / delta
    return ratio * ratio
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

  /// Bonferroni critical value for `pairs` two-sided comparisons: a planning bound on max-T.
  package static func planningCriticalValue(pairs: Int, alpha: Double) -> Double {
    Normal.quantile(1 - alpha / (2 * Double(max(1, pairs))))
  }

  /// Variance of a mean of `perCluster` equally correlated cases relative to independent ones.
  package static func designEffect(perCluster: Double, correlation: Double) -> Double {
    1 + (perCluster - 1) * correlation
  }
}
