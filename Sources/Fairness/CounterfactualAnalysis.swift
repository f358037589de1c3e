import AuditModel
import Statistics

/// What changes when only one attribute of a base case changes: score shift and flipped decisions.
///
/// Two images are a pair when they share base case and seed and all other attributes.
struct CounterfactualAnalysis {
  /// Beyond this many groups an attribute has too many pairs to list.
  private static let groupLimit = 16

  private(set) var results: [CounterfactualResult] = []

  init(_ table: EvaluationTable, threshold: Double?, specification: AnalysisSpecification) {
    guard let pairing = table.pairing else { return }
    let scale = ShiftScale(areProbabilities: table.areProbabilities)
    for attribute in table.attributes
    where !attribute.isIntersection && attribute.notEvaluableReason == nil
      && attribute.groups.count <= Self.groupLimit
    {
      let sets = Self.matchedSets(table, pairing: pairing, attribute: attribute)
      for first in attribute.groups.indices {
        for second in attribute.groups.indices where second > first {
          let pairs = Self.pairs(table, sets: sets, attribute: attribute, first, second)
          for label in LabelChoice.allCases {
            let kept = pairs.filter { label.keeps(table.labels[$0.first]) }
            guard
              let result = Self.result(
                table, kept, scale: scale, threshold: threshold, attribute: attribute,
                groups: (first, second), label: label, level: 1 - specification.alpha)
            else { continue }
            results.append(result)
          }
        }
      }
    }
  }

  private enum LabelChoice: String, CaseIterable {
    case all, positive, negative
    func keeps(_ isPositive: Bool) -> Bool {
      switch self {
      case .all: true
      case .positive: isPositive
      case .negative: !isPositive
      }
    }
  }

  /// Rows that differ in this attribute only, together.
  private static func matchedSets(
    _ table: EvaluationTable, pairing: Pairing, attribute: AttributeColumn
  ) -> [[Int]] {
    var stratumNumber: [[String]: Int] = [:]
    let stratumOfArm = pairing.arms.map { arm -> Int in
      let rest = arm.values.filter { $0.key != attribute.name }
      let key = rest.keys.sorted().flatMap { [$0, rest[$0] ?? ""] }
      let number = stratumNumber[key] ?? stratumNumber.count
      stratumNumber[key] = number
      return number
    }
    struct Key: Hashable {
      let cluster: Int32
      let stratum: Int
      let seed: Int32
      let isPositive: Bool
    }
    var setOfKey: [Key: Int] = [:]
    var sets: [[Int]] = []
    for row in table.scores.indices where attribute.membership[row] >= 0 {
      let key = Key(
        cluster: table.clusters[row], stratum: stratumOfArm[Int(pairing.armOfRow[row])],
        seed: pairing.seedOfRow.isEmpty ? 0 : pairing.seedOfRow[row],
        isPositive: table.labels[row])
      if let index = setOfKey[key] {
        sets[index].append(row)
      } else {
        setOfKey[key] = sets.count
        sets.append([row])
      }
    }
    return sets
  }

  private static func pairs(
    _ table: EvaluationTable, sets: [[Int]], attribute: AttributeColumn, _ first: Int, _ second: Int
  ) -> [(first: Int, second: Int)] {
    var pairs: [(first: Int, second: Int)] = []
    for rows in sets {
      for a in rows where Int(attribute.membership[a]) == first {
        for b in rows where Int(attribute.membership[b]) == second { pairs.append((a, b)) }
      }
    }
    return pairs
  }

  private static func result(
    _ table: EvaluationTable, _ pairs: [(first: Int, second: Int)], scale: ShiftScale,
    threshold: Double?, attribute: AttributeColumn, groups: (Int, Int), label: LabelChoice,
    level: Double
  ) -> CounterfactualResult? {
    let shifts = pairs.map { scale(table.scores[$0.first]) - scale(table.scores[$0.second]) }
    let clusters = pairs.map { table.clusters[$0.first] }
    guard
      let shift = ClusteredMean(
        values: shifts, clusters: clusters, clusterCount: table.clusterCount)
    else { return nil }
    let interval = shift.interval(level: level)
    var result = CounterfactualResult(
      classifier: table.classifier, finding: table.finding, attribute: attribute.name,
      groupA: attribute.groups[groups.0], groupB: attribute.groups[groups.1], label: label.rawValue,
      pairs: pairs.count, clusters: shift.clusterCount,
      scoreShift: IntervalEstimate(
        estimate: shift.mean, lower: interval?.lower, upper: interval?.upper))
    result.scoreShiftP = shift.pValue
    let means = clusterMeans(shifts, clusters, clusterCount: table.clusterCount)
    result.hodgesLehmann = SignedRank.hodgesLehmann(means)
    result.wilcoxonP = means.allSatisfy { $0 == 0 } ? 1 : SignedRank.pValue(means)
    guard let threshold else { return result }
    let decisions = pairs.map {
      (table.scores[$0.first] >= threshold, table.scores[$0.second] >= threshold)
    }
    addFlips(&result, decisions, clusters, clusterCount: table.clusterCount, level: level)
    return result
  }

  /// Flip rate, net flip and McNemar's test, on base cases where one has several pairs.
  private static func addFlips(
    _ result: inout CounterfactualResult, _ decisions: [(Bool, Bool)], _ clusters: [Int32],
    clusterCount: Int, level: Double
  ) {
    var flips = [Double](repeating: 0, count: clusterCount)
    var trials = flips
    var net = flips
    var counts = PairedCounts(both: 0, firstOnly: 0, secondOnly: 0, neither: 0)
    for ((first, second), cluster) in zip(decisions, clusters) {
      trials[Int(cluster)] += 1
      if first != second { flips[Int(cluster)] += 1 }
      net[Int(cluster)] += (first ? 1 : 0) - (second ? 1 : 0)
      switch (first, second) {
      case (true, true): counts.both += 1
      case (true, false): counts.firstOnly += 1
      case (false, true): counts.secondOnly += 1
      case (false, false): counts.neither += 1
      }
    }
    if let rate = Proportion.clusteredWilson(successes: flips, trials: trials, level: level) {
      result.flipRate = IntervalEstimate(
        estimate: rate.share, lower: rate.interval.lower, upper: rate.interval.upper)
    }
    let estimate = Double(counts.firstOnly - counts.secondOnly) / Double(max(1, counts.total))
    if result.pairs == result.clusters {
      let interval = counts.tangoInterval(level: level)
      result.netFlip = IntervalEstimate(
        estimate: estimate, lower: interval?.lower, upper: interval?.upper)
      result.mcnemarP = counts.mcNemarP
    } else {
      let values = decisions.map { ($0.0 ? 1.0 : 0) - ($0.1 ? 1.0 : 0) }
      let interval = ClusteredMean(values: values, clusters: clusters, clusterCount: clusterCount)?
        .interval(level: level)
      result.netFlip = IntervalEstimate(
        estimate: estimate, lower: interval.map { max(-1, $0.lower) },
        upper: interval.map { min(1, $0.upper) })
      // The exact test on base cases: in which direction does each flip on balance?
      result.mcnemarP =
        PairedCounts(
          both: 0, firstOnly: net.count { $0 > 0 }, secondOnly: net.count { $0 < 0 }, neither: 0
        ).mcNemarP
    }
  }

  private static func clusterMeans(
    _ values: [Double], _ clusters: [Int32], clusterCount: Int
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: clusterCount)
    var counts = sums
    for (value, cluster) in zip(values, clusters) {
      sums[Int(cluster)] += value
      counts[Int(cluster)] += 1
    }
    return sums.indices.filter { counts[$0] > 0 }.map { sums[$0] / counts[$0] }
  }
}
