import AuditModel
import Fairness
import Foundation
import Vocabulary

/// A world with known truth: groups of patients, their images, scores of several findings.
struct Scene: Sendable {
  enum Images: Sendable {
    case one
    /// Log-normal, most patients few, some dozens, as in public archives.
    case archive
    /// One to 40 in the first group, one elsewhere.
    case heavyFirstGroup
    /// One to 40 everywhere.
    case heavy
  }

  /// What is wrong to say in this world.
  enum Truth: Sendable {
    case noDifference
    /// Every pair with the first group differs by exactly the harm margin.
    case gapIsHarm(Double)
    /// Likewise by exactly δ.
    case gapIsDelta(Double)
    /// Likewise by this; whoever else is named is named wrongly.
    case onlyFirstDiffers(Double)
    /// On synthetic images, another seed makes a gap as large as the arms'.
    case generatorNoise(Double)
    /// On synthetic images, the panel has the same gap.
    case panelShares(Double)
    /// On synthetic images, the gap is the classifier's own.
    case attributable(Double)

    /// By how much the first group is worse.
    var gap: Double {
      switch self {
      case .noDifference: 0
      case .gapIsHarm(let gap), .gapIsDelta(let gap), .onlyFirstDiffers(let gap),
        .generatorNoise(let gap), .panelShares(let gap), .attributable(let gap):
        gap
      }
    }
  }

  var name: String
  /// Patients with and without the findings, by group.
  var positives: [Int]
  var negatives: [Int]
  var images = Images.one
  var findings = 1
  var classifiers = 1
  var auc = 0.85
  var truth = Truth.noDifference
  /// Spread of the first group's positives relative to the others'.
  var firstSpread = 1.0
  /// Scores are rounded to so many levels; 0 leaves them.
  var levels = 0
  /// Share of the negatives below the threshold; sensitivity follows from the AUC.
  var specificity = 0.9
  /// True for arms of the same base cases.
  var isPaired = false
  /// True where a second attribute halves everybody and is crossed with the first.
  var isCrossed = false
  /// Classifiers of the reference panel.
  var references = 0
  /// Findings share this part of the patient's content.
  var commonContent = 0.5
  /// Metrics that give verdicts.
  var metrics: [Metric] = [.auc]
  /// True where gaps are also shown within strata of the second attribute.
  var isStratified = false
  /// True where every group is compared with all the others together; only in worlds without a gap.
  var isWithAllOthers = false

  var groupCount: Int { positives.count }
  var names: [String] { (0..<findings).map { "finding \($0)" } }
  var models: [String] { (0..<classifiers).map { "model \($0)" } }
  var isSynthetic: Bool {
    switch truth {
    case .generatorNoise, .panelShares, .attributable: true
    default: false
    }
  }
  /// Groups differ in nothing, prevalence included: metrics that follow it are equal as well.
  var isPrevalenceEqual: Bool {
    let shares = zip(positives, negatives).map { Double($0) / Double($0 + $1) }
    return (shares.max() ?? 0) - (shares.min() ?? 0) < 1e-9
  }

  /// Of the plan.
  var alpha: Double { AnalysisSpecification().alpha }

  /// Correlation of scores of two images of one patient.
  static let patientCorrelation = 0.6

  /// Of every finding, declared for the predictive value at the place of use.
  static let deploymentPrevalence = 0.1

  func specification() -> AnalysisSpecification {
    var specification = AnalysisSpecification()
    for finding in names {
      specification.deploymentPrevalence[finding] = Self.deploymentPrevalence
    }
    specification.minimumClusters = 10
    specification.metrics = metrics.map { JudgedMetric($0) }
    if isStratified { specification.strata = ["half"] }
    if isWithAllOthers { specification.reference["group"] = AnalysisSpecification.allOthers }
    switch truth {
    case .gapIsHarm(let gap): specification.harm = gap
    case .gapIsDelta(let gap): specification.delta = gap
    default: break
    }
    let threshold = SceneScores.probability(of: specificity)
    for finding in names { specification.thresholds[finding] = .value(threshold) }
    return specification
  }
}
