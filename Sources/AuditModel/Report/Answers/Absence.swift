import Vocabulary

/// Why a declared question could not be asked.
package struct AbsenceReason: AnswerContent {
  package enum Cause: String, Sendable, Codable, CaseIterable {
    /// The classifier has no output of the finding.
    case noOutput
    /// No image has a label of the finding.
    case noLabels
    /// No labelled image has a score.
    case noScores
    /// No image has a value of the attribute that belongs to a group.
    case noValues
    /// All images belong to one group.
    case oneGroup
  }
  package var cause: Cause
  /// Quotable, with what is missing and where.
  package var sentence: String
}

/// A declared question that could not be asked, with its reason: it stays in the family and in every
/// count, so that nothing declared can vanish.
package typealias Absence = Answer<AbsenceReason>

extension Answer where Content == AbsenceReason {
  package typealias Cause = AbsenceReason.Cause

  package init(_ question: Question, cause: Cause, sentence: String) {
    self.init(question, AbsenceReason(cause: cause, sentence: sentence))
  }
}
