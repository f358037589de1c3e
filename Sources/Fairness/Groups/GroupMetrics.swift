import AuditModel
import Statistics

/// Metrics of one group other than the AUC.
struct GroupMetrics {
  private(set) var decisions: DecisionMetrics?
  private(set) var averagePrecision: Double?
  private(set) var partialArea: Double?
  private(set) var brier: IntervalEstimate?
  private(set) var fit: Calibration.Fit?
  private(set) var slope: IntervalEstimate?
  private(set) var inTheLarge: IntervalEstimate?
  private(set) var expectedErrorEqualWidth: Double?
  private(set) var expectedErrorEqualCount: Double?

  /// - Parameters:
  ///   - threshold: `nil` leaves the threshold metrics undefined.
  ///   - areProbabilities: False leaves Brier score and calibration undefined.
  init(_ cases: GroupCases, threshold: Double?, areProbabilities: Bool, level: Double) {
    averagePrecision = Statistics.averagePrecision(
      sortedScores: cases.scores, labels: cases.labels)
    partialArea = Statistics.partialArea(
      sortedScores: cases.scores, labels: cases.labels, limit: Self.partialLimit)
    if areProbabilities { calibrate(cases, level: level) }
    if let threshold { decisions = DecisionMetrics(cases, threshold: threshold, level: level) }
  }

  /// False-positive rates at which a screening classifier is used.
  private static let partialLimit = 0.1

  private mutating func calibrate(_ cases: GroupCases, level: Double) {
    // Both classes decide; the scarcer one has the tails.
    let scarcer = Double(cases.scarcerClusters)
    func around(_ estimate: Double, _ error: Double?, clusters: Double?) -> IntervalEstimate {
      let critical = StudentTail.criticalValue(
        alpha: 1 - level, degreesOfFreedom: max(1, min(scarcer, clusters ?? scarcer) - 1))
      return IntervalEstimate(
        estimate: estimate, lower: error.map { estimate - critical * $0 },
        upper: error.map { estimate + critical * $0 })
    }
    let squares = zip(cases.scores, cases.labels).map { score, label in
      let error = score - (label ? 1 : 0)
      return error * error
    }
    if let mean = ClusteredMean(
      values: squares, clusters: cases.clusters, clusterCount: cases.clusterCount)
    {
      let interval = mean.interval(level: level)
      brier = IntervalEstimate(
        estimate: mean.mean, lower: interval.map { max(0, $0.lower) },
        upper: interval.map { min(1, $0.upper) })
    }
    let logits = Calibration.LogitCases(
      scores: cases.scores, labels: cases.labels, clusters: cases.clusters,
      clusterCount: cases.clusterCount)
    fit = try? logits.fit()
    slope = fit.map {
      around($0.slope, $0.slopeClusteredError, clusters: $0.slopeEffectiveClusters)
    }
    inTheLarge = (try? logits.inTheLarge()).map {
      around($0.intercept, $0.clusteredError, clusters: nil)
    }
    expectedErrorEqualWidth = Calibration.expectedError(
      scores: cases.scores, labels: cases.labels, binning: .equalWidth)
    expectedErrorEqualCount = Calibration.expectedError(
      scores: cases.scores, labels: cases.labels, binning: .equalCount)
  }

  func write(to result: inout SubgroupResult) {
    result.averagePrecision = averagePrecision
    result.partialAUC = partialArea
    result.brier = brier?.estimate
    result.brierInterval = brier
    result.calibrationIntercept = fit?.intercept
    result.calibrationSlope = fit?.slope
    result.calibrationSlopeInterval = slope
    result.calibrationInTheLarge = inTheLarge
    result.expectedCalibrationError = expectedErrorEqualWidth
    result.expectedCalibrationErrorEqualCount = expectedErrorEqualCount
    decisions?.write(to: &result)
  }
}
