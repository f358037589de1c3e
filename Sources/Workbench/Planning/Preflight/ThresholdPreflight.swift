import AuditModel
import Basics

/// Thresholds that a rule chooses are chosen on scores that there will be.
struct ThresholdPreflight {
  let specification: AuditSpecification

  func faults() -> [AuditFailure] {
    let cohorts =
      (specification.cohort == nil ? [] : ["synthetic"])
      + (specification.real == nil ? [] : ["real"])
    return rules.compactMap { finding, classifier, chosenOn -> AuditFailure? in
      guard cohorts.contains(chosenOn) else {
        return AuditFailure(
          "analysis.thresholds.\(finding).chosenOn names '\(chosenOn)', which is no cohort of this "
            + "audit",
          hint: (nearestName(to: chosenOn, in: cohorts).map { "did you mean \"\($0)\"? " } ?? "")
            + "write \(cohorts.map { "\"\($0)\"" }.joined(separator: " or ")), or give the threshold "
            + "as a number")
      }
      let silent = specification.classifiers.first {
        chosenOn == "synthetic" && !$0.readsImages && (classifier ?? $0.name) == $0.name
      }
      return silent.map {
        AuditFailure(
          "analysis.thresholds.\(finding).chosenOn names 'synthetic', and '\($0.name)' has published "
            + "scores only, which know nothing of images drawn for this audit",
          hint: "choose on \"real\", or give its threshold as a number under \"classifiers\"")
      }
    }
  }

  /// Finding, classifier (nil: all) and the cohort on which the threshold is chosen.
  private var rules: [(finding: String, classifier: String?, chosenOn: String)] {
    func cohort(_ rule: AnalysisSpecification.ThresholdRule) -> String? {
      switch rule {
      case .value: nil
      case .sensitivity(_, let chosenOn), .specificity(_, let chosenOn), .maximumF1(let chosenOn):
        chosenOn
      }
    }
    let analysis = specification.analysis
    let shared = analysis.thresholds.compactMap { finding, rule in
      cohort(rule).map { (finding: finding, classifier: String?.none, chosenOn: $0) }
    }
    let own = analysis.classifierThresholds.flatMap { finding, rules in
      rules.compactMap { classifier, rule in
        cohort(rule).map { (finding: finding, classifier: String?.some(classifier), chosenOn: $0) }
      }
    }
    return (shared + own).sorted {
      ($0.finding, $0.classifier ?? "") < ($1.finding, $1.classifier ?? "")
    }
  }
}
