import AuditModel
import Foundation

extension DeploymentValue {
  /// Predictive value and net benefit at a declared prevalence, from rates that do not depend on one.
  ///
  /// - Parameters:
  ///   - threshold: At which decisions are made; the odds at which a false alarm is worth a find.
  /// - Returns: `nil` where a rate is not known.
  init?(
    prevalence: Double, sensitivity: IntervalEstimate?, falsePositiveRate: IntervalEstimate?,
    threshold: Double, areProbabilities: Bool
  ) {
    guard let hit = sensitivity?.estimate, let alarm = falsePositiveRate?.estimate,
      prevalence > 0, prevalence < 1, hit + alarm > 0
    else { return nil }
    func value(_ hit: Double, _ alarm: Double) -> Double {
      let (found, wrong) = (hit * prevalence, alarm * (1 - prevalence))
      return found + wrong > 0 ? found / (found + wrong) : 0
    }
    var interval = IntervalEstimate(estimate: value(hit, alarm), lower: nil, upper: nil)
    if let hitLow = sensitivity?.lower, let hitHigh = sensitivity?.upper,
      let alarmLow = falsePositiveRate?.lower, let alarmHigh = falsePositiveRate?.upper
    {
      if hit > 0, alarm > 0, hitLow > 0, alarmLow > 0 {
        // Limits of log(hit/alarm), of which the predictive value is a rising function.
        func root(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
        let ratio = log(hit / alarm)
        let low = ratio - root(log(hit / hitLow), log(alarmHigh / alarm))
        let high = ratio + root(log(hitHigh / hit), log(alarm / alarmLow))
        interval.lower = value(exp(low), 1)
        interval.upper = value(exp(high), 1)
      } else {
        // A rate of 0 has no logarithm: both rates at the ends that are worst and best.
        interval.lower = value(hitLow, alarmHigh)
        interval.upper = value(hitHigh, alarmLow)
      }
    }
    self.init(prevalence: prevalence, positivePredictiveValue: interval)
    if areProbabilities, threshold > 0, threshold < 1 {
      netBenefit = hit * prevalence - alarm * (1 - prevalence) * threshold / (1 - threshold)
    }
  }
}
