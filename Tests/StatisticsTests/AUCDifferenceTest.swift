import Statistics

/// A difference of two AUCs with its test as pROC has it: the witness of clustered comparisons with one
/// case per cluster.
struct AUCDifferenceTest: Sendable, Equatable {
  let difference: Double
  let standardError: Double
  /// Difference over standard error; 0 when both are 0.
  let statistic: Double
  /// Two-sided.
  let pValue: Double
  /// `nil` where the normal distribution is the reference.
  let degreesOfFreedom: Double?

  /// Two classifiers on the same cases (correlated DeLong).
  static func paired(_ a: DeLong, _ b: DeLong) throws(Undefined) -> AUCDifferenceTest {
    let variance = a.variance + b.variance - 2 * a.covariance(with: b)
    return try make(a.auc - b.auc, variance, scale: a.variance + b.variance, nil)
  }

  /// Two disjoint groups; Welch–Satterthwaite degrees of freedom as pROC computes them.
  static func disjoint(_ a: DeLong, _ b: DeLong) throws(Undefined) -> AUCDifferenceTest {
    let (varianceA, varianceB) = (a.variance, b.variance)
    let sum = varianceA + varianceB
    func count(_ d: DeLong) -> Double {
      Double(d.positivePlacements.count + d.negativePlacements.count)
    }
    let freedom =
      sum * sum
      / (varianceA * varianceA / (count(a) - 1) + varianceB * varianceB / (count(b) - 1))
    return try make(a.auc - b.auc, sum, scale: sum, freedom)
  }

  private static func make(
    _ difference: Double, _ variance: Double, scale: Double, _ freedom: Double?
  ) throws(Undefined) -> AUCDifferenceTest {
    guard variance > 1e-13 * scale else {
      guard difference == 0 else {
        throw Undefined("the difference has no variance, so it cannot be tested")
      }
      return AUCDifferenceTest(
        difference: 0, standardError: 0, statistic: 0, pValue: 1, degreesOfFreedom: freedom)
    }
    let error = variance.squareRoot()
    let statistic = difference / error
    let p =
      freedom.map { SpecialFunctions.studentTwoSidedP(statistic, degreesOfFreedom: $0) }
      ?? Normal.twoSidedP(statistic)
    return AUCDifferenceTest(
      difference: difference, standardError: error, statistic: statistic, pValue: p,
      degreesOfFreedom: freedom)
  }
}
