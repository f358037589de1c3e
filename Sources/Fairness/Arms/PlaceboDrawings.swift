import AuditModel
import Statistics
import Vocabulary

/// Two drawings of the same cases that should not differ, as two groups.
struct PlaceboDrawings {
  private let kind: String
  private let comparer: MetricComparer
  private let grouped: GroupedAUC

  /// - Returns: nil for scores that no statistic may see.
  init?(_ placebo: Pairing.Placebo, table: EvaluationTable, threshold: Double?) {
    let count = placebo.originalScores.count
    guard
      let cases = try? SortedCases(
        scores: placebo.originalScores + placebo.placeboScores,
        labels: placebo.labels + placebo.labels, clusters: placebo.clusters + placebo.clusters,
        clusterCount: table.clusterCount)
    else { return nil }
    kind = placebo.kind
    let membership =
      [Int32](repeating: 0, count: count) + [Int32](repeating: 1, count: count)
    comparer = MetricComparer(
      table: table, cases: cases,
      attribute: AttributeColumn(
        name: placebo.kind, groups: ["first", "second"], membership: membership),
      threshold: threshold, specification: AnalysisSpecification())
    grouped = GroupedAUC(cases, membership: membership, groupCount: 2)
  }

  /// - Returns: nil where the gap between the drawings cannot be estimated by this metric.
  func control(by metric: Metric) -> PlaceboAnalysis.Control? {
    guard comparer.obstacle(to: metric) == nil else { return nil }
    // Drawings that both separate the classes say nothing of noise.
    if metric == .auc, !(grouped.variance[0] > 0 || grouped.variance[1] > 0) { return nil }
    let estimates = comparer.estimates(metric, grouped: grouped)
    let joint = estimates.jointCovariance(of: [0, 1])
    guard !estimates.values.contains(where: \.isNaN),
      let contrast = GroupContrast.allPairs(auc: estimates.values, covariance: joint.covariance)
        .first,
      contrast.z != nil
    else { return nil }
    return PlaceboAnalysis.Control(
      kind: kind, difference: contrast.difference, standardError: contrast.standardError,
      influence: estimates)
  }
}
