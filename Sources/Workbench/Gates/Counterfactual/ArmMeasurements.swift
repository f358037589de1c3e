import AuditModel
import Foundation
import Statistics

/// One number of one base case, for a gate to average with its clusters kept.
struct ArmMeasurement {
  var cluster: Int32
  var finding: String
  var isPositive: Bool
  var value: Double

  init(_ base: ArmSets.BaseCase, _ value: Double) {
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
    var hits = [Double](repeating: 0, count: clusterCount)
    var trials = hits
    for row in rows {
      hits[Int(row.cluster)] += row.value
      trials[Int(row.cluster)] += 1
    }
    guard let found = Proportion.clusteredWilson(successes: hits, trials: trials, level: level)
    else { return nil }
    return IntervalEstimate(
      estimate: found.share, lower: found.interval.lower, upper: found.interval.upper)
  }

  /// Ratio of two means, resampled by base case; nil where the denominator is 0.
  func ratio(to other: ArmMeasurements, seed: UInt64, path: [String]) -> IntervalEstimate? {
    let all = rows.map { ($0, true) } + other.rows.map { ($0, false) }
    func statistic(_ chosen: [Int]) -> Double? {
      var (top, tops, bottom, bottoms) = (0.0, 0.0, 0.0, 0.0)
      for index in chosen {
        if all[index].1 {
          top += all[index].0.value
          tops += 1
        } else {
          bottom += all[index].0.value
          bottoms += 1
        }
      }
      guard tops > 0, bottoms > 0, bottom > 0 else { return nil }
      return (top / tops) / (bottom / bottoms)
    }
    guard let estimate = statistic(Array(all.indices)) else { return nil }
    let interval = clusterBootstrapInterval(
      clusters: all.map(\.0.cluster), clusterCount: clusterCount, level: 0.95, seed: seed,
      path: path, statistic: statistic)
    return IntervalEstimate(estimate: estimate, lower: interval?.lower, upper: interval?.upper)
  }

  /// Standard deviation over the measurements; nil for fewer than two.
  var deviation: Double? {
    guard rows.count > 1 else { return nil }
    let mean = rows.reduce(0) { $0 + $1.value } / Double(rows.count)
    let squares = rows.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
    return (squares / Double(rows.count - 1)).squareRoot()
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

/// How an interval stands to a rule.
enum GateRule {
  /// Above `bar` beyond doubt passes, below it beyond doubt fails.
  static func atLeast(_ bar: Double, _ found: IntervalEstimate?) -> GateResult.Status {
    guard let lower = found?.lower, let upper = found?.upper else { return .notRun }
    return lower >= bar ? .pass : upper < bar ? .fail : .warn
  }

  /// Shown to lie within ±margin passes; beyond it, and not by chance, fails.
  ///
  /// - Parameters:
  ///   - narrow: The 90 % interval, which two one-sided tests at 5 % ask for.
  ///   - wide: The 95 % interval.
  static func within(
    _ margin: Double, narrow: IntervalEstimate?, wide: IntervalEstimate?
  ) -> GateResult.Status {
    guard let low = narrow?.lower, let high = narrow?.upper, let estimate = wide?.estimate,
      let lower = wide?.lower, let upper = wide?.upper
    else { return .notRun }
    if low >= -margin, high <= margin { return .pass }
    return abs(estimate) > margin && (lower > 0 || upper < 0) ? .fail : .warn
  }

  /// The outcome of a gate from those of its parts.
  static func worst(_ all: [GateResult.Status]) -> GateResult.Status {
    let ran = all.filter { $0 != .notRun }
    if ran.isEmpty { return .notRun }
    return ran.contains(.fail) ? .fail : ran.contains(.warn) ? .warn : .pass
  }
}

/// Numbers as they stand in sentences of gates.
enum GateWords {
  static func number(_ value: Double?, _ digits: Int = 2) -> String {
    guard let value, value.isFinite else { return "unknown" }
    let text = String(format: "%.\(digits)f", abs(value))
    // No minus before a rounded zero.
    return value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" + text : text
  }

  /// `0.38 (0.35 to 0.41)`.
  static func interval(_ found: IntervalEstimate?, _ digits: Int = 2) -> String {
    "\(number(found?.estimate, digits)) (\(number(found?.lower, digits)) to "
      + "\(number(found?.upper, digits)))"
  }
}
