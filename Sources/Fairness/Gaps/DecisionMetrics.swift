import AuditModel
import Statistics

/// What calling every score at or above one threshold positive amounts to in one group.
struct DecisionMetrics {
  private let threshold: Double
  private let counts: DecisionCounts
  private let sensitivity: IntervalEstimate?
  private let falsePositiveRate: IntervalEstimate?
  private let positivePredictiveValue: IntervalEstimate?

  init(_ cases: GroupCases, threshold: Double, level: Double) {
    self.threshold = threshold
    var counts = DecisionCounts(clusterCount: cases.clusterCount)
    let first = cases.firstCalled(at: threshold)
    for index in cases.scores.indices {
      counts.add(
        isPositive: cases.labels[index], isCalled: index >= first,
        cluster: Int(cases.clusters[index]))
    }
    self.counts = counts
    sensitivity = counts.rate(counts.truePositives, of: counts.positives, level: level)
    falsePositiveRate = counts.rate(counts.falsePositives, of: counts.negatives, level: level)
    positivePredictiveValue = counts.rate(
      counts.truePositives, of: zip(counts.truePositives, counts.falsePositives).map(+),
      level: level)
  }

  func write(to result: inout SubgroupResult) {
    result.threshold = threshold
    result.truePositives = Int(counts.truePositives.reduce(0, +))
    result.falsePositives = Int(counts.falsePositives.reduce(0, +))
    result.weightedF1 = counts.weightedF1
    result.sensitivity = sensitivity
    result.falseNegativeRate = sensitivity.map(complement)
    result.falsePositiveRate = falsePositiveRate
    result.specificity = falsePositiveRate.map(complement)
    result.positivePredictiveValue = positivePredictiveValue
    result.underdiagnosisRate =
      isNoFinding(result.finding) ? falsePositiveRate : sensitivity.map(complement)
  }
}

/// True for a label that means the absence of disease, whatever its spelling.
///
/// Missing a sick patient is then a false alarm of the label, not a miss (Seyyed-Kalantari 2021).
func isNoFinding(_ finding: String) -> Bool {
  let letters = finding.lowercased().filter(\.isLetter)
  return ["nofinding", "nofindings", "normal", "healthy"].contains(letters)
}

private func complement(_ rate: IntervalEstimate) -> IntervalEstimate {
  IntervalEstimate(
    estimate: rate.estimate.map { 1 - $0 }, lower: rate.upper.map { 1 - $0 },
    upper: rate.lower.map { 1 - $0 })
}

/// Right and wrong decisions, by cluster.
struct DecisionCounts {
  private(set) var truePositives: [Double]
  private(set) var falsePositives: [Double]
  private(set) var positives: [Double]
  private(set) var negatives: [Double]

  init(clusterCount: Int) {
    truePositives = [Double](repeating: 0, count: clusterCount)
    falsePositives = truePositives
    positives = truePositives
    negatives = truePositives
  }

  mutating func add(isPositive: Bool, isCalled: Bool, cluster: Int) {
    if isPositive {
      positives[cluster] += 1
      if isCalled { truePositives[cluster] += 1 }
    } else {
      negatives[cluster] += 1
      if isCalled { falsePositives[cluster] += 1 }
    }
  }

  /// A rate with Wilson's interval, on the effective sample size where cases are clustered.
  ///
  /// - Returns: `nil` when nothing is to be counted, never a perfect-looking 0.
  func rate(_ successes: [Double], of trials: [Double], level: Double) -> IntervalEstimate? {
    Proportion.clusteredWilson(successes: successes, trials: trials, level: level).map {
      IntervalEstimate(estimate: $0.share, lower: $0.interval.lower, upper: $0.interval.upper)
    }
  }

  var weightedF1: Double? {
    Fairness.weightedF1(
      truePositives: truePositives.reduce(0, +), falsePositives: falsePositives.reduce(0, +),
      positives: positives.reduce(0, +), negatives: negatives.reduce(0, +))
  }
}

/// Mean of the F1 of both classes, weighted by their cases; a class never met and never called
/// counts 0, as in scikit-learn. Depends on the prevalence: not for comparing groups.
func weightedF1(
  truePositives: Double, falsePositives: Double, positives: Double, negatives: Double
) -> Double? {
  guard positives + negatives > 0 else { return nil }
  let wrong = falsePositives + positives - truePositives
  func f1(_ right: Double) -> Double {
    let denominator = 2 * right + wrong
    return denominator > 0 ? 2 * right / denominator : 0
  }
  return (positives * f1(truePositives) + negatives * f1(negatives - falsePositives))
    / (positives + negatives)
}
