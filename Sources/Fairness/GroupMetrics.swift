import AuditModel
import Statistics

/// The cases of one group, as every metric of the group needs them.
struct GroupCases {
  var scores: [Double] = []
  var labels: [Bool] = []
  /// Numbered within the group, in order of first appearance.
  var clusters: [Int] = []
  var clusterCount = 0

  /// The cases of every group in one pass; rows of no group are left out.
  static func split(
    _ table: EvaluationTable, membership: [Int32], groupCount: Int
  ) -> [GroupCases] {
    var groups = [GroupCases](repeating: GroupCases(), count: groupCount)
    // Rows of one group after another, so that numbering clusters needs one array, not one per group.
    var start = [Int](repeating: 0, count: groupCount + 1)
    for member in membership where member >= 0 { start[Int(member) + 1] += 1 }
    for group in 0..<groupCount { start[group + 1] += start[group] }
    var rows = [Int32](repeating: 0, count: start[groupCount])
    var next = start
    for (row, member) in membership.enumerated() where member >= 0 {
      rows[next[Int(member)]] = Int32(row)
      next[Int(member)] += 1
    }
    var lastGroup = [Int32](repeating: -1, count: table.clusterCount)
    var number = [Int](repeating: 0, count: table.clusterCount)
    for group in 0..<groupCount {
      var cases = GroupCases()
      let count = start[group + 1] - start[group]
      cases.scores.reserveCapacity(count)
      cases.labels.reserveCapacity(count)
      cases.clusters.reserveCapacity(count)
      for index in start[group]..<start[group + 1] {
        let row = Int(rows[index])
        let cluster = Int(table.clusters[row])
        if lastGroup[cluster] != Int32(group) {
          lastGroup[cluster] = Int32(group)
          number[cluster] = cases.clusterCount
          cases.clusterCount += 1
        }
        cases.scores.append(table.scores[row])
        cases.labels.append(table.labels[row])
        cases.clusters.append(number[cluster])
      }
      groups[group] = cases
    }
    return groups
  }
}

/// Metrics of one group other than the AUC.
struct GroupMetrics {
  var averagePrecision: Double?
  var brier: Double?
  var calibrationIntercept: Double?
  var calibrationSlope: Double?
  var expectedCalibrationError: Double?
  var weightedF1: Double?
  var sensitivity: IntervalEstimate?
  var specificity: IntervalEstimate?
  var falseNegativeRate: IntervalEstimate?
  var falsePositiveRate: IntervalEstimate?
  var positivePredictiveValue: IntervalEstimate?

  /// - Parameters:
  ///   - threshold: `nil` leaves the threshold metrics undefined.
  ///   - areProbabilities: False leaves Brier score and calibration undefined.
  init(_ cases: GroupCases, threshold: Double?, areProbabilities: Bool, level: Double) {
    averagePrecision = Statistics.averagePrecision(scores: cases.scores, labels: cases.labels)
    if areProbabilities {
      brier = Calibration.brierScore(scores: cases.scores, labels: cases.labels)
      let fit = try? Calibration.fit(scores: cases.scores, labels: cases.labels)
      calibrationIntercept = fit?.intercept
      calibrationSlope = fit?.slope
      expectedCalibrationError = Calibration.expectedError(
        scores: cases.scores, labels: cases.labels, binning: .equalWidth)
    }
    guard let threshold else { return }
    var counts = DecisionCounts(clusterCount: cases.clusterCount)
    for index in cases.scores.indices {
      counts.add(
        isPositive: cases.labels[index], isCalled: cases.scores[index] >= threshold,
        cluster: cases.clusters[index])
    }
    weightedF1 = counts.weightedF1
    sensitivity = counts.rate(counts.truePositives, of: counts.positives, level: level)
    falseNegativeRate = sensitivity.map(complement)
    falsePositiveRate = counts.rate(counts.falsePositives, of: counts.negatives, level: level)
    specificity = falsePositiveRate.map(complement)
    let called = zip(counts.truePositives, counts.falsePositives).map(+)
    positivePredictiveValue = counts.rate(counts.truePositives, of: called, level: level)
  }

  func write(to result: inout SubgroupResult) {
    result.averagePrecision = averagePrecision
    result.brier = brier
    result.calibrationIntercept = calibrationIntercept
    result.calibrationSlope = calibrationSlope
    result.expectedCalibrationError = expectedCalibrationError
    result.weightedF1 = weightedF1
    result.sensitivity = sensitivity
    result.specificity = specificity
    result.falseNegativeRate = falseNegativeRate
    result.falsePositiveRate = falsePositiveRate
    result.positivePredictiveValue = positivePredictiveValue
  }
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

  /// Mean of the F1 of both classes, weighted by their cases; a class never met and never called
  /// counts 0, as in scikit-learn. Depends on the prevalence: not for comparing groups.
  var weightedF1: Double? {
    let positive = positives.reduce(0, +)
    let negative = negatives.reduce(0, +)
    guard positive + negative > 0 else { return nil }
    let hits = truePositives.reduce(0, +)
    let alarms = falsePositives.reduce(0, +)
    let misses = positive - hits
    let rejections = negative - alarms
    func f1(_ right: Double) -> Double {
      let denominator = 2 * right + alarms + misses
      return denominator > 0 ? 2 * right / denominator : 0
    }
    return (positive * f1(hits) + negative * f1(rejections)) / (positive + negative)
  }
}
