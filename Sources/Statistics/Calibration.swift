import Foundation

/// Whether probabilities mean what they say.
package enum Calibration {
  /// Probabilities are moved this far from 0 and 1 before their logit is taken.
  ///
  /// Half a single-precision step below 1: a sigmoid stored in 32 bits that saturates stays ordered.
  package static let logitMargin = 0x1p-25

  package static func logit(_ probability: Double) -> Double {
    let inside = min(max(probability, logitMargin), 1 - logitMargin)
    return log(inside / (1 - inside))
  }

  /// Mean squared distance of probability and label; smaller is better.
  package static func brierScore(scores: [Double], labels: [Bool]) -> Double? {
    guard !scores.isEmpty else { return nil }
    var sum = 0.0
    for (score, label) in zip(scores, labels) {
      let error = score - (label ? 1 : 0)
      sum += error * error
    }
    return sum / Double(scores.count)
  }

  /// A logistic fit of the label on the logit of the probability.
  package struct Fit: Sendable, Equatable {
    package let intercept: Double
    package let slope: Double
    package let interceptStandardError: Double
    package let slopeStandardError: Double
  }

  /// Intercept and slope together (Cox 1958): 0 and 1 when well calibrated.
  ///
  /// Newton's method with step halving; cases are taken as independent.
  ///
  /// - Throws: ``Undefined`` for one class, a constant score, or scores that separate the classes,
  ///   where the slope has no finite estimate.
  package static func fit(scores: [Double], labels: [Bool]) throws(Undefined) -> Fit {
    try requireBothClasses(labels)
    let x = scores.map(logit)
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
    var (intercept, slope) = (0.0, 1.0)
    var current = deviance(x, labels, intercept, slope)
    for _ in 0..<100 {
      let step = newtonStep(x, labels, intercept, slope)
      var scale = 1.0
      var next = deviance(x, labels, intercept + step.intercept, slope + step.slope)
      while !(next <= current), scale > 1e-6 {
        scale /= 2
        next = deviance(
          x, labels, intercept + scale * step.intercept, slope + scale * step.slope)
      }
      intercept += scale * step.intercept
      slope += scale * step.slope
      current = next
      if abs(step.intercept) + abs(step.slope) < 1e-12 * (1 + abs(intercept) + abs(slope)) { break }
    }
    let last = newtonStep(x, labels, intercept, slope)
    guard intercept.isFinite, slope.isFinite, last.determinant > 0 else {
      throw Undefined("the calibration fit did not converge")
    }
    return Fit(
      intercept: intercept, slope: slope,
      interceptStandardError: (last.information.2 / last.determinant).squareRoot(),
      slopeStandardError: (last.information.0 / last.determinant).squareRoot())
  }

  /// Intercept with the slope held at 1 (the logit as offset): 0 when the mean level is right.
  ///
  /// Depends on the prevalence, so it means nothing on cohorts whose prevalence was set by design.
  package static func inTheLarge(
    scores: [Double], labels: [Bool]
  ) throws(Undefined) -> (intercept: Double, standardError: Double) {
    try requireBothClasses(labels)
    let x = scores.map(logit)
    let observed = Double(labels.count { $0 })
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
      if abs(next - intercept) < 1e-14 * (1 + abs(intercept)) { break }
      intercept = next
    }
    guard information > 0 else { throw Undefined("the calibration fit did not converge") }
    return (intercept, 1 / information.squareRoot())
  }

  package struct Bin: Sendable, Equatable {
    package let count: Int
    package let meanScore: Double
    package let positives: Int
  }

  package enum Binning: Sendable {
    /// Equal parts of 0...1, upper end included: (0, 0.1], …; 0 belongs to the first.
    case equalWidth
    /// Bins between the deciles (linear interpolation); a score on an edge belongs above it, so that
    /// equal scores are never split.
    case equalCount
  }

  package static func bins(
    scores: [Double], labels: [Bool], binning: Binning, count: Int = 10
  ) -> [Bin] {
    var sums = [Double](repeating: 0, count: count)
    var counts = [Int](repeating: 0, count: count)
    var positives = counts
    func add(_ row: Int, to bin: Int) {
      sums[bin] += scores[row]
      counts[bin] += 1
      if labels[row] { positives[bin] += 1 }
    }
    switch binning {
    case .equalWidth:
      for row in scores.indices {
        let bin = Int((scores[row] * Double(count)).rounded(.up)) - 1
        add(row, to: min(count - 1, max(0, bin)))
      }
    case .equalCount:
      let edges = interiorQuantiles(scores.sorted(), count)
      for row in scores.indices { add(row, to: edges.count { $0 <= scores[row] }) }
    }
    return (0..<count).map {
      Bin(
        count: counts[$0], meanScore: counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : .nan,
        positives: positives[$0])
    }
  }

  private static func interiorQuantiles(_ sorted: [Double], _ count: Int) -> [Double] {
    guard let last = sorted.indices.last else { return [] }
    return (1..<count).map { part in
      let place = Double(last) * Double(part) / Double(count)
      let index = min(last, Int(place))
      let next = min(last, index + 1)
      return sorted[index] + (place - Double(index)) * (sorted[next] - sorted[index])
    }
  }

  /// Mean absolute distance of mean score and share of positives over bins, weighted by cases.
  ///
  /// Biased upward in small groups: even a perfectly calibrated group of 100 shows some hundredths.
  package static func expectedError(
    scores: [Double], labels: [Bool], binning: Binning, count: Int = 10
  ) -> Double? {
    guard !scores.isEmpty else { return nil }
    return bins(scores: scores, labels: labels, binning: binning, count: count)
      .filter { $0.count > 0 }
      .reduce(0) {
        $0 + abs($1.meanScore * Double($1.count) - Double($1.positives)) / Double(scores.count)
      }
  }

  private static func requireBothClasses(_ labels: [Bool]) throws(Undefined) {
    guard labels.contains(true), labels.contains(false) else {
      throw Undefined("only one class is present")
    }
  }

  private static func sigmoid(_ value: Double) -> Double {
    value >= 0 ? 1 / (1 + exp(-value)) : exp(value) / (1 + exp(value))
  }

  private static func deviance(
    _ x: [Double], _ labels: [Bool], _ intercept: Double, _ slope: Double
  ) -> Double {
    var sum = 0.0
    for index in x.indices {
      let eta = intercept + slope * x[index]
      let signed = labels[index] ? -eta : eta
      sum += signed > 0 ? signed + log1p(exp(-signed)) : log1p(exp(signed))
    }
    return sum
  }

  private static func newtonStep(
    _ x: [Double], _ labels: [Bool], _ intercept: Double, _ slope: Double
  ) -> (
    intercept: Double, slope: Double, information: (Double, Double, Double), determinant: Double
  ) {
    var (gradient0, gradient1, h00, h01, h11) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in x.indices {
      let p = sigmoid(intercept + slope * x[index])
      let rest = (labels[index] ? 1 : 0) - p
      let weight = p * (1 - p)
      gradient0 += rest
      gradient1 += rest * x[index]
      h00 += weight
      h01 += weight * x[index]
      h11 += weight * x[index] * x[index]
    }
    let determinant = h00 * h11 - h01 * h01
    guard determinant > 0 else { return (0, 0, (h00, h01, h11), determinant) }
    return (
      (h11 * gradient0 - h01 * gradient1) / determinant,
      (h00 * gradient1 - h01 * gradient0) / determinant, (h00, h01, h11), determinant
    )
  }
}
