/// What a gate found among the base cases of one finding and label.
package struct GateCell: Sendable, Equatable, Codable {
  package var finding: String
  /// `positive` or `negative`.
  package var label: String
  package var status: GateResult.Status
  package var clusters: Int
  package var value: IntervalEstimate?
  /// Structural similarity of the arms, where the value is their distance in placebo units.
  package var similarity: IntervalEstimate?

  package init(
    finding: String, label: String, status: GateResult.Status, clusters: Int,
    value: IntervalEstimate?, similarity: IntervalEstimate? = nil
  ) {
    self.finding = finding
    self.label = label
    self.status = status
    self.clusters = clusters
    self.value = value
    self.similarity = similarity
  }
}
