import Foundation

/// What a classifier's numbers are.
package enum ScoreScale: String, Sendable, CaseIterable {
  /// 0…1.
  case probability
  /// 0…100.
  case percent
  /// Any number, of which the logistic function is the probability.
  case logit
  /// A scale of its own, on which thresholds are given too.
  case own

  /// The score on the scale of probabilities where it has one.
  package func normalized(_ score: Double) -> Double {
    switch self {
    case .probability, .own: score
    case .percent: score / 100
    case .logit: 1 / (1 + exp(-score))
    }
  }
}

/// What the program asks about a classifier's scores unless its owner says that they are right.
package enum ScoreQuestion: String, Sendable, CaseIterable {
  /// Sigmoid or softmax was asked for, and the model's outputs are its results already.
  case activationTwice
  /// All scores of all findings lie within 0.01.
  case scoresAlike
  /// One value outside 0…1 is repeated while all other scores lie within, as if it meant "missing".
  case valueApart
}
