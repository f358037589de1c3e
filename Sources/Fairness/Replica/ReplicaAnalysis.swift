import AuditModel
import Statistics
import Vocabulary

/// Sets the twins of a replica cohort beside their real cases: by group, by gap, and over all groups.
package struct ReplicaAnalysis: Sendable {
  package private(set) var record: ReplicaRecord
  /// G10, one per classifier × finding.
  package private(set) var gates: [GateResult] = []

  /// - Parameters:
  ///   - tables: Of both cohorts; twins share the cluster numbers of their real cases.
  ///   - thresholds: As the analysis chose them, by finding or `classifier/finding`.
  package init(
    _ tables: [EvaluationTable], thresholds: [String: ThresholdRecord],
    specification: AnalysisSpecification
  ) throws {
    record = ReplicaRecord(agreements: [], groups: [], gaps: [], caution: Self.caution)
    var byClassifier: [(classifier: String, scenes: [ReplicaScene])] = []
    for real in tables where real.cohort == "real" && !real.isReference {
      guard
        let twins = tables.first(where: {
          $0.cohort == "synthetic" && $0.classifier == real.classifier && $0.finding == real.finding
        })
      else { continue }
      let threshold =
        thresholds["\(real.classifier)/\(real.finding)"] ?? thresholds[real.finding]
      guard
        let scene = try ReplicaScene(
          real: real, twins: twins, threshold: threshold?.value, specification: specification)
      else { continue }
      add(scene, specification: specification)
      if byClassifier.last?.classifier == real.classifier {
        byClassifier[byClassifier.count - 1].scenes.append(scene)
      } else {
        byClassifier.append((real.classifier, [scene]))
      }
    }
    for (classifier, scenes) in byClassifier where scenes.count > 1 {
      if let row = ReplicaMean(scenes, level: 1 - specification.alpha)?.agreement(of: classifier) {
        record.agreements.append(row)
      }
    }
  }

  private mutating func add(_ scene: ReplicaScene, specification: AnalysisSpecification) {
    for metric in ReplicaMetric.allCases where scene.has(metric) {
      let attributes: [String?] = scene.attributes.map(\.name)
      for name in attributes + (attributes.count > 1 ? [nil] : []) {
        if let row = scene.agreement(metric, attribute: name) { record.agreements.append(row) }
      }
      record.groups += scene.groups(metric)
      record.gaps += scene.gaps(metric)
    }
    gates.append(gate(scene, delta: specification.delta))
  }

  /// Do gaps and levels on twins stand for those on patients?
  private func gate(_ scene: ReplicaScene, delta: Double) -> GateResult {
    let name = "Twins repeat real results, \(scene.classifier), \(scene.finding)"
    let rule =
      "the interval of the mean difference in AUC and those of all differences of gaps lie within "
      + "±\(Words.area(delta))"
    let gaps = record.gaps.filter {
      $0.classifier == scene.classifier && $0.finding == scene.finding && $0.metric == "auc"
    }
    let row = record.agreements.last {
      $0.classifier == scene.classifier && $0.finding == scene.finding && $0.metric == "auc"
    }
    guard let row, let bias = row.bias?.estimate, let lower = row.bias?.lower,
      let upper = row.bias?.upper, !gaps.isEmpty
    else {
      return GateResult(
        .transfer, name: name, status: .notRun, rule: rule,
        sentence: "Too few groups have both real cases and twins to compare.")
    }
    let outside = gaps.filter {
      ($0.difference.lower ?? -1) < -delta || ($0.difference.upper ?? 1) > delta
    }
    let passes = outside.isEmpty && lower >= -delta && upper <= delta
    return GateResult(
      .transfer, name: name, status: passes ? .pass : .warn, value: row.concordance?.estimate,
      rule: rule,
      sentence: "On twins the AUC of \(scene.classifier) for \(scene.finding) differs from that on "
        + "real cases by \(Words.signedArea(bias)) on average (\(Words.signedArea(lower)) to "
        + "\(Words.signedArea(upper))), and \(outside.count) of \(gaps.count) gaps between groups are "
        + "not shown to be repeated within δ"
        + (passes ? "." : ": synthetic gaps must not be taken for gaps among patients."))
  }

  private static let caution = """
    Pearson's r alone misleads. It is 1 for twins that are all easier, or all harder, than their \
    real cases by the same amount; over few groups it is high by chance; and for weighted F1, the \
    paper's metric, it is high even where no group differs, because real cases and twins share \
    their labels and F1 follows the prevalence. Chance in small groups pulls r, the concordance and \
    the signs towards no agreement, so they are given as observed, without an interval. Whether twins can stand for patients is shown by \
    the concordance, the bias and the signs of the gaps, on metrics that do not follow the \
    prevalence.
    """
}

/// What is compared between real cases and twins.
enum ReplicaMetric: String, CaseIterable, Sendable {
  case auc, sensitivity, falsePositiveRate, weightedF1

  /// By group; NaN where undefined.
  func values(of found: WeightedGroups.Values) -> [Double] {
    switch self {
    case .auc: found.auc
    case .sensitivity: zip(found.truePositives, found.positives).map(/)
    case .falsePositiveRate: zip(found.falsePositives, found.negatives).map(/)
    case .weightedF1:
      found.positives.indices.map {
        Fairness.weightedF1(
          truePositives: found.truePositives[$0], falsePositives: found.falsePositives[$0],
          positives: found.positives[$0], negatives: found.negatives[$0]) ?? .nan
      }
    }
  }

  var name: String {
    switch self {
    case .auc: "AUC"
    case .sensitivity: "sensitivity"
    case .falsePositiveRate: "false-positive rate"
    case .weightedF1: "weighted F1"
    }
  }
}
