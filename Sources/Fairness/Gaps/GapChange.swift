import AuditModel
import Basics
import Statistics
import Vocabulary

/// Paired changes of every gap of one attribute that the plan compares, from `before` to `after`.
///
/// Both tables must number their clusters alike: an image's cluster has the same number in both. The
/// covariance of all four AUCs comes from the clusters' influence, so sharing cases narrows the
/// interval as it should, by Student's t with the clusters of the scarcest class less one, or fewer where their influence is
/// unequal (``ClusterInfluence/effectiveClusters(of:)``). Groups with
/// fewer than two clusters of a class are not estimable.
///
/// - Parameters:
///   - level: Of all intervals together.
///   - comparisons: Pairs that are compared in all, over which the intervals are widened (Bonferroni).
///   - reference: What groups are compared with, see ``AnalysisSpecification/reference``; `nil`: all pairs.
/// - SeeAlso: Obuchowski 1997; the single-sum form of ``GroupedAUC/jointCovariance(of:)``.
package func gapChanges(
  before: EvaluationTable, after: EvaluationTable, attribute: String, level: Double,
  comparisons: Int = 1, reference: String? = nil
) throws -> [GapChange] {
  guard let first = before.attributes.first(where: { $0.name == attribute }),
    let second = after.attributes.first(where: { $0.name == attribute })
  else { return [] }
  try before.validate()
  try after.validate()
  let groups = first.groups
  let places = second.groups.map { name in groups.firstIndex(of: name).map(Int32.init) ?? -1 }
  let shifted = second.membership.map { member -> Int32 in
    guard member >= 0, places[Int(member)] >= 0 else { return -1 }
    return places[Int(member)] + Int32(groups.count)
  }
  let cases: SortedCases
  do {
    cases = try SortedCases(
      scores: before.scores + after.scores, labels: before.labels + after.labels,
      clusters: before.clusters + after.clusters,
      clusterCount: max(before.clusterCount, after.clusterCount))
  } catch {
    throw AuditFailure("\(before.place): \(error.reason)")
  }
  // Of no one classifier: there are two.
  let question = QuestionPattern(
    cohort: before.cohort, finding: before.finding, attribute: attribute)
  let plan = PairPlan(first, reference: reference)
  let names = plan.names(first)
  let membership = first.membership + shifted
  let whole =
    plan == .withAllOthers
    ? nil : GroupedAUC(cases, membership: membership, groupCount: 2 * groups.count)
  return plan.pairs(of: Array(groups.indices), count: groups.count).map { a, b in
    var row = GapsOfTwo(groupA: names[a], groupB: names[b])
    if let whole {
      row.fill(
        from: whole, [a, b, a + groups.count, b + groups.count], level: level,
        comparisons: comparisons)
    } else {
      let (count, group) = (Int32(groups.count), Int32(a))
      let sides = membership.map { $0 < 0 ? -1 : $0 / count * 2 + ($0 % count == group ? 0 : 1) }
      row.fill(
        from: GroupedAUC(cases, membership: sides, groupCount: 4), [0, 1, 2, 3], level: level,
        comparisons: comparisons)
    }
    return GapChange(question, row)
  }
}

extension GapsOfTwo {
  /// - Parameters:
  ///   - four: Places of A and B before, then after.
  ///   - comparisons: Pairs that the level is shared by.
  fileprivate mutating func fill(
    from grouped: GroupedAUC, _ four: [Int], level: Double, comparisons: Int
  ) {
    let fewest = four.map { min(grouped.positiveClusters[$0], grouped.negativeClusters[$0]) }.min()
    guard let fewest, fewest >= 2 else {
      reason = "a group has fewer than two clusters with or without the finding"
      return
    }
    let gapBefore = grouped.auc[four[0]] - grouped.auc[four[1]]
    let gapAfter = grouped.auc[four[2]] - grouped.auc[four[3]]
    let covariance = grouped.jointCovariance(of: four).covariance
    let contrast = [-1.0, 1, 1, -1]
    var variance = 0.0
    var scale = 0.0
    for row in 0..<4 {
      scale += covariance[row, row]
      for column in 0..<4 {
        variance += contrast[row] * contrast[column] * covariance[row, column]
      }
    }
    // Identical classifiers leave only rounding.
    let error = variance > 1e-13 * scale ? variance.squareRoot() : 0
    let effective = ClusterInfluence(grouped).effectiveClusters(
      of: zip(four, contrast).map { (group: $0, weight: $1) })
    let freedom = max(1, min(Double(fewest), effective) - 1)
    let count = Double(max(1, comparisons))
    let reach =
      StudentTail.criticalValue(alpha: (1 - level) / count, degreesOfFreedom: freedom) * error
    self.gapBefore = gapBefore
    self.gapAfter = gapAfter
    change = gapAfter - gapBefore
    standardError = error
    lower = gapAfter - gapBefore - reach
    upper = gapAfter - gapBefore + reach
    let alone =
      error > 0
      ? StudentTail.twoSidedP((gapAfter - gapBefore) / error, degreesOfFreedom: freedom) : 1
    p = alone
    pAdjusted = min(1, count * alone)
  }
}
