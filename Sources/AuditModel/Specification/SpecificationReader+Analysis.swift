import Basics
import Vocabulary

extension SpecificationReader {
  func readAnalysis(
    _ object: ObjectReader, findings: [String], classifiers: [String],
    among specification: AuditSpecification, in top: ObjectReader
  ) -> AnalysisSpecification {
    object.allowOnly([
      "groups", "intersections", "cluster", "alpha", "delta", "harm", "thresholds", "minimumCell",
      "multiplicity", "replicates", "seed", "missing",
    ])
    var analysis = AnalysisSpecification()
    let groups = readGroups(object, of: specification, in: top)
    analysis.groups = groups.rules
    analysis.intersections = groups.intersections
    analysis.cluster =
      object.choice("cluster", AnalysisSpecification.Cluster.self) ?? analysis.cluster
    analysis.alpha =
      object.number("alpha", "above 0 and at most 0.5") { $0 > 0 && $0 <= 0.5 } ?? analysis.alpha
    analysis.delta =
      object.number("delta", "above 0 and below 1") { $0 > 0 && $0 < 1 } ?? analysis.delta
    analysis.harm =
      object.number("harm", "from 0 to below 1") { $0 >= 0 && $0 < 1 } ?? analysis.harm
    let thresholds = readThresholds(object, findings: findings, classifiers: classifiers)
    analysis.thresholds = thresholds.shared
    analysis.classifierThresholds = thresholds.byClassifier
    analysis.multiplicity =
      object.choice("multiplicity", AnalysisSpecification.Multiplicity.self)
      ?? analysis.multiplicity
    analysis.missing =
      object.number("missing", "from 0 to 1") { $0 >= 0 && $0 <= 1 } ?? analysis.missing
    analysis.replicates = object.integer("replicates", in: 1...10_000_000) ?? analysis.replicates
    analysis.seed = object.seed("seed") ?? analysis.seed
    if let cell = object.object("minimumCell") {
      cell.allowOnly(["positives", "negatives", "clusters"])
      analysis.minimumPositives =
        cell.integer("positives", in: 1...1_000_000_000) ?? analysis.minimumPositives
      analysis.minimumNegatives =
        cell.integer("negatives", in: 1...1_000_000_000) ?? analysis.minimumNegatives
      analysis.minimumClusters =
        cell.integer("clusters", in: 1...1_000_000_000) ?? analysis.minimumClusters
    }
    return analysis
  }

  static func inWords(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
