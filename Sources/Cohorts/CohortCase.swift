import AuditModel

/// One image to render: a base case seen through one arm.
package struct CohortCase: Sendable, Hashable {
  package var finding: String
  package var isPositive: Bool
  /// Number of the base case within its finding and label, from 0.
  package var index: Int
  /// Which of the base case's noise seeds, from 0.
  package var seedIndex = 0
  package var arm: Arm
  /// Demographic prefix and impression, as given to the generator.
  package var prompt: String
  /// Prompt of the base case's anchor, from which its arms descend alike; nil without arms.
  package var anchorPrompt: String?
  /// Names the noise (``Randomness`` path). Arms of one base case share it.
  package var noisePath: [String]
  /// `cohort` for audit images, `rebalancing` for retraining images.
  package var folder: String

  package init(
    finding: String, isPositive: Bool, index: Int, arm: Arm, prompt: String, noisePath: [String],
    folder: String
  ) {
    self.finding = finding
    self.isPositive = isPositive
    self.index = index
    self.arm = arm
    self.prompt = prompt
    self.noisePath = noisePath
    self.folder = folder
  }

  /// `p0007` or `n0007`.
  package var baseCaseIdentifier: String {
    let digits = String(index)
    return (isPositive ? "p" : "n") + String(repeating: "0", count: max(0, 4 - digits.count))
      + digits
  }

  /// The cluster of inference: finding and base case.
  package var cluster: String { "\(finding)/\(baseCaseIdentifier)" }

  /// Relative to the report folder: `cohort/<finding>/<base case>/<arm>.png`; further seeds of a base
  /// case follow as `<arm>.seed2.png`, `<arm>.seed3.png`, ….
  package var imagePath: String {
    let seed = seedIndex == 0 ? "" : ".seed\(seedIndex + 1)"
    return
      "\(folder)/\(fileNameComponent(finding))/\(baseCaseIdentifier)/\(arm.identifier)\(seed).png"
  }
}
