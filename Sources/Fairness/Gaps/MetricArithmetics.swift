import Statistics
import Vocabulary

extension Metric {
  /// How the metric is computed; ratios are of sums over the cases named.
  var arithmetic: MetricArithmetic {
    switch self {
    case .auc: .area
    case .averagePrecision: .precision
    case .sensitivity:
      .ratio { _, isPositive, isCalled in isPositive ? (isCalled ? 1 : 0, 1) : nil }
    case .falsePositiveRate:
      .ratio { _, isPositive, isCalled in isPositive ? nil : (isCalled ? 1 : 0, 1) }
    case .specificity:
      .ratio { _, isPositive, isCalled in isPositive ? nil : (isCalled ? 0 : 1, 1) }
    case .brier:
      .ratio { score, isPositive, _ in
        let error = score - (isPositive ? 1 : 0)
        return (error * error, 1)
      }
    }
  }
}
