/// What a validity gate found, see ``ValidityGate``.
package struct GateResult: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable, CaseIterable { case pass, fail, warn, notRun }
  package var id: String
  package var name: String
  package var status: Status
  package var value: Double?
  package var rule: String
  package var sentence: String
  /// Of ``value``, at 95 % over base cases.
  package var lower: Double?
  package var upper: Double?
  /// The attribute and finding that it is about; nil: the cohort.
  package var attribute: String?
  package var finding: String?
  /// What a verdict is confounded with where it fails.
  package var confounder: String?
  /// The same by finding and label.
  package var cells: [GateCell]?

  package init(
    id: String, name: String, status: Status, value: Double? = nil, rule: String, sentence: String
  ) {
    self.id = id
    self.name = name
    self.status = status
    self.value = value
    self.rule = rule
    self.sentence = sentence
  }
}
