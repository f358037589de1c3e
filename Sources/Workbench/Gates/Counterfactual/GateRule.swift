import AuditModel
import Foundation
import Vocabulary

/// How an interval stands to a rule.
///
/// A gate passes by its interval at 95 %. It fails by any of its parts: the pairs of values of an attribute
/// and the cells of findings and labels. These are told together, each at 5 % / parts (Bonferroni), or many
/// small cells would fail a gate where all is well.
enum GateRule {
  /// Level of each of so many parts of a gate that fail it.
  static func level(ofEach parts: Int) -> Double { 1 - 0.05 / Double(max(1, parts)) }

  /// A share shown to be above `bar` passes, one shown to be below it fails.
  ///
  /// Wilson's limits are too narrow below a share near 1 in a dozen base cases, all the more the smaller the
  /// level; failing goes by the exact binomial tail, on the effective number of base cases (Korn and Graubard,
  /// Survey Methodology 24:193, 1998).
  ///
  /// - Parameter parts: Of the gate, see ``level(ofEach:)``.
  static func atLeast(_ bar: Double, _ part: ArmMeasurements, parts: Int) -> GateResult.Status {
    guard let lower = part.share()?.lower, let tail = part.tail(below: bar) else { return .notRun }
    return lower >= bar ? .pass : tail <= (1 - level(ofEach: parts)) / 2 ? .fail : .warn
  }

  /// Shown to lie within ±margin passes; beyond it, and not by chance, fails.
  ///
  /// - Parameters:
  ///   - narrow: The 90 % interval, which two one-sided tests at 5 % ask for.
  ///   - wide: At ``level(ofEach:)``.
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
    return WrittenNumber.fixed(value, digits).replacingOccurrences(
      of: "-", with: WrittenNumber.minus)
  }

  /// `0.38 (0.35 to 0.41)`.
  static func interval(_ found: IntervalEstimate?, _ digits: Int = 2) -> String {
    "\(number(found?.estimate, digits)) (\(number(found?.lower, digits)) to "
      + "\(number(found?.upper, digits)))"
  }
}
