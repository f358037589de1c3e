import Vocabulary

/// One image of an audit as the store keeps it.
package struct StoredCase: Sendable, Equatable {
  package enum Cohort: String, Sendable, CaseIterable { case synthetic, real, rebalancing }

  /// Row in the store; 0 before it was inserted.
  package var id: Int64 = 0
  package var cohort: Cohort
  /// Unique within the cohort: the image's relative path, or the table's image name.
  package var name: String
  /// Unit of inference: base case or patient.
  package var cluster: String
  /// Synthetic images show one finding; nil for real images.
  package var finding: String?
  package var baseCase: String?
  package var arm: String?
  /// `seed` or `prompt` for placebo arms.
  package var placebo: String?
  /// As the table or the arm has them; numbers as text.
  package var attributes: AttributeValues = [:]
  package var prompt: String?
  /// Prompt of the anchor that the image descends from; nil for images without one.
  package var anchor: String?
  package var seed: UInt64?
  /// Components of the noise path, joined by `/`.
  package var noise: String?
  /// Relative to the report folder for generated images, absolute for the user's own.
  package var image: String?
  /// Hex SHA-256 of the image file; nil until it is rendered.
  package var sha256: String?
  /// Whether the network for masks and boxes draws it, with or without a condition.
  package var usesControlNetwork = false
  /// The mask or drawn boxes as the generator saw them, relative to the report folder.
  package var condition: String?
  /// Where the condition came from: the mask file's name, or the boxes file and the number of the
  /// layout.
  package var conditionSource: String?
  /// Hex SHA-256 of the condition's file; nil until it is written.
  package var conditionHash: String?
  /// Finding to label; findings without a known label are absent.
  package var labels = CaseLabels()

  package init(cohort: Cohort, name: String, cluster: String) {
    self.cohort = cohort
    self.name = name
    self.cluster = cluster
  }
}
