import AuditModel
import Statistics

/// Does a gap between groups exceed the gap that the generator's noise makes between two drawings?
///
/// Both gaps are estimates from the same base cases, so their difference has a standard error of its
/// own, paired by base case. The gap exceeds the placebo's when the one-sided lower limit of the
/// difference is above 0: the test of superiority at α, as its direction is given. A comparison of
/// the two numbers alone would turn on a third decimal that another rounding of the same images moves.
struct PlaceboComparison: Sendable {
  let placebo: PlaceboAnalysis.Control
  /// |gap between the groups| − |gap of the placebo|.
  let difference: Double
  let standardError: Double
  /// One-sided lower limit of ``difference`` at 1 − α, by itself.
  let lower: Double
  /// One-sided p of "the gap is no larger than the placebo's"; the family is adjusted for elsewhere.
  let p: Double

  /// The placebo that a gap exceeds least clearly.
  ///
  /// - Parameters:
  ///   - contrast: Positions among `groups`.
  ///   - groups: Of the attribute whose `influence` this is.
  ///   - alpha: Level of the one-sided limit.
  /// - Returns: `nil` without a placebo that can be estimated.
  static func hardest(
    of controls: [PlaceboAnalysis.Control], contrast: GroupContrast, groups: [Int],
    influence: ClusterInfluence, alpha: Double
  ) -> PlaceboComparison? {
    controls.compactMap {
      PlaceboComparison($0, contrast: contrast, groups: groups, influence: influence, alpha: alpha)
    }.min { $0.lower < $1.lower }
  }

  private init?(
    _ placebo: PlaceboAnalysis.Control, contrast: GroupContrast, groups: [Int],
    influence: ClusterInfluence, alpha: Double
  ) {
    let sign = contrast.difference < 0 ? -1.0 : 1.0
    let placeboSign = placebo.difference < 0 ? -1.0 : 1.0
    let (first, second) = (groups[contrast.first], groups[contrast.second])
    guard
      let variance = ClusterInfluence.variance(of: [
        (influence, [(first, sign), (second, -sign)]),
        (placebo.influence, [(0, -placeboSign), (1, placeboSign)]),
      ])
    else { return nil }
    self.placebo = placebo
    difference = abs(contrast.difference) - abs(placebo.difference)
    standardError = variance.squareRoot()
    let smallest = min(
      influence.support[first], influence.support[second],
      placebo.influence.support.min() ?? 0)
    let freedom =
      smallest >= GroupInference.normalTheoryClusters
      ? Double.infinity : Double(max(1, smallest - 1))
    let critical = StudentTail.criticalValue(alpha: 2 * alpha, degreesOfFreedom: freedom)
    lower = difference - critical * standardError
    p =
      difference <= 0 || standardError <= 0
      ? 1 : StudentTail.twoSidedP(difference / standardError, degreesOfFreedom: freedom) / 2
  }
}
