import AuditModel

/// What a page says of one question: its verdict on the AUC, unless another family of tests on the same
/// question contradicts what the word would make a reader believe.
enum QuestionState: Sendable, Hashable, CaseIterable {
  case flagged
  /// The AUCs were shown to be alike, and error rates at the threshold were shown to differ.
  case decisionsDiffer
  case inconclusive, withinDelta, notEvaluable

  init(_ verdict: Verdict.Kind, differsInErrorRates: Bool) {
    switch verdict {
    case .flagged: self = .flagged
    case .withinDelta: self = differsInErrorRates ? .decisionsDiffer : .withinDelta
    case .inconclusive: self = differsInErrorRates ? .decisionsDiffer : .inconclusive
    case .notEvaluable: self = .notEvaluable
    }
  }

  var word: String {
    switch self {
    case .flagged: "Flagged"
    case .decisionsDiffer: "Decisions differ"
    case .inconclusive: "Inconclusive"
    case .withinDelta: "Within δ"
    case .notEvaluable: "Not evaluable"
    }
  }

  /// A shape that stays distinct in grey and in plain text.
  var shape: String {
    switch self {
    case .flagged: "▲"
    case .decisionsDiffer: "■"
    case .inconclusive: "◆"
    case .withinDelta: "●"
    case .notEvaluable: "○"
    }
  }
}
