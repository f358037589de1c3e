/// How near a set of synthetic images is to a set of real ones, in one encoder's space.
package struct FidelityValues: Sendable, Equatable, Codable {
  package var realCount: Int
  package var syntheticCount: Int
  /// Patients and base cases.
  package var realClusters = 0
  package var syntheticClusters = 0
  /// Fréchet distance (FID); grows as images get fewer, so it stands beside its null.
  package var frechet: MeasuredValue?
  /// Unbiased kernel distance (KID), not multiplied by 1000.
  package var kernel: MeasuredValue?
  package var precision: MeasuredValue?
  package var recall: MeasuredValue?
  package var density: MeasuredValue?
  package var coverage: MeasuredValue?
  /// AUC of a linear rule that tells the two apart; 0.5 is not at all.
  package var domain: MeasuredValue?

  package init(realCount: Int, syntheticCount: Int) {
    self.realCount = realCount
    self.syntheticCount = syntheticCount
  }
}
