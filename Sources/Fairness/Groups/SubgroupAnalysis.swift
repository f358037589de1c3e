import AuditModel
import Statistics
import Vocabulary

/// All groups of one attribute of one table: counts, status, AUC and the other metrics.
struct SubgroupAnalysis {
  /// What may be said about a group.
  struct Rules {
    var minimumPositives: Int
    var minimumNegatives: Int
    var minimumClusters: Int
    var level: Double
    var threshold: Double?
    var areProbabilities: Bool
    /// Of the finding at the place of use.
    var prevalence: Double?
  }

  let results: [SubgroupResult]
  /// Of the groups with both classes; none for intersections, which would crowd every plot.
  let rocCurves: [ROCCurve]
  /// Only where scores are probabilities.
  let calibrationCurves: [CalibrationCurve]
  private(set) var grouped: GroupedAUC
  private let rules: Rules
  /// Groups whose status is `ok`, in order.
  let evaluable: [Int]

  /// Beyond this many groups curves cannot be told apart.
  private static let curveLimit = 12

  init(_ table: EvaluationTable, cases: SortedCases, attribute: AttributeColumn, rules: Rules) {
    self.rules = rules
    let groupCount = attribute.groups.count
    let grouped = GroupedAUC(cases, membership: attribute.membership, groupCount: groupCount)
    self.grouped = grouped
    let split = GroupCases.split(cases, membership: attribute.membership, groupCount: groupCount)
    // Its influence is asked for once, and gives every group an interval.
    let precision = MetricCases(
      .precision, cases: cases, membership: attribute.membership, groupCount: groupCount
    ).estimates(sharing: grouped)
    let precisionErrors = precision.groupVariances()
    let counted = parallelMap(count: groupCount) { group in
      var result = SubgroupResult(
        table.question(of: attribute.name), group: attribute.groups[group],
        positives: grouped.positives[group], negatives: grouped.negatives[group],
        clusters: grouped.clusters[group], status: .ok)
      result.notScored = table.notScored.count(
        attribute: attribute.name, group: attribute.groups[group])
      if let reason = attribute.notEvaluableReason {
        result.status = .notEvaluable
        result.reason = reason
        return result
      }
      Self.judge(&result, grouped: grouped, group: group, rules: rules, unit: table.clusterUnit)
      GroupMetrics(
        split[group], threshold: rules.threshold, areProbabilities: rules.areProbabilities,
        level: rules.level
      ).write(to: &result)
      if let prevalence = rules.prevalence, let threshold = rules.threshold {
        result.deployment = DeploymentValue(
          prevalence: prevalence, sensitivity: result.sensitivity,
          falsePositiveRate: result.falsePositiveRate, threshold: threshold,
          areProbabilities: rules.areProbabilities)
      }
      result.averagePrecisionInterval = Self.interval(
        around: result.averagePrecision, variance: precisionErrors[group].variance,
        clusters: min(
          Double(precision.support[group]), precisionErrors[group].effectiveClusters),
        level: rules.level)
      return result
    }
    let results = Self.shrunk(counted)
    self.results = results
    let drawn = results.indices.filter {
      !attribute.isIntersection && attribute.notEvaluableReason == nil
        && results.count <= Self.curveLimit && results[$0].auc != nil
    }
    rocCurves = drawn.compactMap { GroupCurves.roc(split[$0], of: results[$0]) }
    calibrationCurves =
      rules.areProbabilities
      ? drawn.compactMap {
        GroupCurves.calibration(split[$0], of: results[$0], level: rules.level)
      } : []
    evaluable = results.indices.filter { results[$0].status == .ok }
  }

  /// Groups with enough cases for `metric`, by their indices.
  ///
  /// What separates the classes completely has no AUC to compare, and may have rates.
  func evaluable(for metric: Metric) -> [Int] {
    guard metric != .auc else { return evaluable }
    return results.indices.filter {
      results[$0].status != .notEvaluable
        && results[$0].positives >= rules.minimumPositives
        && results[$0].negatives >= rules.minimumNegatives
        && results[$0].clusters >= rules.minimumClusters
    }
  }

  /// Student's t on the influences of the group's clusters, on the logit scale: in groups of a few dozen
  /// the error of an average precision leans to one side (Boyd, Eng and Page, ECML PKDD 2013).
  private static func interval(
    around estimate: Double?, variance: Double, clusters: Double, level: Double
  ) -> IntervalEstimate? {
    guard let estimate, clusters >= 2, variance > 0 else { return nil }
    let limits = AUCInterval.logit(
      auc: estimate, variance: variance, level: level, degreesOfFreedom: max(1, clusters - 1))
    return IntervalEstimate(estimate: estimate, lower: limits?.lower, upper: limits?.upper)
  }

  /// AUCs drawn towards their weighted mean by v/(v + τ²), with the spread τ² between groups by the
  /// method of moments (DerSimonian and Laird 1986; Efron and Morris 1975).
  private static func shrunk(_ results: [SubgroupResult]) -> [SubgroupResult] {
    let usable = results.indices.filter {
      results[$0].status == .ok && (results[$0].standardError ?? 0) > 0
    }
    guard usable.count >= 3 else { return results }
    let values = usable.compactMap { results[$0].auc }
    let variances = usable.compactMap { results[$0].standardError.map { $0 * $0 } }
    guard values.count == usable.count else { return results }
    func mean(_ weights: [Double]) -> Double {
      zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
    let fixed = variances.map { 1 / $0 }
    let center = mean(fixed)
    let q = zip(fixed, values).reduce(0) { $0 + $1.0 * ($1.1 - center) * ($1.1 - center) }
    let sum = fixed.reduce(0, +)
    let scale = sum - fixed.reduce(0) { $0 + $1 * $1 } / sum
    let between = scale > 0 ? max(0, (q - Double(values.count - 1)) / scale) : 0
    let grand = mean(variances.map { 1 / ($0 + between) })
    var results = results
    for (place, index) in usable.enumerated() {
      let kept = between / (between + variances[place])
      results[index].shrunkAUC = grand + kept * (values[place] - grand)
    }
    return results
  }

  /// Drops what only comparisons of these groups need.
  mutating func forgetCells() { grouped.forgetCells() }

  /// AUC, interval and status. Counts come first: a group too small is shown but never compared.
  private static func judge(
    _ result: inout SubgroupResult, grouped: GroupedAUC, group: Int, rules: Rules, unit: String
  ) {
    let (positives, negatives) = (result.positives, result.negatives)
    let auc = grouped.auc[group]
    let variance = grouped.variance[group]
    if !auc.isNaN { result.auc = auc }
    if variance > 0 {
      result.standardError = variance.squareRoot()
    }
    let interval =
      auc.isNaN
      ? nil
      : AUCInterval.logit(
        auc: auc, variance: variance, level: rules.level,
        degreesOfFreedom: grouped.degreesOfFreedom(of: group))
        ?? AUCInterval.scoreType(
          auc: auc, positives: grouped.positiveClusters[group],
          negatives: grouped.negativeClusters[group], level: rules.level)
    result.lower = interval?.lower
    result.upper = interval?.upper
    result.intervalMethod = interval?.method
    if positives < 2 || negatives < 2 {
      result.status = .notEstimable
      result.reason =
        "has \(Words.count(positives, "positive")) and \(Words.count(negatives, "negative")); "
        + "an AUC with its uncertainty needs at least 2 of each"
    } else if positives < rules.minimumPositives || negatives < rules.minimumNegatives
      || result.clusters < rules.minimumClusters
    {
      result.status = .smallCell
      result.reason =
        "has \(Words.count(positives, "positive")), \(Words.count(negatives, "negative")) and "
        + "\(result.clusters) \(unit); the plan asks for at least \(rules.minimumPositives), "
        + "\(rules.minimumNegatives) and \(rules.minimumClusters)"
    } else if variance.isNaN {
      result.status = .notEstimable
      result.reason =
        "all its positives or all its negatives come from one of the \(unit), so the uncertainty "
        + "cannot be estimated"
    } else if variance <= 1e-20 {
      result.status = .notEstimable
      result.reason =
        auc == 1 || auc == 0
        ? "the scores separate its positives from its negatives completely (AUC \(Int(auc))), so "
          + "the standard error is 0 and says nothing"
        : "its scores do not vary, so the standard error is 0 and says nothing"
    }
  }
}
