import AuditModel
import Basics
import Statistics
import Vocabulary

/// One table, analysed overall and by every attribute; the parts run side by side.
struct TableAnalysis: Sendable {
  let overall: [SubgroupResult]
  let attributes: [ByAttribute]

  /// What one attribute of one table shows.
  struct ByAttribute: Sendable {
    var subgroups: SubgroupAnalysis
    /// By what gives verdicts; of a reference classifier the AUC on synthetic images only: there it
    /// tells how findings are drawn.
    var comparisons: [ComparisonAnalysis] = []
    var rateGaps: [RateGap] = []
    /// Where gaps will be compared with others, by metric.
    var influences: [Metric: ClusterInfluence] = [:]
    /// By group: all its others together, where groups are compared with them.
    var others: [String: SubgroupResult] = [:]
    var odds: EqualizedOdds?
    var adjusted: [AdjustedGap] = []
  }

  /// - Parameter keepsInfluence: True where gaps will be compared with a reference panel's or a placebo's.
  /// - Throws: ``AuditFailure`` when a score is not finite.
  init(
    _ table: EvaluationTable, threshold: Double?, keepsInfluence: Bool,
    specification: AnalysisSpecification
  ) throws {
    let cases: SortedCases
    do {
      cases = try SortedCases(
        scores: table.scores, labels: table.labels, clusters: table.clusters,
        clusterCount: table.clusterCount)
    } catch {
      throw AuditFailure("\(table.place): \(error.reason)")
    }
    let rules = SubgroupAnalysis.Rules(
      minimumPositives: specification.minimumPositives,
      minimumNegatives: specification.minimumNegatives,
      minimumClusters: specification.minimumClusters, level: 1 - specification.alpha,
      threshold: threshold, areProbabilities: table.areProbabilities,
      prevalence: specification.deploymentPrevalence[table.finding])
    let everyone = AttributeColumn(
      name: "overall", groups: ["all"],
      membership: [Int32](repeating: 0, count: table.scores.count))
    let columns = [everyone] + table.attributes
    let parts = parallelMap(count: columns.count) { index -> ByAttribute in
      var part = ByAttribute(
        subgroups: SubgroupAnalysis(table, cases: cases, attribute: columns[index], rules: rules))
      guard index > 0 else { return part }
      var comparer = MetricComparer(
        table: table, cases: cases, attribute: columns[index], threshold: threshold,
        specification: specification)
      comparer.meetOthers(part.subgroups, rules: rules)
      part.compare(with: comparer, keepsInfluence: keepsInfluence)
      return part
    }
    overall = parts[0].subgroups.results.map {
      var result = $0
      result.notScored = table.notScored.overall
      return result
    }
    attributes = Array(parts.dropFirst())
  }
}

extension TableAnalysis.ByAttribute {
  /// Everything about this attribute that compares its groups.
  fileprivate mutating func compare(with comparer: MetricComparer, keepsInfluence: Bool) {
    let table = comparer.table
    let judged = comparer.specification.metrics.map(\.metric)
    if keepsInfluence {
      for metric in judged where comparer.obstacle(to: metric) == nil {
        influences[metric] = comparer.comparedEstimates(metric, grouped: subgroups.grouped)
      }
    }
    others = comparer.others?.results ?? [:]
    guard !table.isReference || table.cohort == "synthetic" else { return }
    if !table.isReference {
      let rates = RateGapAnalysis(
        comparer, metrics: Metric.supporting(beside: judged), subgroups: subgroups)
      (rateGaps, odds) = (rates.gaps, rates.odds)
      adjusted =
        AdjustedGapAnalysis(
          comparer, subgroups: subgroups,
          strata: comparer.specification.strata.compactMap { name in
            table.attributes.first { $0.name == name }
          }
        ).gaps
    }
    comparisons = (table.isReference ? [.auc] : judged).map {
      ComparisonAnalysis(comparer, metric: $0, subgroups: subgroups)
    }
    // The cells of millions of cases are needed no more.
    subgroups.forgetCells()
  }
}
