/// The AUC of every group at once, with clustered variances and the joint covariance.
///
/// Two variance forms, both from the influence of cluster c on group g,
/// u = a/m + b/n with a = Σ(V10 − θ) over its m-class cases and b = Σ(V01 − θ) over its n-class ones:
/// - ``variance``: Obuchowski 1997, with I10/(I10−1), I01/(I01−1) and K/(K−1) on the three parts.
///   It is DeLong's for one case per cluster; used wherever one group is reported.
/// - ``jointCovariance(of:)``: C/(C−1) Σ u u over the C clusters of the groups compared. It is
///   positive semi-definite by construction, which per-pair factors are not; used for differences.
package struct GroupedAUC: Sendable {
  package let groupCount: Int
  package let positives: [Int]
  package let negatives: [Int]
  /// Clusters with at least one case of the group.
  package let clusters: [Int]
  package let positiveClusters: [Int]
  package let negativeClusters: [Int]
  /// NaN when a class is absent.
  package let auc: [Double]
  /// Obuchowski's; NaN when a class has fewer than two clusters.
  package let variance: [Double]
  private(set) var cells: ClusterCells
  /// By cell: influence on the AUC of its group; 0 where the AUC is undefined.
  private(set) var influence: [Double]
  /// By cell: the part of the influence that its positives have; the rest is its negatives'.
  private(set) var positiveInfluence: [Double]
  /// `[group, class]`, class 1 the positives; empty where the AUC is undefined.
  package let moments: [ClassMoments]
  /// Σ a b over the clusters of each group, from those with cases of both classes.
  let classProducts: [Double]

  /// - Parameter membership: Group of each row (not of each sorted position); −1 is none.
  package init(_ cases: SortedCases, membership: [Int32], groupCount: Int) {
    let cells = ClusterCells(cases: cases, membership: membership, groupCount: groupCount)
    var placements = CellPlacements(cells)
    placements.place(cells, cellGroup: cells.cellGroup, cellWeight: [])
    self = placements.withSums(of: cells) { GroupedAUC(cells: cells, below: $0) }
  }

  private init(cells: ClusterCells, below: CellPlacements.Sums) {
    let groupCount = cells.groupCount
    var positives = [Double](repeating: 0, count: groupCount)
    var negatives = positives
    var ordered = positives
    var clusters = [Int](repeating: 0, count: groupCount)
    var positiveClusters = clusters
    var negativeClusters = clusters
    for cell in 0..<cells.cellCount {
      let group = Int(cells.cellGroup[cell])
      positives[group] += cells.cellCases[2 * cell + 1]
      negatives[group] += cells.cellCases[2 * cell]
      ordered[group] += below[cell].positives
      clusters[group] += 1
      if cells.cellCases[2 * cell + 1] > 0 { positiveClusters[group] += 1 }
      if cells.cellCases[2 * cell] > 0 { negativeClusters[group] += 1 }
    }
    let auc = (0..<groupCount).map {
      positives[$0] > 0 && negatives[$0] > 0 ? ordered[$0] / (positives[$0] * negatives[$0]) : .nan
    }
    var influence = [Double](repeating: 0, count: cells.cellCount)
    var positiveInfluence = influence
    var moments = [ClassMoments](repeating: ClassMoments(), count: 2 * groupCount)
    var sums = [(a2: Double, b2: Double, ab: Double)](repeating: (0, 0, 0), count: groupCount)
    for cell in 0..<cells.cellCount {
      let group = Int(cells.cellGroup[cell])
      guard !auc[group].isNaN else { continue }
      let (a, b) = classParts(
        positives: cells.cellCases[2 * cell + 1], negatives: cells.cellCases[2 * cell],
        belowPositives: below[cell].positives, belowNegatives: below[cell].negatives,
        groupPositives: positives[group], groupNegatives: negatives[group], auc: auc[group])
      influence[cell] = a + b
      positiveInfluence[cell] = a
      moments[2 * group + 1].addCluster(cases: cells.cellCases[2 * cell + 1], residual: a)
      moments[2 * group].addCluster(cases: cells.cellCases[2 * cell], residual: b)
      sums[group].a2 += a * a
      sums[group].b2 += b * b
      sums[group].ab += a * b
    }
    variance = (0..<groupCount).map {
      Self.variance(
        (sums[$0].a2, positiveClusters[$0]), (sums[$0].b2, negativeClusters[$0]),
        (sums[$0].ab, clusters[$0]))
    }
    self.groupCount = groupCount
    self.positives = positives.map { Int($0) }
    self.negatives = negatives.map { Int($0) }
    self.clusters = clusters
    self.positiveClusters = positiveClusters
    self.negativeClusters = negativeClusters
    self.auc = auc
    self.cells = cells
    self.influence = influence
    self.positiveInfluence = positiveInfluence
    let squares = placementSquares(cells, positives: positives, negatives: negatives, auc: auc)
    for index in moments.indices { moments[index].imageSquares = squares[index] }
    self.moments = moments
    classProducts = sums.map(\.ab)
  }

  /// Obuchowski's: Σ a², Σ b² and Σ a b, each with the clusters that it runs over.
  private static func variance(
    _ positive: (sum: Double, clusters: Int), _ negative: (sum: Double, clusters: Int),
    _ both: (sum: Double, clusters: Int)
  ) -> Double {
    guard positive.clusters > 1, negative.clusters > 1, both.clusters > 1 else { return .nan }
    func factor(_ count: Int) -> Double { Double(count) / Double(count - 1) }
    let sum =
      factor(positive.clusters) * positive.sum + factor(negative.clusters) * negative.sum
      + 2 * factor(both.clusters) * both.sum
    return max(0, sum)
  }

  /// Of ``variance``: Satterthwaite's of both classes, each with the clusters that count in it, see
  /// ``ClassMoments/effectiveClusters(correlation:)``; infinite where nothing varies.
  package func degreesOfFreedom(of group: Int) -> Double {
    var sum = Satterthwaite()
    for label in 0..<2 {
      let part = moments[2 * group + label]
      guard part.clusters > 1 else { continue }
      sum.add(
        part.clusterVariance,
        degreesOfFreedom: part.effectiveClusters(correlation: ClassMoments.correlation([part])) - 1)
    }
    return max(1, sum.degreesOfFreedom)
  }

  /// Frees the memory that covariances need; afterwards only areas, variances and counts are left.
  package mutating func forgetCells() {
    cells = ClusterCells(groupCount: groupCount)
    influence = []
    positiveInfluence = []
  }

  /// Covariance of the AUCs of `groups`, in that order, and the number of clusters they have.
  package func jointCovariance(of groups: [Int]) -> (covariance: SymmetricMatrix, clusters: Int) {
    ClusterInfluence(self).jointCovariance(of: groups)
  }
}

/// The two parts a/m and b/n of a cell's influence on its group's AUC.
///
/// A negative's placement is the share of positives above it, hence the subtraction.
@inline(__always)
func classParts(
  positives: Double, negatives: Double, belowPositives: Double, belowNegatives: Double,
  groupPositives: Double, groupNegatives: Double, auc: Double
) -> (positive: Double, negative: Double) {
  let a = (belowPositives / groupNegatives - positives * auc) / groupPositives
  let b =
    (negatives - belowNegatives / groupPositives - negatives * auc) / groupNegatives
  return (a, b)
}
