import Foundation

extension Calibration {
  /// A logistic fit of the label on the logit of the probability.
  package struct Fit: Sendable, Equatable {
    package let intercept: Double
    package let slope: Double
    /// From the information matrix, cases as independent.
    package let interceptStandardError: Double
    package let slopeStandardError: Double
    /// From the sums of the residuals by cluster (sandwich, K/(K−1)); `nil` without clusters.
    package var slopeClusteredError: Double?
  }

  /// An intercept alone, the logit as offset.
  package struct Level: Sendable, Equatable {
    package let intercept: Double
    package let standardError: Double
    /// As in ``Fit/slopeClusteredError``.
    package var clusteredError: Double?
  }

  /// Intercept and slope together (Cox 1958): 0 and 1 when well calibrated.
  ///
  /// - Throws: ``Undefined`` for one class, a constant score, or scores that separate the classes,
  ///   where the slope has no finite estimate.
  package static func fit(scores: [Double], labels: [Bool]) throws(Undefined) -> Fit {
    try LogitCases(scores: scores, labels: labels).fit()
  }

  /// Intercept with the slope held at 1 (the logit as offset): 0 when the mean level is right.
  ///
  /// Depends on the prevalence, so it means nothing on cohorts whose prevalence was set by design.
  package static func inTheLarge(scores: [Double], labels: [Bool]) throws(Undefined) -> Level {
    try LogitCases(scores: scores, labels: labels).inTheLarge()
  }

  /// Logits, those of saturated scores no farther out than the farthest of the others.
  ///
  /// A score of exactly 0 or 1 has no logit, and whichever margin is put in its place decides the slope:
  /// two such scores among hundreds make 0.2 of a slope of 1. They keep their order and lose that say.
  static func boundedLogits(_ scores: [Double]) -> [Double] {
    var (low, high) = (Double.infinity, -Double.infinity)
    for score in scores where score > logitMargin && score < 1 - logitMargin {
      low = min(low, score)
      high = max(high, score)
    }
    guard low <= high else { return scores.map(logit) }
    let (least, most) = (min(0, logit(low)), max(0, logit(high)))
    return scores.map { score in
      score > logitMargin && score < 1 - logitMargin
        ? logit(score) : score <= logitMargin ? least : most
    }
  }

  /// Cases with the logit of their probability taken once.
  package struct LogitCases: Sendable {
    private let x: [Double]
    private let labels: [Bool]
    /// By case, in `0..<clusterCount`; empty without clusters.
    private let clusters: [Int32]
    private let clusterCount: Int
    private let positives: Int

    package init(
      scores: [Double], labels: [Bool], clusters: [Int32] = [], clusterCount: Int = 0
    ) {
      precondition(scores.count == labels.count, "one label per score")
      precondition(clusters.isEmpty || clusters.count == labels.count, "one cluster per score")
      x = Calibration.boundedLogits(scores)
      self.labels = labels
      self.clusters = clusters
      self.clusterCount = clusterCount
      positives = labels.count { $0 }
    }

    /// See ``Calibration/fit(scores:labels:)``.
    ///
    /// Newton's method; a step that does not shrink the gradient is halved, which for this convex
    /// problem is enough to converge from anywhere.
    package func fit() throws(Undefined) -> Fit {
      try requireEstimableSlope()
      var (intercept, slope) = (0.0, 1.0)
      var here = gradient(intercept, slope)
      for _ in 0..<100 {
        guard let step = here.newtonStep else { break }
        var scale = 1.0
        var next = gradient(intercept + step.intercept, slope + step.slope)
        while !(next.size <= here.size), scale > 1e-6 {
          scale /= 2
          next = gradient(intercept + scale * step.intercept, slope + scale * step.slope)
        }
        intercept += scale * step.intercept
        slope += scale * step.slope
        here = next
        let change = scale * (abs(step.intercept) + abs(step.slope))
        if change < 1e-12 * (1 + abs(intercept) + abs(slope)) { break }
      }
      guard intercept.isFinite, slope.isFinite, here.determinant > 0 else {
        throw Undefined("the calibration fit did not converge")
      }
      return Fit(
        intercept: intercept, slope: slope,
        interceptStandardError: (here.h11 / here.determinant).squareRoot(),
        slopeStandardError: (here.h00 / here.determinant).squareRoot(),
        slopeClusteredError: slopeSandwich(intercept, slope, here))
    }

    /// See ``Calibration/inTheLarge(scores:labels:)``.
    package func inTheLarge() throws(Undefined) -> Level {
      try requireBothClasses()
      let observed = Double(positives)
      // The expected count rises with the intercept: bracket, then Newton kept inside the bracket.
      var (low, high) = (-60.0, 60.0)
      var intercept = 0.0
      var information = 0.0
      for _ in 0..<200 {
        var expected = 0.0
        information = 0
        for value in x {
          let p = sigmoid(value + intercept)
          expected += p
          information += p * (1 - p)
        }
        if expected > observed { high = intercept } else { low = intercept }
        let newton = intercept + (observed - expected) / information
        let next = newton > low && newton < high ? newton : (low + high) / 2
        let change = abs(next - intercept)
        intercept = next
        // Summing rounds in the thirteenth digit or so; finer steps only wander.
        if change < 1e-13 * (1 + abs(intercept)) { break }
      }
      guard information > 0 else { throw Undefined("the calibration fit did not converge") }
      let residuals = clusterSums { sigmoid(x[$0] + intercept) - (labels[$0] ? 1 : 0) }
      return Level(
        intercept: intercept, standardError: 1 / information.squareRoot(),
        clusteredError: residuals.map {
          robust($0.sums, count: $0.count).squareRoot() / information
        })
    }

    private struct Gradient {
      var g0 = 0.0
      var g1 = 0.0
      var h00 = 0.0
      var h01 = 0.0
      var h11 = 0.0
      var determinant: Double { h00 * h11 - h01 * h01 }
      var size: Double { g0 * g0 + g1 * g1 }
      var newtonStep: (intercept: Double, slope: Double)? {
        guard determinant > 0 else { return nil }
        return ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
      }
    }

    /// Of the log-likelihood, with its negative second derivatives.
    private func gradient(_ intercept: Double, _ slope: Double) -> Gradient {
      var sums = Gradient()
      x.withUnsafeBufferPointer { x in
        labels.withUnsafeBufferPointer { labels in
          for index in 0..<x.count {
            let value = x[index]
            let p = sigmoid(intercept + slope * value)
            let rest = (labels[index] ? 1 : 0) - p
            let weight = p * (1 - p)
            sums.g0 += rest
            sums.g1 += rest * value
            sums.h00 += weight
            sums.h01 += weight * value
            sums.h11 += weight * value * value
          }
        }
      }
      return sums
    }

    private func slopeSandwich(_ intercept: Double, _ slope: Double, _ at: Gradient) -> Double? {
      // Influence on the slope: second row of the inverse information times the residual.
      let (a, b) = (-at.h01 / at.determinant, at.h00 / at.determinant)
      return clusterSums { index in
        let rest = (labels[index] ? 1 : 0) - sigmoid(intercept + slope * x[index])
        return rest * (a + b * x[index])
      }.map { robust($0.sums, count: $0.count).squareRoot() }
    }

    private func clusterSums(_ value: (Int) -> Double) -> (sums: [Double], count: Int)? {
      guard !clusters.isEmpty else { return nil }
      var sums = [Double](repeating: 0, count: clusterCount)
      var isPresent = [Bool](repeating: false, count: clusterCount)
      for index in x.indices {
        sums[Int(clusters[index])] += value(index)
        isPresent[Int(clusters[index])] = true
      }
      let count = isPresent.count { $0 }
      return count > 1 ? (sums, count) : nil
    }

    private func robust(_ sums: [Double], count: Int) -> Double {
      Double(count) / Double(count - 1) * sums.reduce(0) { $0 + $1 * $1 }
    }

    private func requireBothClasses() throws(Undefined) {
      guard positives > 0, positives < labels.count else {
        throw Undefined("only one class is present")
      }
    }

    private func requireEstimableSlope() throws(Undefined) {
      try requireBothClasses()
      var (lowPositive, highPositive) = (Double.infinity, -Double.infinity)
      var (lowNegative, highNegative) = (Double.infinity, -Double.infinity)
      for (value, label) in zip(x, labels) {
        if label {
          lowPositive = min(lowPositive, value)
          highPositive = max(highPositive, value)
        } else {
          lowNegative = min(lowNegative, value)
          highNegative = max(highNegative, value)
        }
      }
      if lowPositive == highPositive, lowNegative == highNegative, lowPositive == lowNegative {
        throw Undefined("all scores are equal, so there is no calibration slope")
      }
      if lowPositive >= highNegative || highPositive <= lowNegative {
        throw Undefined(
          "the scores separate the classes completely, so the slope has no finite value")
      }
    }
  }

  private static func sigmoid(_ value: Double) -> Double {
    let e = exp(-abs(value))
    return (value >= 0 ? 1 : e) / (1 + e)
  }
}
