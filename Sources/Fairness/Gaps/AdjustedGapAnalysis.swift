import AuditModel
import Statistics
import Vocabulary

/// Compares like with like: the gaps of one attribute within strata of other attributes.
struct AdjustedGapAnalysis {
  private(set) var gaps: [AdjustedGap] = []

  /// Clusters of each class that a group needs in a stratum to count there.
  static let least = 2
  /// Beyond this many groups all pairs are no sensible table.
  private static let groupLimit = 12

  /// - Parameter strata: Columns of the table, in the plan's order; none of them is part of the attribute.
  init(_ comparer: MetricComparer, subgroups: SubgroupAnalysis, strata: [AttributeColumn]) {
    let attribute = comparer.attribute
    let parts = attribute.name.split(separator: "*").map(String.init)
    guard !strata.isEmpty, attribute.notEvaluableReason == nil,
      !strata.contains(where: { parts.contains($0.name) })
    else { return }
    let stratum = strata.count == 1 ? strata[0] : AttributeColumn.intersection(of: strata)
    let count = stratum.groups.count
    let membership = zip(attribute.membership, stratum.membership).map { group, part in
      group < 0 || part < 0 ? -1 : group * Int32(count) + part
    }
    for metric in [Metric.auc, .sensitivity, .falsePositiveRate]
    where comparer.obstacle(to: metric) == nil {
      let groups = subgroups.evaluable(for: metric)
      let pairs = comparer.pairs(of: groups, by: metric)
      guard !pairs.isEmpty, groups.count <= Self.groupLimit, count >= 2 else { continue }
      func estimates(_ membership: [Int32], _ groupCount: Int) -> ClusterInfluence {
        MetricCases(
          metric.arithmetic, cases: comparer.cases, membership: membership,
          groupCount: groupCount, threshold: comparer.threshold
        ).estimates()
      }
      let own = estimates(attribute.membership, attribute.groups.count)
      let whole = comparer.others?.extend(own, by: metric) ?? own
      var within = estimates(membership, attribute.groups.count * count)
      if let others = comparer.others {
        // Behind the strata of all groups, those of the others of each.
        within = within.appending(
          others.sides.map { side in
            let members = side.map { side in
              zip(side.comparer.attribute.membership, stratum.membership).map { $0 == 1 ? $1 : -1 }
            }
            return (members.map { estimates($0, count) }, Array(0..<count))
          })
      }
      let used = (0..<count).filter { part in
        Set(pairs.flatMap { [$0.first, $0.second] }).allSatisfy { group in
          let cell = group * count + part
          return !within.values[cell].isNaN && within.support[cell] >= Self.least
        }
      }
      let weights = Self.shares(stratum, of: used, rows: attribute.membership)
      let names = comparer.names
      for (a, b) in pairs {
        var gap = AdjustedGap(
          comparer.table.question(of: attribute.name, by: metric),
          StratifiedGap(
            strata: strata.map(\.name), strataUsed: used.count, coverage: weights.coverage,
            groupA: names[a], groupB: names[b],
            raw: whole.values[a] - whole.values[b]))
        Self.adjust(
          &gap, within: within, cells: used.map { (a * count + $0, b * count + $0) },
          weights: weights.shares, pairs: pairs.count, alpha: comparer.specification.alpha)
        gaps.append(gap)
      }
    }
  }

  /// Each used stratum's share of their images, and theirs of all images that belong to a group.
  private static func shares(
    _ stratum: AttributeColumn, of used: [Int], rows: [Int32]
  ) -> (shares: [Double], coverage: Double) {
    var images = [Double](repeating: 0, count: stratum.groups.count)
    var all = 0.0
    for (group, part) in zip(rows, stratum.membership) where group >= 0 {
      all += 1
      if part >= 0 { images[Int(part)] += 1 }
    }
    let sum = used.reduce(0) { $0 + images[$1] }
    return (used.map { images[$0] / max(1, sum) }, all > 0 ? sum / all : 0)
  }

  /// Standardised difference with Student's t over all pairs (Bonferroni).
  ///
  /// A cell's variance is that of a few clusters, so each counts n/(n − 1) fold, n those of its scarcer
  /// class, and the tail is that of Satterthwaite's 1946 degrees of freedom over the cells, or of fewer
  /// where influences are unequal (``ClusterInfluence/effectiveClusters(of:)``).
  private static func adjust(
    _ gap: inout AdjustedGap, within: ClusterInfluence, cells: [(Int, Int)], weights: [Double],
    pairs: Int, alpha: Double
  ) {
    guard !cells.isEmpty else {
      gap.reason = "in no stratum does every group have two clusters of each class"
      return
    }
    var terms: [(group: Int, weight: Double)] = []
    var difference = 0.0
    var parts = Satterthwaite()
    let variances = within.groupVariances()
    for ((a, b), weight) in zip(cells, weights) {
      for (cell, sign) in [(a, 1.0), (b, -1.0)] {
        let support = Double(within.support[cell])
        let unbiased = support / (support - 1)
        terms.append((cell, sign * weight * unbiased.squareRoot()))
        parts.add(
          weight * weight * unbiased * variances[cell].variance, degreesOfFreedom: support - 1)
      }
      difference += weight * (within.values[a] - within.values[b])
    }
    gap.adjusted = difference
    guard let variance = ClusterInfluence.variance(of: [(within, terms)]), variance > 0 else {
      gap.reason = "the difference has no variance, so it cannot be tested"
      return
    }
    let error = variance.squareRoot()
    let freedom = max(
      1, min(parts.degreesOfFreedom, within.effectiveClusters(of: terms) - 1))
    let reach =
      StudentTail.criticalValue(alpha: alpha / Double(pairs), degreesOfFreedom: freedom) * error
    gap.standardError = error
    gap.lower = difference - reach
    gap.upper = difference + reach
    gap.p = min(
      1,
      Double(pairs) * StudentTail.twoSidedP(difference / error, degreesOfFreedom: freedom))
  }
}
