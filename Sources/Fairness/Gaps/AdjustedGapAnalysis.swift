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
          &gap, metric: metric, within: within,
          cells: used.map { (a * count + $0, b * count + $0) },
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

  /// Standardised difference with limits from those of every stratum, see ``WeightedDifference``.
  ///
  /// A cell's variance is that of a few clusters, so each counts n/(n − 1) fold, n those of its scarcer
  /// class. The tail is Student's t with Satterthwaite's 1946 degrees of freedom over the cells, or with
  /// fewer where influences are unequal (``ClusterInfluence/effectiveClusters(of:)``), shared by all pairs
  /// (Bonferroni).
  private static func adjust(
    _ gap: inout AdjustedGap, metric: Metric, within: ClusterInfluence, cells: [(Int, Int)],
    weights: [Double], pairs: Int, alpha: Double
  ) {
    guard !cells.isEmpty else {
      gap.reason = "in no stratum does every group have two clusters of each class"
      return
    }
    let terms = zip(cells, weights).flatMap { pair, weight in
      [(group: pair.0, weight: weight), (group: pair.1, weight: -weight)]
    }
    gap.adjusted = terms.reduce(0) { $0 + $1.weight * within.values[$1.group] }
    var covariance = within.jointCovariance(of: terms.map(\.group)).covariance
    var parts = Satterthwaite()
    var values: [(estimate: BoundedEstimate, weight: Double)] = []
    for (place, term) in terms.enumerated() {
      let (value, support) = (within.values[term.group], Double(within.support[term.group]))
      let variance = covariance[place, place] * support / (support - 1)
      parts.add(term.weight * term.weight * variance, degreesOfFreedom: support - 1)
      values.append((estimate(value, variance, support: support, by: metric), term.weight))
    }
    let errors = terms.indices.map { covariance[$0, $0].squareRoot() }
    for row in terms.indices {
      for column in terms.indices where row != column {
        let scale = errors[row] * errors[column]
        covariance[row, column] = scale > 0 ? covariance[row, column] / scale : 0
      }
    }
    for row in terms.indices { covariance[row, row] = 1 }
    let sum = WeightedDifference(
      values, correlation: covariance,
      degreesOfFreedom: max(
        1, min(parts.degreesOfFreedom, within.effectiveClusters(of: terms) - 1)))
    guard let total = ClusterInfluence.variance(of: [(within, terms)]), total > 0 else {
      gap.reason = "the difference has no variance, so it cannot be tested"
      return
    }
    let limits = sum.limits(alpha: alpha / Double(pairs))
    gap.standardError = total.squareRoot()
    gap.lower = limits.lower
    gap.upper = limits.upper
    gap.p = min(1, Double(pairs) * sum.pValue)
  }

  /// A cell's value with limits that stay wide: of a rate and of a value at its end Wilson's, on as many
  /// trials as its variance is worth or as it has clusters; of an AUC those of its logit.
  private static func estimate(
    _ value: Double, _ variance: Double, support: Double, by metric: Metric
  ) -> BoundedEstimate {
    let spread = value * (1 - value)
    guard spread > 0, variance > 0 else { return .proportion(rate: value, trials: support) }
    return metric == .auc
      ? .logit(value: value, standardError: variance.squareRoot())
      : .proportion(rate: value, trials: max(1, spread / variance))
  }
}
