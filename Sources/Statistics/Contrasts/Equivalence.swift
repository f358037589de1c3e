/// Showing that differences are small, not only that they were not found.
package enum Equivalence {
  /// Two one-sided tests (Schuirmann 1987): p of "the difference is outside (−margin, margin)".
  ///
  /// - Parameter degreesOfFreedom: Student's t where given, else normal.
  package static func twoOneSidedP(
    difference: Double, standardError: Double, margin: Double, degreesOfFreedom: Double? = nil
  ) -> Double {
    guard margin > 0 else { return 1 }
    guard standardError > 0 else { return abs(difference) < margin ? 0 : 1 }
    let statistic = (margin - abs(difference)) / standardError
    guard let degreesOfFreedom else { return Normal.upperTail(statistic) }
    let tail = SpecialFunctions.studentTwoSidedP(statistic, degreesOfFreedom: degreesOfFreedom) / 2
    return statistic >= 0 ? tail : 1 - tail
  }
}
