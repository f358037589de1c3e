/// A measure of how well a classifier does for the cases of one group.
///
/// What it is called, what it needs and which way is good stand here; how it is computed is
/// `MetricArithmetic` of Statistics, chosen in Fairness (`Metric.arithmetic`). A case here and one
/// there are all that a new metric takes to be compared, judged on request and reported.
package enum Metric: String, Sendable, Hashable, Codable, CaseIterable {
  case auc, sensitivity, falsePositiveRate, specificity, averagePrecision, brier

  /// As it stands in a sentence, after "the".
  package var title: String {
    switch self {
    case .auc: "AUC"
    case .sensitivity: "sensitivity"
    case .falsePositiveRate: "false-positive rate"
    case .specificity: "specificity"
    case .averagePrecision: "average precision"
    case .brier: "Brier score"
    }
  }

  /// True where scores must first be turned into decisions.
  package var needsThreshold: Bool {
    switch self {
    case .sensitivity, .falsePositiveRate, .specificity: true
    case .auc, .averagePrecision, .brier: false
    }
  }

  /// True where scores must be probabilities, from 0 to 1.
  package var needsProbabilities: Bool { self == .brier }

  package var largerIsBetter: Bool {
    switch self {
    case .falsePositiveRate, .brier: false
    case .auc, .sensitivity, .specificity, .averagePrecision: true
    }
  }

  /// True where groups of unequal prevalence differ although they are treated alike.
  package var dependsOnPrevalence: Bool {
    switch self {
    case .averagePrecision, .brier: true
    case .auc, .sensitivity, .falsePositiveRate, .specificity: false
    }
  }

  /// Whether it is about cases with the finding, without it, or both.
  package var labels: [Bool] {
    switch self {
    case .sensitivity: [true]
    case .falsePositiveRate, .specificity: [false]
    case .auc, .averagePrecision, .brier: [true, false]
    }
  }

  /// The metric that says the same the other way round; the two are never compared side by side.
  package var complement: Metric? {
    switch self {
    case .specificity: .falsePositiveRate
    case .falsePositiveRate: .specificity
    case .auc, .sensitivity, .averagePrecision, .brier: nil
    }
  }

  /// Compared between groups as supporting evidence where `judged` give the verdicts: of a
  /// complementary pair the first, and none that says the same as one that is judged.
  ///
  /// The AUC of every group stands in the report by itself.
  package static func supporting(beside judged: [Metric]) -> [Metric] {
    allCases.filter { metric in
      metric != .auc && !judged.contains(metric)
        && (metric.complement.map { precedes(metric, $0) && !judged.contains($0) } ?? true)
    }
  }

  private static func precedes(_ first: Metric, _ second: Metric) -> Bool {
    allCases.firstIndex(of: first) ?? 0 < allCases.firstIndex(of: second) ?? 0
  }

  /// Of two groups' values, is the first the worse?
  package func isWorse(_ value: Double, than other: Double) -> Bool {
    largerIsBetter ? value < other : value > other
  }
}
