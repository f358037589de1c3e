/// The clusters of one group of a planned cohort: how many images with and without the finding each has.
package struct PlannedGroup: Sendable, Equatable {
  /// Sizes alone, no residuals.
  package private(set) var positives = ClassMoments()
  package private(set) var negatives = ClassMoments()
  /// Σ n₁ n₀ over the clusters, from those with images of both classes.
  private(set) var products = 0.0

  package init() {}

  /// A group of so many equal clusters of each class.
  package init(positives: Int, negatives: Int, images: Int = 1) {
    for _ in 0..<positives { add(positives: images, negatives: 0) }
    for _ in 0..<negatives { add(positives: 0, negatives: images) }
  }

  package mutating func add(positives with: Int, negatives without: Int) {
    positives.addCluster(cases: Double(with), residual: 0)
    negatives.addCluster(cases: Double(without), residual: 0)
    products += Double(with) * Double(without)
  }

  /// Several groups of different patients as one.
  init(joining groups: [PlannedGroup]) {
    for group in groups {
      positives.join(group.positives)
      negatives.join(group.negatives)
      products += group.products
    }
  }

  /// Clusters of the scarcer class.
  package var smallestClass: Double { min(positives.clusters, negatives.clusters) }

  /// Variance of the group's AUC `area` where scores of one cluster correlate by `correlation`.
  package func variance(area: Double, correlation: Double) -> Double {
    let parts = classVariances(area: area, correlation: correlation)
    let mixed = BinormalPlacements.covariance(area, area, correlation: -correlation)
    return max(
      (parts[0] + parts[1]) / 2,
      parts[0] + parts[1] + 2 * products * mixed / (positives.cases * negatives.cases))
  }

  /// The parts of the negatives and of the positives.
  func classVariances(area: Double, correlation: Double) -> [Double] {
    let single = BinormalPlacements.covariance(area, area, correlation: 1)
    let pair = BinormalPlacements.covariance(area, area, correlation: correlation)
    return [negatives, positives].map { part in
      let squares = part.cases * part.meanSize
      return (part.cases * single + (squares - part.cases) * pair) / (part.cases * part.cases)
    }
  }

  /// Correlation of placements of one cluster, given that of its scores.
  package static func placementCorrelation(area: Double, correlation: Double) -> Double {
    let single = BinormalPlacements.covariance(area, area, correlation: 1)
    return single > 0
      ? BinormalPlacements.covariance(area, area, correlation: correlation) / single : 0
  }

  /// The correlation of scores whose placements correlate by `placements`.
  package static func scoreCorrelation(area: Double, placements: Double) -> Double {
    guard placements > 0 else { return 0 }
    guard placements < 1 else { return 1 }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if placementCorrelation(area: area, correlation: middle) < placements {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
