import AuditModel
import Statistics

/// The smallest AUC gap that a design can find, before anything is drawn or scored.
package struct DetectableGap: Sendable, Equatable, Codable {
  package var finding: String
  package var attribute: String
  package var groups: Int
  /// Clusters with and without the finding, in each group.
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

/// Planning by Hanley and McNeil's variance, with Bonferroni's bound in place of max-T.
///
/// Max-T is never less powerful than this bound, so the audit finds at least what is promised.
///
/// - Parameters:
///   - positives: Clusters with the finding in the smallest group; at least 2.
///   - negatives: Clusters without it in the smallest group; at least 2.
/// - Returns: `nil` where the design has fewer than two groups or two clusters per class.
package func detectableGap(
  finding: String, attribute: String, groups: Int, positives: Int, negatives: Int,
  assumptions: DesignAssumptions, specification: AnalysisSpecification
) -> DetectableGap? {
  guard groups >= 2, positives >= 2, negatives >= 2, assumptions.auc > 0, assumptions.auc < 1 else {
    return nil
  }
  let perCluster = max(1, assumptions.imagesPerCluster)
  let variance =
    Power.hanleyMcNeilVariance(
      auc: assumptions.auc, positives: Double(positives), negatives: Double(negatives))
    * Power.designEffect(perCluster: perCluster, correlation: assumptions.imageCorrelation)
    / perCluster
  let error = Power.standardErrorOfDifference(
    varianceA: variance, varianceB: variance, correlation: assumptions.armCorrelation)
  let pairs = groups * (groups - 1) / 2
  let critical = Power.planningCriticalValue(pairs: pairs, alpha: specification.alpha)
  func gap(_ power: Double) -> Double {
    Power.detectableDifference(standardError: error, criticalValue: critical, power: power)
      + specification.harm
  }
  var required: Int?
  if specification.delta > 0 {
    let factor = Power.equivalenceFactor(
      standardError: error, delta: specification.delta, alpha: specification.alpha, power: 0.8)
    let count = (Double(min(positives, negatives)) * factor).rounded(.up)
    required = count < 1e12 ? Int(count) : nil
  }
  let (at80, at90) = (gap(0.8), gap(0.9))
  var sentence =
    "\(finding) by \(attribute): with \(Words.grouped(positives)) positive and "
    + "\(Words.grouped(negatives)) negative clusters per group and \(groups) groups, a true gap of "
  sentence +=
    at80 < 1 - assumptions.auc || at80 < assumptions.auc
    ? "\(Words.area(at80)) in AUC is found with 80 % power and one of \(Words.area(at90)) with 90 %"
    : "any size goes unfound in one audit of five or more: the design is too small"
  sentence +=
    " (assuming AUC \(Words.fixed(assumptions.auc, 2)), correlation "
    + "\(Words.fixed(assumptions.armCorrelation, 2)) between groups)"
  if let required {
    sentence +=
      "; showing a difference of 0 to be within \(Words.area(specification.delta)) takes about "
      + "\(Words.grouped(required)) clusters per class and group"
  }
  return DetectableGap(
    finding: finding, attribute: attribute, groups: groups, positives: positives,
    negatives: negatives, at80Percent: at80, at90Percent: at90,
    requiredPerClassForDelta: required, sentence: sentence + ".")
}
