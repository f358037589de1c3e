/// A design whose verdict is planned: the whole rule, drawn from the distribution of the estimates.
///
/// Groups' AUCs are normal with the covariances of ``BinormalPlacements``; their estimated variances
/// vary as χ² with the effective clusters that the analysis counts; pairs are tested as
/// ``AUCContrasts`` tests them, at the level that the family leaves. On counterfactual cohorts the
/// strongest gap must also exceed the placebo's and the panel's. The gap planned for is one of the first
/// group to all others, and the only one of the audit: with others flagged, adjustments are milder.
package struct PlannedVerdict: Sendable {
  /// The smallest group first: it decides.
  package var groups: [PlannedGroup]
  /// AUC of every group but the first.
  package var area: Double
  /// Which of the groups are compared.
  package var comparison = Comparison.allPairs
  /// True for arms of the same base cases.
  package var isPaired = false
  /// Correlation of scores of one cluster within a group.
  package var imageCorrelation = 0.0
  /// Correlation of scores of one base case in two arms.
  package var armCorrelation = 0.0
  /// True where a seed placebo of one image per base case must be exceeded; its second drawing is
  /// another patient.
  package var hasPlacebo = false
  /// Reference classifiers whose mean gap must be exceeded; their scores of an image correlate with the
  /// audited one's, and among each other, by ``panelCorrelation``.
  package var panel = 0
  package var panelCorrelation = 0.5
  /// α that one hypothesis has, such as α over the size of the family.
  package var level: Double
  package var harm = 0.0
  /// On all variances, so that they are those of a pilot.
  package var varianceScale = 1.0
  package var seed: UInt64
  package var draws = 2000

  /// What the plan of an analysis compares.
  package enum Comparison: Sendable, Equatable {
    case allPairs
    /// Every group with this one.
    case with(Int)
    /// Every group with all the others together; of groups of different patients.
    case withAllOthers
  }

  package init(groups: [PlannedGroup], area: Double, level: Double, seed: UInt64) {
    self.groups = groups
    self.area = area
    self.level = level
    self.seed = seed
  }

  /// The smallest gap that is flagged with this chance; `nil` where no gap of an AUC is.
  package func detectableGap(power: Double) -> Double? {
    let scene = PlannedScene(self)
    // An AUC far below 0.5 is no gap of quality, and its variance shrinks again.
    var (low, high) = (harm, area - 0.25)
    guard high > low, scene.power(gap: high) >= power else { return nil }
    for _ in 0..<14 {
      let middle = (low + high) / 2
      if scene.power(gap: middle) < power { low = middle } else { high = middle }
    }
    return high
  }

  /// Of the difference that is estimated least well.
  package var largestStandardError: Double {
    let matrix = PlannedCovariance(self, gap: 0).matrix
    var largest = 0.0
    for (g, h) in sides.pairs {
      largest = max(largest, matrix[g, g] + matrix[h, h] - 2 * matrix[g, h])
    }
    return largest.squareRoot()
  }

  /// Chance that a gap of the first group is flagged.
  package func power(gap: Double) -> Double { PlannedScene(self).power(gap: gap) }

  /// Factor on all clusters so that groups of equal AUC are all shown to be within `delta` of each other.
  package func equivalenceFactor(delta: Double, power: Double) -> Double {
    let scene = PlannedScene(self)
    var factor = 1.0
    // The tails of t shorten as clusters are added, and limits become symmetric.
    for _ in 0..<6 {
      factor = scene.equivalenceFactor(delta: delta, power: power, scale: factor)
      guard factor.isFinite else { return factor }
    }
    return factor
  }
}
