import Foundation
import Randomness

/// The draws of a ``PlannedVerdict``, made once for all gaps that are tried.
struct PlannedScene {
  let plan: PlannedVerdict
  let sides: PlannedSides
  var pairs: [(first: Int, second: Int)] { sides.pairs }
  /// Standard normal numbers, by draw: for the estimates, then one per group for its variance.
  let normals: [Double]
  let width: Int
  private let contrastLevel: Double
  /// By group and class: effective clusters less one.
  let freedom: [[Double]]

  init(_ plan: PlannedVerdict) {
    self.plan = plan
    let sides = plan.sides
    self.sides = sides
    let count = sides.groups.count
    let size = PlannedCovariance(plan, gap: 0).matrix.size
    width = size + count
    var stream = RandomStream(seed: plan.seed, path: ["plan"])
    normals = (0..<(width * plan.draws)).map { _ in stream.normal() }
    let rho = PlannedGroup.placementCorrelation(
      area: plan.area, correlation: plan.imageCorrelation)
    // Within base cases the differences have the tails, of independent groups the sizes.
    let tail =
      plan.isPaired
      ? BinormalPlacements.differenceTail(area: plan.area, correlation: plan.armCorrelation) : 1
    freedom = sides.groups.map { group in
      [group.negatives, group.positives].map {
        max(1, min($0.effectiveBySize(correlation: rho), tail * $0.clusters) - 1)
      }
    }
    var covariance = SymmetricMatrix(size: count)
    let whole = PlannedCovariance(plan, gap: 0).matrix
    for row in 0..<count {
      for column in 0..<count { covariance[row, column] = whole[row, column] }
    }
    let contrasts = GroupContrast.of(
      sides.pairs, auc: [Double](repeating: plan.area, count: count), covariance: covariance)
    contrastLevel = MinP(
      contrasts, pValues: contrasts.map { _ in 0.5 }, covariance: covariance, seed: plan.seed,
      path: ["plan"]
    ).contrastLevel(plan.level)
  }

  /// Chance that a gap of the first group is flagged.
  func power(gap: Double) -> Double {
    let places = PlannedCovariance(plan, gap: gap)
    let covariance = places.matrix
    let (factor, rank) = covariance.semidefiniteFactor()
    let size = covariance.size
    let areas =
      sides.areas(plan, gap: gap)
      + [Double](
        repeating: plan.area, count: size - sides.groups.count)
    let tests = pairs.map { PairTest($0, self, covariance: covariance, areas: areas) }
    let controls = PlannedControls(
      places, plan: plan, pairs: pairs, contrastLevel: contrastLevel)
    var hits = 0
    var estimates = areas
    for draw in 0..<plan.draws {
      let offset = draw * width
      for row in 0..<size {
        var value = areas[row]
        for column in 0..<rank { value += factor[row * rank + column] * normals[offset + column] }
        estimates[row] = min(0.9999, max(0.0001, value))
      }
      var best: (pair: Int, z: Double)?
      for (index, test) in tests.enumerated() {
        let z = test.z(estimates) { normals[offset + size + $0] }
        if let z, z > best?.z ?? 0 { best = (index, z) }
      }
      if let best, controls.areExceeded(by: estimates, pair: best.pair) { hits += 1 }
    }
    return Double(hits) / Double(plan.draws)
  }

  static func error(
    _ pair: (first: Int, second: Int), _ covariance: SymmetricMatrix
  ) -> Double {
    let (g, h) = pair
    return max(0, covariance[g, g] + covariance[h, h] - 2 * covariance[g, h]).squareRoot()
  }

  /// The test of one pair, as ``AUCContrasts`` makes it.
  private struct PairTest {
    private let pair: (first: Int, second: Int)
    private let areas: (Double, Double)
    private let variances: (Double, Double)
    /// Of both groups if they varied as the better ones do.
    private let shared: (Double, Double)
    /// Share of the first group in the mean of both.
    private let weight: Double
    private let error: Double
    private let freedom: (Double, Double)
    private let ownCritical: Double
    /// The critical value of "no difference" times its standard error, in which both groups vary as the
    /// better ones do: not the error of the gap that is planned for.
    private let nullReach: Double
    private let isPaired: Bool
    private let harm: Double

    init(
      _ pair: (first: Int, second: Int), _ scene: PlannedScene, covariance: SymmetricMatrix,
      areas: [Double]
    ) {
      self.pair = pair
      self.areas = (areas[pair.first], areas[pair.second])
      variances = (covariance[pair.first, pair.first], covariance[pair.second, pair.second])
      error = PlannedScene.error(pair, covariance)
      isPaired = scene.plan.isPaired
      harm = scene.plan.harm
      let positives = [pair.first, pair.second].map { scene.sides.groups[$0].positives.cases }
      weight = positives[0] / (positives[0] + positives[1])
      var own = Satterthwaite()
      var null = Satterthwaite()
      var groups: [Double] = []
      var nulls: [Double] = []
      for index in [pair.first, pair.second] {
        var group = Satterthwaite()
        var alike = 0.0
        for label in 0..<2 {
          let freedom = scene.freedom[index][label]
          for (area, isOwn) in [(areas[index], true), (scene.plan.area, false)] {
            let part = scene.sides.groups[index].classVariances(
              area: area, correlation: scene.plan.imageCorrelation)[label]
            if isOwn {
              own.add(part, degreesOfFreedom: freedom)
              group.add(part, degreesOfFreedom: freedom)
            } else {
              null.add(part, degreesOfFreedom: freedom)
              alike += part
            }
          }
        }
        groups.append(group.degreesOfFreedom)
        nulls.append(alike * scene.plan.varianceScale)
      }
      freedom = (groups[0], groups[1])
      shared = (nulls[0], nulls[1])
      func critical(_ sum: Satterthwaite) -> Double {
        StudentTail.criticalValue(
          alpha: scene.contrastLevel, degreesOfFreedom: sum.degreesOfFreedom)
      }
      ownCritical = critical(own)
      nullReach = critical(null) * (null.variance * scene.plan.varianceScale).squareRoot()
    }

    /// The statistic of a rejected pair; `nil` of one that is not.
    ///
    /// - Parameter normal: A standard normal number of a group.
    func z(_ estimates: [Double], normal: (Int) -> Double) -> Double? {
      let (x, y) = (estimates[pair.first], estimates[pair.second])
      let excess = abs(x - y) - harm
      guard excess > 0 else { return nil }
      if isPaired {
        // Within base cases: one variance, of the differences.
        let spread = PlannedScene.chi(normal(pair.first), freedom: min(freedom.0, freedom.1))
        let z = excess / (error * spread.squareRoot())
        return z > ownCritical ? z : nil
      }
      let mean = weight * x + (1 - weight) * y
      let a = standardError(
        x, areas.0, (variances.0, shared.0), mean: mean,
        chi: PlannedScene.chi(normal(pair.first), freedom: freedom.0), freedom: freedom.0)
      let b = standardError(
        y, areas.1, (variances.1, shared.1), mean: mean,
        chi: PlannedScene.chi(normal(pair.second), freedom: freedom.1), freedom: freedom.1)
      let test = IndependentContrast(
        first: 0, second: 1, .logit(value: x, standardError: a), .logit(value: y, standardError: b),
        degreesOfFreedom: .infinity, nullP: 0)
      let limits = test.limits(z: ownCritical)
      guard x > y ? limits.lower > harm : limits.upper < -harm,
        abs(x - y) > nullReach
      else { return nil }
      return excess / (a * a + b * b).squareRoot()
    }

    /// As a draw shows it: smaller near 1, and moderated by what both groups together say.
    ///
    /// - Parameters:
    ///   - variances: The group's own, and that of "no difference".
    ///   - mean: Of both groups' estimates.
    private func standardError(
      _ estimate: Double, _ area: Double, _ variances: (own: Double, shared: Double), mean: Double,
      chi: Double, freedom: Double
    ) -> Double {
      let spread = estimate * (1 - estimate)
      let own = variances.own * min(2, spread / (area * (1 - area))) * chi
      let shared = variances.shared * min(1, spread / (mean * (1 - mean)))
      return PlannedScene.moderated(own, shared, freedom: freedom).squareRoot()
    }
  }

  /// A group's variance averaged with the one shared by the groups, as ``AUCContrasts`` does.
  static func moderated(_ own: Double, _ shared: Double, freedom: Double) -> Double {
    let prior = AUCContrasts.priorFreedom
    return (freedom * own + prior * shared) / (freedom + prior)
  }

  /// χ²/df by Wilson and Hilferty 1931.
  static func chi(_ normal: Double, freedom: Double) -> Double {
    let part = 2 / (9 * freedom)
    let root = 1 - part + normal * part.squareRoot()
    return max(0.02, root * root * root)
  }
}
