import Foundation

/// Intervals for one AUC.
package enum AUCInterval {
  /// Wald on the logit scale, which stays inside 0...1, with Student's t in the tails.
  ///
  /// - Parameter degreesOfFreedom: Of `variance`; infinite for the normal distribution.
  /// - Returns: `nil` where the logit or the variance is 0 or undefined; use ``scoreType(auc:positives:negatives:level:)``.
  package static func logit(
    auc: Double, variance: Double, level: Double, degreesOfFreedom: Double = .infinity
  ) -> Interval? {
    guard auc > 0, auc < 1, variance > 0, variance.isFinite else { return nil }
    let center = log(auc / (1 - auc))
    let critical = StudentTail.criticalValue(
      alpha: 1 - level, degreesOfFreedom: degreesOfFreedom)
    let half = critical * variance.squareRoot() / (auc * (1 - auc))
    func back(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
    return Interval(
      lower: back(center - half), upper: back(center + half), method: "logit Wald, clustered")
  }

  /// Newcombe 2006 (part 2, method 5), for AUCs of 0 or 1 and where the variance estimate is 0.
  ///
  /// The θ with |θ − AUC| = z √V(θ) for V(θ) = θ(1−θ)(1 + (N−1)((1−θ)/(2−θ) + θ/(1+θ)))/(mn), N the
  /// mean of m and n. With clustered cases, give numbers of clusters: the effective size cannot be
  /// smaller than that.
  package static func scoreType(
    auc: Double, positives: Int, negatives: Int, level: Double
  ) -> Interval? {
    guard auc >= 0, auc <= 1, positives > 0, negatives > 0 else { return nil }
    let (m, n) = (Double(positives), Double(negatives))
    let z = Normal.quantile((1 + level) / 2)
    func distance(_ theta: Double) -> Double {
      abs(theta - auc) - z * hanleyMcNeilStyleVariance(theta, m, n).squareRoot()
    }
    func solve(inside: Double, outside: Double) -> Double {
      var (near, far) = (inside, outside)
      guard distance(far) > 0 else { return far }
      for _ in 0..<200 {
        let middle = (near + far) / 2
        if distance(middle) > 0 { far = middle } else { near = middle }
      }
      return (near + far) / 2
    }
    return Interval(
      lower: auc == 0 ? 0 : solve(inside: auc, outside: 0),
      upper: auc == 1 ? 1 : solve(inside: auc, outside: 1),
      method: "score type (Newcombe 2006, method 5) on clusters")
  }

  private static func hanleyMcNeilStyleVariance(
    _ theta: Double, _ m: Double, _ n: Double
  ) -> Double {
    let extra = (m + n) / 2 - 1
    return theta * (1 - theta) * (1 + extra * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
      / (m * n)
  }
}
