import AuditModel
import Statistics

/// The smallest AUC gap that a design can find, before anything is drawn or scored.
package struct DetectableGap: Sendable, Equatable, Codable {
  package var finding: String
  package var attribute: String
  package var groups: Int
  /// Clusters with and without the finding, in the smallest group.
  package var positives: Int
  package var negatives: Int
  package var at80Percent: Double
  package var at90Percent: Double
  /// Clusters per class and group that show a true difference of 0 to be within δ, with 80 % power.
  package var requiredPerClassForDelta: Int?
  package var sentence: String
}

/// What the variance of a gap is assumed to be where no pilot scores exist.
package struct DesignAssumptions: Sendable, Equatable {
  /// AUC in every group.
  package var auc = 0.85
  /// Correlation of the AUCs of two arms of the same base cases; 0 for groups of different patients.
  package var armCorrelation = 0.5
  /// Correlation of the scores' influence between images of one cluster within a group.
  package var imageCorrelation = 0.8
  /// Images of one cluster within a group.
  package var imagesPerCluster = 1.0

  package init() {}
}

/// Clusters of one group with and without the finding.
package struct DesignCell: Sendable, Equatable {
  package var positives: Int
  package var negatives: Int

  package init(positives: Int, negatives: Int) {
    self.positives = positives
    self.negatives = negatives
  }
}

/// What an earlier audit of the same kind measured.
package struct PilotGap: Sendable, Equatable {
  /// The largest standard error of a difference between two groups of the attribute.
  package var standardError: Double
  /// Clusters it came from.
  package var clusters: Int
  /// Of the pilot's max-T, where known; else Bonferroni's bound is used.
  package var criticalValue: Double?
  /// Names the pilot in the sentence.
  package var name: String

  package init(standardError: Double, clusters: Int, criticalValue: Double?, name: String) {
    self.standardError = standardError
    self.clusters = clusters
    self.criticalValue = criticalValue
    self.name = name
  }
}

/// Planning by Hanley and McNeil's variance, with Bonferroni's bound in place of max-T.
///
/// Max-T is never less powerful than this bound, so the audit finds at least what is promised.
///
/// - Parameters:
///   - cells: The groups that will be compared; the two with the largest variance decide.
/// - Returns: `nil` where the design has fewer than two groups or a group has fewer than two clusters
///   of a class.
package func detectableGap(
  finding: String, attribute: String, cells: [DesignCell], assumptions: DesignAssumptions,
  specification: AnalysisSpecification
) -> DetectableGap? {
  guard cells.count >= 2, cells.allSatisfy({ $0.positives >= 2 && $0.negatives >= 2 }),
    assumptions.auc > 0, assumptions.auc < 1
  else { return nil }
  let perCluster = max(1, assumptions.imagesPerCluster)
  let effect =
    Power.designEffect(perCluster: perCluster, correlation: assumptions.imageCorrelation)
    / perCluster
  let variances = cells.map {
    effect
      * Power.hanleyMcNeilVariance(
        auc: assumptions.auc, positives: Double($0.positives), negatives: Double($0.negatives))
  }.sorted(by: >)
  let design = PlannedDesign(
    finding: finding, attribute: attribute, cells: cells,
    standardError: Power.standardErrorOfDifference(
      varianceA: variances[0], varianceB: variances[1], correlation: assumptions.armCorrelation),
    criticalValue: nil, largestGap: max(assumptions.auc, 1 - assumptions.auc),
    basis: "assuming AUC \(Words.fixed(assumptions.auc, 2)), correlation "
      + "\(Words.fixed(assumptions.armCorrelation, 2)) between groups"
      + (perCluster > 1
        ? ", \(Words.fixed(perCluster, 1)) images per cluster and group correlated by "
          + Words.fixed(assumptions.imageCorrelation, 2) : ""))
  return design.gap(specification)
}

/// Planning from what a pilot measured: standard errors shrink with the root of the clusters.
///
/// - Parameter clusters: That the planned audit will have for this finding.
package func detectableGap(
  finding: String, attribute: String, cells: [DesignCell], clusters: Int, pilot: PilotGap,
  specification: AnalysisSpecification
) -> DetectableGap? {
  guard cells.count >= 2, clusters > 1, pilot.clusters > 1, pilot.standardError > 0 else {
    return nil
  }
  let scale = (Double(pilot.clusters) / Double(clusters)).squareRoot()
  return PlannedDesign(
    finding: finding, attribute: attribute, cells: cells,
    standardError: pilot.standardError * scale, criticalValue: pilot.criticalValue, largestGap: 1,
    basis: "from the pilot \(pilot.name): standard error \(Words.area(pilot.standardError)) with "
      + "\(Words.grouped(pilot.clusters)) clusters, here \(Words.grouped(clusters))"
  ).gap(specification)
}

/// A design with the standard error that its largest pair will have.
private struct PlannedDesign {
  let finding: String
  let attribute: String
  let cells: [DesignCell]
  let standardError: Double
  let criticalValue: Double?
  /// No gap can be larger.
  let largestGap: Double
  let basis: String

  func gap(_ specification: AnalysisSpecification) -> DetectableGap {
    let pairs = cells.count * (cells.count - 1) / 2
    let critical =
      criticalValue ?? Power.planningCriticalValue(pairs: pairs, alpha: specification.alpha)
    let (at80, at90) = [0.8, 0.9].map {
      Power.detectableDifference(
        standardError: standardError, criticalValue: critical, power: $0) + specification.harm
    }.pair
    let positives = cells.map(\.positives).min() ?? 0
    let negatives = cells.map(\.negatives).min() ?? 0
    var required: Int?
    if specification.delta > 0 {
      let factor = Power.equivalenceFactor(
        standardError: standardError, delta: specification.delta, alpha: specification.alpha,
        power: 0.8)
      let count = (Double(min(positives, negatives)) * factor).rounded(.up)
      required = count < 1e12 ? Int(count) : nil
    }
    var sentence =
      "\(finding) by \(attribute.split(separator: "*").joined(separator: " × ")): with "
      + "\(Words.grouped(positives)) positive and \(Words.grouped(negatives)) negative clusters "
      + "\(isEven ? "per group" : "in the smallest of") "
      + "\(isEven ? "and " : "")\(cells.count) groups, a true gap of "
    sentence +=
      at80 < largestGap
      ? "\(Words.area(at80)) in AUC is found with 80 % power and one of \(Words.area(at90)) with 90 %"
      : "any size goes unfound in one audit of five or more: the design is too small"
    sentence += " (\(basis))"
    if let required {
      sentence +=
        "; showing a difference of 0 to be within \(Words.area(specification.delta)) takes about "
        + "\(Words.grouped(required)) clusters per class and group"
    }
    return DetectableGap(
      finding: finding, attribute: attribute, groups: cells.count, positives: positives,
      negatives: negatives, at80Percent: at80, at90Percent: at90,
      requiredPerClassForDelta: required, sentence: sentence + ".")
  }

  private var isEven: Bool { cells.allSatisfy { $0 == cells[0] } }
}

extension [Double] {
  /// The first two elements.
  fileprivate var pair: (Double, Double) { (self[0], self[1]) }
}
