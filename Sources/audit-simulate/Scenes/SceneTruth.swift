import AuditModel
import Fairness
import Foundation
import Statistics
import Vocabulary

/// What is true in a world.
extension Scene {
  /// True AUC of a group of any attribute.
  func area(of group: String, attribute: String) -> Double {
    guard attribute != "half" else { return auc }
    return isWorse(group, attribute) ? auc - truth.gap : auc
  }

  private func isWorse(_ group: String, _ attribute: String) -> Bool {
    attribute != "half" && group.hasPrefix("g0")
  }

  /// By how much the scores of the positives lie above those of the negatives.
  func shift(area: Double, spread: Double = 1) -> Double {
    Normal.quantile(area) * (1 + spread * spread).squareRoot()
  }

  /// True value of a group; `nil` where nobody knows it.
  func value(of group: String, attribute: String, metric: Metric) -> Double? {
    let area = area(of: group, attribute: attribute)
    guard metric != .auc else { return area }
    // Rounded scores move across the threshold.
    guard levels == 0 else { return nil }
    switch metric {
    case .auc: return area
    case .falsePositiveRate: return 1 - specificity
    case .specificity: return specificity
    case .sensitivity:
      let isFirst = attribute != "half" && group.hasPrefix("g0")
      let spread = isFirst ? firstSpread : 1
      let reach = (Normal.quantile(specificity) - shift(area: area, spread: spread)) / spread
      return Normal.upperTail(reach)
    // Of any other metric nobody has worked out the true value.
    default: return nil
    }
  }

  /// True difference of two groups; `nil` where nobody knows it.
  func gap(_ first: String, _ second: String, attribute: String, metric: Metric) -> Double? {
    if areAlike(first, second, attribute: attribute, metric: metric) { return 0 }
    guard let a = value(of: first, attribute: attribute, metric: metric),
      let b = value(of: second, attribute: attribute, metric: metric)
    else { return nil }
    return a - b
  }

  /// Whether nothing distinguishes two groups that the metric could see.
  private func areAlike(_ first: String, _ second: String, attribute: String, metric: Metric)
    -> Bool
  {
    if metric.dependsOnPrevalence, !isPrevalenceEqual { return false }
    let isNull = truth.gap == 0 && firstSpread == 1
    return isNull || isWorse(first, attribute) == isWorse(second, attribute)
  }

  /// Of any two groups.
  func largestGap(attribute: String, metric: Metric) -> Double {
    guard attribute != "half" else { return 0 }
    return abs(gap("g0", "g1", attribute: attribute, metric: metric) ?? 0)
  }

  /// Whether it is wrong to flag that a classifier is worse for one group than for another.
  func isFalseFlag(worse: String, better: String, attribute: String, metric: Metric) -> Bool {
    switch truth {
    case .gapIsHarm, .generatorNoise, .panelShares: true
    case .noDifference, .gapIsDelta, .onlyFirstDiffers, .attributable:
      isFalse(worse: worse, better: better, attribute: attribute, metric: metric)
    }
  }

  /// Whether it is wrong to say that the metric is worse for one group than for another.
  func isFalse(worse: String, better: String, attribute: String, metric: Metric) -> Bool {
    guard let gap = gap(worse, better, attribute: attribute, metric: metric) else { return false }
    return metric.largerIsBetter ? gap > -1e-9 : gap < 1e-9
  }

  /// Whether this world can make a sentence of the kind false.
  func canBeFalse(_ claim: Claim) -> Bool {
    let isNull = if case .noDifference = truth { true } else { false }
    switch claim {
    case .flag, .rollUp: return true
    case .pair: return !truth.isOfControls
    case .decisions: return firstSpread == 1 && !truth.isOfControls
    case .metrics: return firstSpread == 1 && isPrevalenceEqual && !truth.isOfControls
    case .withinDelta: return truth.delta != nil
    // Everything twice: large worlds are left to the smaller ones.
    case .change: return isNull && findings * groupCount * groupCount <= 150 && classifiers == 1
    case .placebo: return isSynthetic && !truth.isOfNoise
    case .finding: return references > 0
    case .belowChance: return auc - truth.gap >= 0.5 && auc < 0.62
    }
  }
}

extension Scene.Truth {
  /// Where a gap is there and is not the classifier's.
  var isOfControls: Bool {
    switch self {
    case .generatorNoise, .panelShares: true
    default: false
    }
  }

  var isOfNoise: Bool { if case .generatorNoise = self { true } else { false } }

  /// δ of the plan, where a gap reaches it.
  var delta: Double? { if case .gapIsDelta(let gap) = self { gap } else { nil } }
}
