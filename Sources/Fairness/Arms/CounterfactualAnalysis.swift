import AuditModel
import Statistics
import Vocabulary

/// What changes when only one attribute of a base case changes: score shift and flipped decisions.
///
/// Two images are a pair when they share base case and seed and all other attributes.
struct CounterfactualAnalysis {
  /// Beyond this many groups an attribute has too many pairs to list.
  private static let groupLimit = 16

  private(set) var results: [CounterfactualResult] = []
  private(set) var agreement: [ArmAgreement] = []
  private(set) var components: [VarianceComponents] = []

  init(_ table: EvaluationTable, threshold: Double?, specification: AnalysisSpecification) {
    guard let pairing = table.pairing, !pairing.arms.isEmpty else { return }
    let scale = ShiftScale(areProbabilities: table.areProbabilities)
    let values = table.scores.map { scale($0) }
    let level = 1 - specification.alpha
    let attributes = table.attributes.filter {
      !$0.isIntersection && $0.notEvaluableReason == nil && $0.groups.count <= Self.groupLimit
        && $0.groups.count > 1
    }
    for attribute in attributes {
      let sets = MatchedSets(table, pairing: pairing, attribute: attribute)
      let pairs = (0..<attribute.groups.count).flatMap { first in
        ((first + 1)..<attribute.groups.count).map { (first, $0) }
      }
      results += parallelMap(count: pairs.count) { index in
        let (first, second) = pairs[index]
        let found = ArmPairs(sets, first, second)
        return LabelChoice.allCases.compactMap { label in
          Self.result(
            table, found.keeping(label), values: values, threshold: threshold,
            attribute: attribute, groups: (first, second), label: label, level: level)
        }
      }.flatMap { $0 }
      if let row = ArmAgreement(
        table, sets: sets, values: values, attribute: attribute, threshold: threshold,
        level: level)
      {
        agreement.append(row)
      }
    }
    if pairing.arms.count > 1 || !pairing.placebos.isEmpty {
      components = VarianceComponents.all(table, pairing: pairing, values: values)
    }
  }

  enum LabelChoice: String, CaseIterable {
    case all, positive, negative
    func keeps(_ isPositive: Bool) -> Bool {
      switch self {
      case .all: true
      case .positive: isPositive
      case .negative: !isPositive
      }
    }
  }

  /// Rows of two groups in pairs, clusters ascending.
  private struct ArmPairs {
    var first: [Int32] = []
    var second: [Int32] = []
    var clusters: [Int32] = []
    var isPositive: [Bool] = []

    init() {}

    init(_ sets: MatchedSets, _ a: Int, _ b: Int) {
      reserve(sets.count)
      // Slices would cost a reference count each, for every set and pair of groups.
      sets.withRows { rows in
        for set in 0..<sets.count {
          for row in rows(set, a) {
            for other in rows(set, b) {
              first.append(row)
              second.append(other)
              clusters.append(sets.clusters[set])
              isPositive.append(sets.isPositive[set])
            }
          }
        }
      }
    }

    private mutating func reserve(_ count: Int) {
      first.reserveCapacity(count)
      second.reserveCapacity(count)
      clusters.reserveCapacity(count)
      isPositive.reserveCapacity(count)
    }

    func keeping(_ label: LabelChoice) -> ArmPairs {
      guard label != .all else { return self }
      var kept = ArmPairs()
      kept.reserve(first.count)
      for index in first.indices where label.keeps(isPositive[index]) {
        kept.first.append(first[index])
        kept.second.append(second[index])
        kept.clusters.append(clusters[index])
        kept.isPositive.append(isPositive[index])
      }
      return kept
    }
  }

  private static func result(
    _ table: EvaluationTable, _ pairs: ArmPairs, values: [Double], threshold: Double?,
    attribute: AttributeColumn, groups: (Int, Int), label: LabelChoice, level: Double
  ) -> CounterfactualResult? {
    let shifts = pairs.first.indices.map {
      values[Int(pairs.first[$0])] - values[Int(pairs.second[$0])]
    }
    guard
      let shift = ClusteredMean(
        values: shifts, clusters: pairs.clusters, clusterCount: table.clusterCount)
    else { return nil }
    let interval = shift.interval(level: level)
    var result = CounterfactualResult(
      table.question(of: attribute.name),
      ArmShift(
        groupA: attribute.groups[groups.0], groupB: attribute.groups[groups.1],
        label: label.rawValue, pairs: shifts.count, clusters: shift.clusterCount,
        scoreShift: IntervalEstimate(
          estimate: shift.mean, lower: interval?.lower, upper: interval?.upper)))
    result.scoreShiftP = shift.pValue
    let means = clusterMeans(shifts, pairs.clusters)
    let ranks = SignedRank.summary(means)
    result.hodgesLehmann = ranks.estimate
    result.wilcoxonP = means.allSatisfy { $0 == 0 } ? 1 : ranks.pValue
    guard let threshold else { return result }
    let flips = DecisionFlips(
      first: pairs.first.map { table.scores[Int($0)] >= threshold },
      second: pairs.second.map { table.scores[Int($0)] >= threshold }, clusters: pairs.clusters,
      clusterCount: table.clusterCount)
    result.flipRate = flips.rate(level: level)
    result.netFlip = flips.net(level: level)
    result.mcnemarP = flips.mcNemarP
    return result
  }

  /// Means of runs of equal clusters.
  private static func clusterMeans(_ values: [Double], _ clusters: [Int32]) -> [Double] {
    var means: [Double] = []
    var start = 0
    while start < values.count {
      var end = start
      var sum = 0.0
      while end < values.count, clusters[end] == clusters[start] {
        sum += values[end]
        end += 1
      }
      means.append(sum / Double(end - start))
      start = end
    }
    return means
  }
}
