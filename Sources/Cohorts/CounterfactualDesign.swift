import AuditModel
import Vocabulary

/// The cohort in which every base case is rendered in every arm from the same noise.
///
/// Only the demographic prefix changes between the arms of a base case, so a difference between
/// arms is a difference that the prefix made.
package struct CounterfactualDesign: Sendable {
  package let specification: CohortSpecification
  package let arms: [Arm]

  package init(_ specification: CohortSpecification) {
    self.specification = specification
    arms = CounterfactualDesign.arms(of: specification.attributes)
  }

  /// The product of the attribute values, the first attribute outermost; one plain arm when none is
  /// given.
  package static func arms(of grid: AttributeGrid) -> [Arm] {
    grid.entries.reduce([Arm()]) { arms, entry in
      arms.flatMap { arm in
        entry.values.map { value in
          var arm = arm
          arm.values[entry.attribute.name] = value
          return arm
        }
      }
    }
  }

  /// The arm that placebos repeat: the first value of every attribute.
  package var referenceArm: Arm { arms[0] }

  /// Placebo arms that can be told from the reference arm.
  ///
  /// Reordering a prefix of fewer than two attributes changes nothing, so the prompt placebo is
  /// left out there.
  package var placeboArms: [Arm] {
    specification.placebos.compactMap { placebo in
      var arm = referenceArm
      arm.placebo = placebo
      return placebo == .prompt && arm.values.entries.count < 2 ? nil : arm
    }
  }

  package var baseCaseCount: Int { specification.findings.count * 2 * specification.baseCases }
  package var imageCount: Int {
    baseCaseCount * (specification.seedsPerBaseCase * arms.count + placeboArms.count)
  }

  /// All cases, base case by base case so that a batch holds the arms of one base case.
  ///
  /// - Parameters:
  ///   - purpose: Names the noise; images that choose how others are drawn have their own.
  ///   - caption: How the generator wants attributes written.
  package func cases(purpose: String = "cohort", caption: AttributeCaption) -> [CohortCase] {
    var result: [CohortCase] = []
    result.reserveCapacity(imageCount)
    for index in 0..<specification.baseCases {
      for finding in specification.findings {
        for isPositive in [true, false] {
          let impressions = isPositive ? finding.positive : finding.negative
          let impression = impressions[index % impressions.count]
          for seed in 0..<specification.seedsPerBaseCase {
            // Placebos repeat the first seed.
            for arm in arms + (seed == 0 ? placeboArms : []) {
              var item = CohortCase(
                finding: finding.name, isPositive: isPositive, index: index, arm: arm,
                prompt: arm.promptPrefix(caption) + impression,
                noisePath: CounterfactualDesign.noisePath(
                  purpose: purpose, finding: finding.name, isPositive: isPositive, index: index,
                  isSeedPlacebo: arm.placebo == .seed, seedIndex: seed),
                folder: "cohort")
              item.seedIndex = seed
              item.anchorPrompt = impression
              result.append(item)
            }
          }
        }
      }
    }
    return result
  }

  /// The path that names a base case's noise; `purpose` keeps audit and retraining images apart.
  package static func noisePath(
    purpose: String, finding: String, isPositive: Bool, index: Int, isSeedPlacebo: Bool = false,
    seedIndex: Int = 0
  ) -> [String] {
    let path = [purpose, finding, isPositive ? "positive" : "negative", String(index)]
    if isSeedPlacebo { return path + ["placebo"] }
    // The first seed keeps the path that it has where it is the only one.
    return seedIndex > 0 ? path + ["seed", String(seedIndex)] : path
  }
}
