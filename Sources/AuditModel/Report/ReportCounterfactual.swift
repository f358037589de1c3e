/// Paired results of two arms that share base cases and noise (synthetic only).
package struct CounterfactualResult: Sendable, Equatable, Codable {
  package var classifier: String
  package var finding: String
  package var attribute: String
  package var groupA: String
  package var groupB: String
  /// `all`, `positive` or `negative` base cases.
  package var label: String
  package var pairs: Int
  package var clusters: Int
  /// Mean of logit(score A) − logit(score B), cluster interval over base cases.
  package var scoreShift: IntervalEstimate
  package var scoreShiftP: Double?
  package var hodgesLehmann: Double?
  package var wilcoxonP: Double?
  /// Share of pairs whose decision differs.
  package var flipRate: IntervalEstimate?
  /// (A positive, B negative) − (A negative, B positive), share of pairs; Tango interval.
  package var netFlip: IntervalEstimate?
  package var mcnemarP: Double?

  package init(
    classifier: String, finding: String, attribute: String, groupA: String, groupB: String,
    label: String, pairs: Int, clusters: Int, scoreShift: IntervalEstimate
  ) {
    self.classifier = classifier
    self.finding = finding
    self.attribute = attribute
    self.groupA = groupA
    self.groupB = groupB
    self.label = label
    self.pairs = pairs
    self.clusters = clusters
    self.scoreShift = scoreShift
  }
}

/// A placebo arm: the generator's own noise, measured as a pseudo-group.
package struct PlaceboResult: Sendable, Equatable, Codable {
  package var classifier: String
  package var finding: String
  /// `seed` or `prompt`.
  package var placebo: String
  package var difference: Double?
  package var standardError: Double?
  package var lower: Double?
  package var upper: Double?
  package var meanAbsoluteScoreShift: Double?
  /// First minus second drawing on the logit scale, cluster interval over base cases.
  package var scoreShift: IntervalEstimate?
  /// Share of pairs whose decision differs between the two drawings.
  package var flipRate: IntervalEstimate?

  package init(classifier: String, finding: String, placebo: String) {
    self.classifier = classifier
    self.finding = finding
    self.placebo = placebo
  }
}

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
