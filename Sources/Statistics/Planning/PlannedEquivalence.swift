/// How many clusters show groups of equal AUC to be alike: all pairs' limits, drawn as the analysis makes them.
extension PlannedScene {
  /// Factor on all clusters so that all pairs pass two one-sided tests with this chance.
  ///
  /// - Parameter scale: A former answer, which tails, variances and the limits' asymmetry follow.
  func equivalenceFactor(delta: Double, power: Double, scale: Double) -> Double {
    let covariance = PlannedCovariance(plan, gap: 0).matrix
    let (factor, rank) = covariance.semidefiniteFactor()
    let (count, size) = (sides.groups.count, covariance.size)
    let reaches = pairs.map { EquivalenceReach($0, self, covariance: covariance, scale: scale) }
    // All pairs of 64 groups are 2,016.
    let draws = max(200, min(plan.draws, 400_000 / max(1, pairs.count)))
    var values = [Double](repeating: 0, count: count)
    let largest = (0..<draws).map { draw -> Double in
      let offset = draw * width
      for row in 0..<count {
        values[row] = 0
        for column in 0..<rank {
          values[row] += factor[row * rank + column] * normals[offset + column]
        }
        values[row] = min(0.9999, max(0.0001, plan.area + values[row] / scale.squareRoot()))
      }
      return reaches.reduce(0) { max($0, $1.farthest(values) { normals[offset + size + $0] }) }
    }
    // |estimate| and limits both shrink with the root of the clusters.
    let needed = quantile(of: largest.sorted(), power) * scale.squareRoot() / delta
    return needed * needed
  }
}

/// The limits of one pair of groups of equal AUC, at a level of the one-sided tests.
private struct EquivalenceReach {
  private let pair: (first: Int, second: Int)
  private let area: Double
  private let isPaired: Bool
  private let variances: (Double, Double)
  private let freedom: (Double, Double)
  private let error: Double
  private let critical: Double

  init(
    _ pair: (first: Int, second: Int), _ scene: PlannedScene, covariance: SymmetricMatrix,
    scale: Double
  ) {
    self.pair = pair
    area = scene.plan.area
    isPaired = scene.plan.isPaired
    variances = (
      covariance[pair.first, pair.first] / scale, covariance[pair.second, pair.second] / scale
    )
    error = PlannedScene.error(pair, covariance) / scale.squareRoot()
    var sum = Satterthwaite()
    var groups: [Double] = []
    for index in [pair.first, pair.second] {
      let parts = scene.sides.groups[index].classVariances(
        area: area, correlation: scene.plan.imageCorrelation)
      var group = Satterthwaite()
      for label in 0..<2 {
        let freedom = max(1, (scene.freedom[index][label] + 1) * scale - 1)
        sum.add(parts[label], degreesOfFreedom: freedom)
        group.add(parts[label], degreesOfFreedom: freedom)
      }
      groups.append(group.degreesOfFreedom)
    }
    freedom = (groups[0], groups[1])
    critical = StudentTail.criticalValue(
      alpha: min(1, 2 * scene.plan.level), degreesOfFreedom: sum.degreesOfFreedom)
  }

  /// The limit that lies farther from 0.
  ///
  /// - Parameter normal: A standard normal number of a group, for its variance.
  func farthest(_ values: [Double], normal: (Int) -> Double) -> Double {
    let (x, y) = (values[pair.first], values[pair.second])
    if isPaired {
      let spread = PlannedScene.chi(normal(pair.first), freedom: min(freedom.0, freedom.1))
      return abs(x - y) + critical * error * spread.squareRoot()
    }
    func estimate(_ value: Double, _ variance: Double, _ chi: Double, _ freedom: Double)
      -> BoundedEstimate
    {
      let scale = value * (1 - value) / (area * (1 - area))
      return .logit(
        value: value,
        standardError: PlannedScene.moderated(
          variance * min(2, scale) * chi, variance * min(1, scale), freedom: freedom
        ).squareRoot())
    }
    let limits = IndependentContrast(
      first: 0, second: 1,
      estimate(
        x, variances.0, PlannedScene.chi(normal(pair.first), freedom: freedom.0), freedom.0),
      estimate(
        y, variances.1, PlannedScene.chi(normal(pair.second), freedom: freedom.1), freedom.1),
      degreesOfFreedom: .infinity, nullP: 0
    ).limits(z: critical)
    return max(-limits.lower, limits.upper)
  }
}
