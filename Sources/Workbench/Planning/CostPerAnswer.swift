import AuditModel
import Cohorts
import Fairness

/// What finding a gap of δ costs: base cases, images and rows through the network.
///
/// Arms that are nearer to each other agree more in their scores, so a difference between them has a
/// smaller standard error and takes fewer base cases. The number is that of a design that finds δ by the
/// whole rule (`DetectableGap.at80Percent`).
package struct CostPerAnswer: Sendable, Equatable, Codable {
  /// For each finding and label.
  package var baseCases: Int
  package var images: Int
  package var networkRows: Int
  /// Correlation of the AUCs of two arms that it rests on.
  package var armCorrelation: Double

  /// - Parameters:
  ///   - correlation: Of the AUCs of two arms of the same base cases.
  ///   - rowsPerBaseCase: Its placebos counted.
  /// - Returns: nil where the design compares nothing, or δ is 0.
  init?(
    of specification: AuditSpecification, assumptions: DesignAssumptions, correlation: Double,
    rowsPerBaseCase: Int
  ) throws {
    guard let cohort = specification.cohort, specification.analysis.delta > 0 else { return nil }
    var assumed = assumptions
    assumed.armCorrelation = correlation
    var synthetic = specification
    synthetic.real = nil
    // What a design finds shrinks about with the root of its base cases: a few steps settle it.
    var needed = Double(cohort.baseCases)
    for _ in 0..<4 {
      synthetic.cohort?.baseCases = max(2, Int(needed))
      let gaps = try PlannedGaps(specification: synthetic, assumptions: assumed).all()
      guard let hardest = gaps.max(by: { $0.at80Percent < $1.at80Percent }) else { return nil }
      let ratio = hardest.at80Percent / specification.analysis.delta
      let next = hardest.isReachable ? needed * ratio * ratio : 8 * needed
      guard next < 1e9 else { return nil }
      let isSettled = abs(next / needed - 1) < 0.01
      needed = next
      if isSettled { break }
    }
    needed = needed.rounded(.up)
    let design = CounterfactualDesign(cohort)
    baseCases = Int(needed)
    let all = baseCases * cohort.findings.count * 2
    images =
      all * (design.arms.count * cohort.seedsPerBaseCase + design.placeboArms.count)
    networkRows = all * rowsPerBaseCase
    armCorrelation = correlation
  }
}

extension CounterfactualDesign {
  /// Network rows of one base case, placebos and further seeds counted.
  ///
  /// - Parameter rows: Of one anchor with so many arms.
  func networkRows(_ rows: (Int) -> Int) -> Int {
    let others = placeboArms.count { $0.placebo != .seed }
    let strangers = placeboArms.count - others
    // Another wording descends from the first seed's anchor; another seed has an anchor of its own.
    return rows(arms.count + others) + (specification.seedsPerBaseCase - 1) * rows(arms.count)
      + strangers * rows(1)
  }
}
