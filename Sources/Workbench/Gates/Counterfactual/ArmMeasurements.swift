import AuditModel
import Foundation
import Statistics

/// One number of one base case, for a gate to average with its clusters kept.
struct ArmMeasurement {
  var cluster: Int32
  var finding: String
  var isPositive: Bool
  var value: Double
  /// By how much, relatively, this base case raises the variance of the unit that `value` is told in.
  var leverage = 0.0

  init(_ base: ArmSets.BaseCase, _ value: Double, leverage: Double = 0) {
    self.leverage = leverage
    cluster = base.cluster
    finding = base.finding
    isPositive = base.isPositive
    self.value = value
  }
}

/// Measurements of a gate, averaged over all base cases or those of one finding and label.
struct ArmMeasurements {
  var rows: [ArmMeasurement]
  let clusterCount: Int

  init(_ rows: [ArmMeasurement], clusterCount: Int) {
    self.rows = rows
    self.clusterCount = clusterCount
  }

  var clusters: Int { Set(rows.map(\.cluster)).count }

  /// Mean with a t interval over base cases; nil without measurements.
  func mean(level: Double = 0.95) -> IntervalEstimate? {
    guard
      let mean = ClusteredMean(
        values: rows.map(\.value), clusters: rows.map(\.cluster), clusterCount: clusterCount)
    else { return nil }
    let interval = mean.interval(level: level)
    return IntervalEstimate(estimate: mean.mean, lower: interval?.lower, upper: interval?.upper)
  }

  /// Share of ones with Wilson's interval on the effective number of base cases.
  func share(level: Double = 0.95) -> IntervalEstimate? {
    wilson(level: level).map {
      IntervalEstimate(
        estimate: $0.share, lower: $0.interval.lower, upper: $0.interval.upper)
    }
  }

  /// The chance of no more ones than there are where their share is `bar`; nil without measurements.
  func tail(below bar: Double) -> Double? {
    guard let found = wilson(level: 0.95) else { return nil }
    let spread = found.share * (1 - found.share)
    let squared = found.standardError * found.standardError
    // No variance shows at 0 and 1: base cases count once.
    let trials =
      squared > 0 ? min(Double(rows.count), spread / squared) : Double(clusters)
    let misses = trials * (1 - found.share)
    // P(K ≤ k) = I_{1−bar}(n − k, k + 1); nothing is below where nothing is missed.
    return misses > 0
      ? SpecialFunctions.incompleteBeta(misses, trials - misses + 1, at: 1 - bar) : 1
  }

  private func wilson(level: Double) -> (
    share: Double, interval: Interval, standardError: Double
  )? {
    var hits = [Double](repeating: 0, count: clusterCount)
    var trials = hits
    for row in rows {
      hits[Int(row.cluster)] += row.value
      trials[Int(row.cluster)] += 1
    }
    return Proportion.clusteredWilson(successes: hits, trials: trials, level: level)
  }

  /// Ratio of two means with a t interval over base cases for its logarithm, whose error is linearised
  /// (Fieller 1954's ratio; Cochran, Sampling Techniques, 1977, 6.4); nil where a mean is 0.
  func ratio(to other: ArmMeasurements, level: Double = 0.95) -> IntervalEstimate? {
    guard let top = mean()?.estimate, let bottom = other.mean()?.estimate, top > 0, bottom > 0
    else { return nil }
    // A base case moves both means: what it adds to the logarithm of one less that of the other.
    var influence = [Double](repeating: 0, count: clusterCount)
    var isPresent = [Bool](repeating: false, count: clusterCount)
    for (part, mean, sign) in [(self, top, 1.0), (other, bottom, -1.0)] {
      let weight = sign / (mean * Double(part.rows.count))
      for row in part.rows {
        influence[Int(row.cluster)] += weight * (row.value - mean)
        isPresent[Int(row.cluster)] = true
      }
    }
    let count = Double(isPresent.count { $0 })
    guard count > 1 else {
      return IntervalEstimate(estimate: top / bottom, lower: nil, upper: nil)
    }
    let variance = count / (count - 1) * influence.reduce(0) { $0 + $1 * $1 }
    let reach =
      StudentTail.criticalValue(alpha: 1 - level, degreesOfFreedom: count - 1)
      * variance.squareRoot()
    return IntervalEstimate(
      estimate: top / bottom, lower: top / bottom * exp(-reach), upper: top / bottom * exp(reach))
  }

  /// The mean of values that are told in a standard deviation of the same base cases, which is an estimate
  /// itself: its error is linearised into each base case's value (Becker, Br J Math Stat Psychol 41:257,
  /// 1988; Bonett, Psychol Methods 13:99, 2008). Where arms resemble each other closely the unit's error is
  /// most of all.
  func standardisedMean(level: Double = 0.95) -> IntervalEstimate? {
    guard let estimate = mean()?.estimate else { return nil }
    let middle = rows.reduce(0) { $0 + $1.leverage } / Double(rows.count)
    var linear = self
    for index in linear.rows.indices {
      linear.rows[index].value -= estimate * (rows[index].leverage - middle) / 2
    }
    return linear.mean(level: level)
  }

  /// The measurements of every finding and label, in the order in which they come.
  func byCell() -> [(finding: String, label: String, part: ArmMeasurements)] {
    var keys: [(String, Bool)] = []
    for row in rows where !keys.contains(where: { $0 == (row.finding, row.isPositive) }) {
      keys.append((row.finding, row.isPositive))
    }
    return keys.map { finding, isPositive in
      (
        finding, isPositive ? "positive" : "negative",
        ArmMeasurements(
          rows.filter { $0.finding == finding && $0.isPositive == isPositive },
          clusterCount: clusterCount)
      )
    }
  }
}
