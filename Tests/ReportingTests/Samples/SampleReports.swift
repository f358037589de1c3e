import AuditModel
import Foundation
import Vocabulary

// Foundation has a type of the same name.
import struct AuditModel.ComparisonResult

/// Reports with made-up results, of the shapes that real audits have.
enum SampleReports {
  static let analysis: AnalysisSpecification = {
    var analysis = AnalysisSpecification()
    analysis.delta = 0.05
    analysis.replicates = 2000
    analysis.seed = 7
    return analysis
  }()

  static func bare(_ name: String, title: String, familySize: Int) -> AuditReport {
    let hash = String(repeating: "9f2c41d07be35a86", count: 4)
    var report = AuditReport(
      name: name, title: title,
      plan: PlanRecord(
        specification: analysis, familySize: familySize, hash: hash, exploratory: false),
      provenance: Provenance(
        toolVersion: "audit 0.1.0", specificationHash: String(repeating: "0a1b2c3d", count: 8),
        planHash: hash, command: "audit run audits/\(name).json"))
    report.provenance.stages = [
      StageRecord(name: "generate", seconds: 148.31, finished: "2026-11-24T06:02:11Z"),
      StageRecord(name: "score", seconds: 9.04, finished: "2026-11-24T06:02:20Z"),
      StageRecord(name: "analyse", seconds: 1.2, finished: "2026-11-24T06:02:21Z"),
    ]
    report.provenance.environment = ["cpu": "2 cores, AVX-512", "system": "Linux 6.1"]
    return report
  }

  static let empty = bare("empty", title: "An audit of nothing", familySize: 0)

  /// One row of subgroup results with limits of a plausible width.
  static func subgroup(
    _ classifier: String, _ cohort: String, _ finding: String, _ attribute: String,
    _ group: String, positives: Int, negatives: Int, clusters: Int, auc: Double?
  ) -> SubgroupResult {
    let isSmall = positives < 10 || negatives < 10
    var row = SubgroupResult(
      Question(classifier: classifier, cohort: cohort, finding: finding, attribute: attribute),
      group: group, positives: positives, negatives: negatives, clusters: clusters,
      status: auc == nil ? .notEvaluable : isSmall ? .smallCell : .ok)
    guard let auc else {
      row.reason = "the generator's model card does not support this group"
      return row
    }
    if isSmall { row.reason = "fewer than 10 with the finding" }
    let error = 0.42 / Double(max(positives, 2)).squareRoot()
    row.auc = auc
    row.standardError = error
    row.lower = max(0, auc - 1.96 * error)
    row.upper = min(1, auc + 1.96 * error)
    row.intervalMethod = "logit-transformed, clustered DeLong"
    row.sensitivity = rate(auc - 0.11, positives)
    row.specificity = rate(auc - 0.02, negatives)
    row.falseNegativeRate = rate(1.11 - auc, positives)
    row.falsePositiveRate = rate(1.02 - auc, negatives)
    row.brier = 0.31 - auc / 5
    row.calibrationSlope = 0.7 + auc / 4
    row.expectedCalibrationError = 0.3 - auc / 4
    return row
  }

  static func rate(_ share: Double, _ count: Int) -> IntervalEstimate {
    let half = 1.96 * (share * (1 - share) / Double(max(count, 1))).squareRoot()
    return IntervalEstimate(
      estimate: share, lower: max(0, share - half), upper: min(1, share + half))
  }

  /// All pairs of the groups that have an AUC.
  static func comparisons(_ rows: [SubgroupResult], critical: Double = 2.4) -> [ComparisonResult] {
    var all: [ComparisonResult] = []
    for (index, first) in rows.enumerated() {
      for second in rows.dropFirst(index + 1) {
        var pair = ComparisonResult(
          first.question, groupA: first.group, groupB: second.group)
        if let a = first.auc, let b = second.auc, first.status == .ok, second.status == .ok,
          let sa = first.standardError, let sb = second.standardError
        {
          let error = (sa * sa + sb * sb).squareRoot() / 2
          let z = (a - b) / error
          pair.difference = a - b
          pair.standardError = error
          pair.z = z
          pair.p = erfc(abs(z) / 2.0.squareRoot())
          pair.pMaxT = min(1, (pair.p ?? 1) * Double(max(1, rows.count - 1)))
          pair.pAdjusted = min(1, (pair.pMaxT ?? 1) * 4)
          pair.lower = a - b - critical * error
          pair.upper = a - b + critical * error
          pair.withinDelta = abs(a - b) + 1.645 * error < 0.05
        } else {
          pair.reason = "one of the groups was not evaluated"
        }
        all.append(pair)
      }
    }
    return all
  }

  /// The verdict that the pairs call for.
  static func verdict(
    _ rows: [SubgroupResult], _ pairs: [ComparisonResult], needed: Int? = nil
  ) -> Verdict {
    let first = rows[0]
    let tested = pairs.filter { $0.difference != nil }
    let strongest = tested.max { abs($0.z ?? 0) < abs($1.z ?? 0) }
    let subject = "\(first.classifier) on \(first.finding) by \(first.attribute)"
    guard let strongest, let difference = strongest.difference else {
      var verdict = Verdict(
        first.question, verdict: .notEvaluable,
        sentence: "Nothing can be said about \(subject): no two groups could be evaluated.")
      verdict.reasons = ["The generator's model card does not support these groups."]
      return verdict
    }
    let isFlagged = (strongest.lower ?? -1) > 0 || (strongest.upper ?? 1) < 0
    let kind: Verdict.Kind =
      isFlagged ? .flagged : tested.allSatisfy(\.withinDelta) ? .withinDelta : .inconclusive
    let (better, worse) =
      difference > 0
      ? (strongest.groupA, strongest.groupB) : (strongest.groupB, strongest.groupA)
    let size = String(format: "%.3f", abs(difference))
    let sentence =
      switch kind {
      case .flagged:
        "\(subject): it ranks cases worse for \(worse) than for \(better), by \(size) in AUC."
      case .withinDelta: "\(subject): all groups lie within 0.05 of each other in AUC."
      default: "\(subject): the data can neither show nor rule out a difference of 0.05 in AUC."
      }
    var verdict = Verdict(
      first.question, verdict: kind, sentence: sentence)
    verdict.worstPair = [better, worse]
    verdict.worstDifference = abs(difference)
    verdict.worstZ = abs(strongest.z ?? 0)
    verdict.pMaxT = strongest.pMaxT
    verdict.pMaxTMethod = "normal"
    verdict.pAdjusted = strongest.pAdjusted
    let aucs = rows.compactMap(\.auc)
    verdict.range = (aucs.max() ?? 0) - (aucs.min() ?? 0)
    verdict.rangeLower = max(0, abs(difference) - 0.04)
    verdict.rangeUpper = abs(difference) + 0.04
    verdict.rangeNullMean = 0.021
    verdict.rangeNull95 = 0.052
    verdict.criticalValue = 2.4
    verdict.betweenGroupVariance = 0.00031
    if kind == .inconclusive { verdict.requiredClusters = needed ?? 260 }
    return verdict
  }
}
