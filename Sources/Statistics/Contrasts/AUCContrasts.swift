/// All pairs of groups compared by AUC, each with variances that cannot vanish and tails of its own.
///
/// Groups of different patients are compared by ``IndependentContrast``, on logit limits of each AUC:
/// - The variance of a group's AUC is the sum over its classes of the cluster variance, moderated by the
///   *null variance*, which is that of the group's images if they varied, and resembled each other
///   within clusters, as those of both groups together do, scaled to the group's own θ(1 − θ). The two are
///   averaged with the degrees of freedom of the first and ``priorFreedom`` for the second (Smyth 2004), so
///   that a dozen cases that happen to agree have no vanishing variance and a large group keeps its own.
/// - The test of "no difference" has the null variance itself: what a permutation of the two groups'
///   clusters would show, also where the groups' clusters are of unequal size.
///
/// Arms of the same base cases (groups that share half of their clusters or more) are compared within
/// base cases. The tails are Student's t with Satterthwaite's 1946 degrees of freedom,
/// V²/Σ V_part²/(effective clusters − 1), see ``ClassMoments/effectiveClusters(correlation:)``.
package struct AUCContrasts: Sendable {
  package let tests: [any ContrastTest]
  /// By group: effective clusters of the class that has fewer.
  package let effectiveClusters: [Double]

  /// What the variance shared by both groups weighs: as many clusters of one's own.
  ///
  /// With 10, limits held in 94 to 97 % of 2,000 draws of nine pairs of groups of 10 to 300 single images
  /// with equal and unequal shapes; with the larger of the two variances in 96 to 99 %.
  static let priorFreedom = 10.0

  /// Share of common clusters from which groups count as arms of one cohort.
  static let pairedFrom = 0.5

  /// - Parameter groups: Each with an AUC and two clusters per class.
  package init(_ grouped: GroupedAUC, groups: [Int]) {
    let correlations = [0, 1].map { label in
      ClassMoments.correlation(groups.map { grouped.moments[2 * $0 + label] })
    }
    effectiveClusters = groups.map { group in
      (0..<2).map {
        grouped.moments[2 * group + $0].effectiveClusters(correlation: correlations[$0])
      }.min() ?? 0
    }
    let shared = SharedClusters(grouped, groups: groups)
    var tests: [any ContrastTest] = []
    for first in groups.indices {
      for second in (first + 1)..<max(groups.count, first + 1) {
        let pair = shared.pairs[SharedClusters.index(first, second, of: groups.count)]
        let (g, h) = (groups[first], groups[second])
        let smaller = (0..<2).map { label in
          min(grouped.moments[2 * g + label].clusters, grouped.moments[2 * h + label].clusters)
        }
        let isPaired = (0..<2).contains {
          pair.classes[$0].count >= Self.pairedFrom * smaller[$0]
        }
        let make = isPaired ? Self.paired : Self.independent
        tests.append(make(grouped, first, second, (g, h), pair, correlations))
      }
    }
    self.tests = tests
  }

  private static func independent(
    _ grouped: GroupedAUC, _ first: Int, _ second: Int, _ groups: (Int, Int),
    _ pair: SharedClusters.Pair, _ correlations: [Double]
  ) -> any ContrastTest {
    let pair = [groups.0, groups.1]
    let auc = pair.map { grouped.auc[$0] }
    let cases = pair.map { Double(grouped.positives[$0]) }
    let mean = (auc[0] * cases[0] + auc[1] * cases[1]) / (cases[0] + cases[1])
    var own = Satterthwaite()
    var null = Satterthwaite()
    var errors = [0.0, 0.0]
    for label in 0..<2 {
      let parts = pair.map { grouped.moments[2 * $0 + label] }
      let pooled = ClassMoments.pooled(parts)
      for (index, part) in parts.enumerated() {
        let freedom = part.effectiveBySize(correlation: correlations[label]) - 1
        let shared = part.variance(under: pooled)
        let spread = auc[index] * (1 - auc[index])
        let scale = mean > 0 && mean < 1 ? min(1, spread / (mean * (1 - mean))) : 1
        let weight = max(1, freedom)
        let variance =
          (weight * part.clusterVariance + priorFreedom * shared * scale)
          / (weight + priorFreedom)
        own.add(variance, degreesOfFreedom: freedom)
        null.add(shared, degreesOfFreedom: freedom)
        errors[index] += variance
      }
    }
    // Patients with images of both classes move the two parts together.
    for index in 0..<2 {
      let product = 2 * grouped.classProducts[pair[index]]
      errors[index] = max(errors[index] / 2, errors[index] + product)
      null.shift(product)
    }
    let difference = auc[0] - auc[1]
    let nullP =
      null.variance > 0
      ? StudentTail.twoSidedP(
        difference / null.variance.squareRoot(), degreesOfFreedom: null.degreesOfFreedom) : 1
    return IndependentContrast(
      first: first, second: second,
      .logit(value: auc[0], standardError: errors[0].squareRoot()),
      .logit(value: auc[1], standardError: errors[1].squareRoot()),
      degreesOfFreedom: own.degreesOfFreedom, nullP: nullP)
  }

  private static func paired(
    _ grouped: GroupedAUC, _ first: Int, _ second: Int, _ groups: (Int, Int),
    _ pair: SharedClusters.Pair, _ correlations: [Double]
  ) -> any ContrastTest {
    let (g, h) = groups
    var sum = Satterthwaite()
    for label in 0..<2 {
      let joined = ClassMoments.difference(
        grouped.moments[2 * g + label], grouped.moments[2 * h + label],
        shared: pair.classes[label])
      sum.add(
        joined.clusterVariance,
        degreesOfFreedom: joined.effectiveClusters(correlation: correlations[label]) - 1)
    }
    sum.shift(2 * (grouped.classProducts[g] + grouped.classProducts[h] - pair.crossProducts))
    let scale = grouped.variance[g] + grouped.variance[h]
    return StudentContrast(
      first: first, second: second, difference: grouped.auc[g] - grouped.auc[h],
      standardError: sum.variance > 1e-13 * scale ? sum.variance.squareRoot() : 0,
      degreesOfFreedom: sum.degreesOfFreedom)
  }
}

/// A variance made of independent parts with the degrees of freedom of their sum (Satterthwaite 1946).
package struct Satterthwaite: Sendable {
  package private(set) var variance = 0.0
  private var parts = 0.0
  private var spread = 0.0

  package init() {}

  package mutating func add(_ part: Double, degreesOfFreedom: Double) {
    variance += part
    parts += part
    spread += part * part / max(1, degreesOfFreedom)
  }

  /// Adds a covariance, which is no part of its own and never takes more than half of the parts.
  package mutating func shift(_ covariance: Double) {
    variance = max(variance / 2, variance + covariance)
  }

  package var degreesOfFreedom: Double { spread > 0 ? parts * parts / spread : .infinity }
}

/// What two groups have in common: sums over the clusters with cases in both.
struct SharedClusters {
  struct ClassSums {
    var count = 0.0
    /// Σ r_g r_h.
    var products = 0.0
    /// Σ (r_g − r_h)⁴ − r_g⁴ − r_h⁴.
    var fourths = 0.0
  }

  struct Pair {
    /// By class, 1 the positives.
    var classes = [ClassSums](repeating: ClassSums(), count: 2)
    /// Σ a_g b_h + b_g a_h.
    var crossProducts = 0.0
  }

  /// By pair, in the order of ``index(_:_:of:)``.
  private(set) var pairs: [Pair]

  /// Place of the pair (first < second) among all pairs of `count` groups.
  static func index(_ first: Int, _ second: Int, of count: Int) -> Int {
    first * (2 * count - first - 1) / 2 + second - first - 1
  }

  init(_ grouped: GroupedAUC, groups: [Int]) {
    var place = [Int](repeating: -1, count: grouped.groupCount)
    for (index, group) in groups.enumerated() { place[group] = index }
    let count = groups.count
    var pairs = [Pair](repeating: Pair(), count: count * (count - 1) / 2)
    let cells = grouped.cells
    for cluster in 0..<cells.clusterCount {
      let range = Int(cells.clusterStart[cluster])..<Int(cells.clusterStart[cluster + 1])
      guard range.count > 1 else { continue }
      for x in range {
        let i = place[Int(cells.cellGroup[x])]
        guard i >= 0 else { continue }
        for y in (x + 1)..<range.upperBound {
          let j = place[Int(cells.cellGroup[y])]
          guard j >= 0 else { continue }
          let pair = Self.index(min(i, j), max(i, j), of: count)
          let (ax, ay) = (grouped.positiveInfluence[x], grouped.positiveInfluence[y])
          let (bx, by) = (grouped.influence[x] - ax, grouped.influence[y] - ay)
          if cells.cellCases[2 * x + 1] > 0, cells.cellCases[2 * y + 1] > 0 {
            pairs[pair].classes[1].add(ax, ay)
          }
          if cells.cellCases[2 * x] > 0, cells.cellCases[2 * y] > 0 {
            pairs[pair].classes[0].add(bx, by)
          }
          pairs[pair].crossProducts += ax * by + bx * ay
        }
      }
    }
    self.pairs = pairs
  }
}

extension SharedClusters.ClassSums {
  mutating func add(_ r: Double, _ s: Double) {
    count += 1
    products += r * s
    let difference = (r - s) * (r - s)
    fourths += difference * difference - r * r * r * r - s * s * s * s
  }
}
