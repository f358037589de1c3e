/// All statements of one kind, and how many of them chance alone makes false.
package struct StatementFamily: Sendable, Equatable, Codable {
  package enum Control: String, Sendable, Codable, CaseIterable {
    /// The chance of any false statement is at most α.
    case familyWise
    /// The expected share of false ones among those said is at most α.
    case falseDiscovery
    /// Each is false with a chance of α by itself.
    case each
  }
  /// `flags`, `withinDelta`, `errorRates`, …
  package var kind: String
  /// As it stands in a sentence, plural.
  package var title: String
  /// Declared, or made where nothing was declared.
  package var statements: Int
  package var control: Control
  /// Of ``control``, such as Holm's adjustment.
  package var method: String
  /// False by chance where every statement stands at its own level and nothing is there; nil where
  /// they stand together.
  package var expectedFalse: Double?
  package var sentence: String

  package init(
    kind: String, title: String, statements: Int, control: Control, method: String,
    expectedFalse: Double? = nil, sentence: String
  ) {
    self.kind = kind
    self.title = title
    self.statements = statements
    self.control = control
    self.method = method
    self.expectedFalse = expectedFalse
    self.sentence = sentence
  }
}
