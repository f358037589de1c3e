/// A mean over clusters of cases, with the cluster-robust standard error and its test.
package struct ClusteredMean: Sendable, Equatable {
  package let mean: Double
  /// √(C/(C−1) Σ (Σ(x − mean))²)/N; NaN with fewer than two clusters.
  package let standardError: Double
  package let clusterCount: Int
  package let count: Int

  /// - Parameter clusters: By value, in `0..<clusterCount`.
  package init?(values: [Double], clusters: [Int32], clusterCount: Int) {
    precondition(values.count == clusters.count, "one cluster per value")
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    var rest = [Double](repeating: 0, count: clusterCount)
    var isPresent = [Bool](repeating: false, count: clusterCount)
    for (index, value) in values.enumerated() {
      rest[Int(clusters[index])] += value - mean
      isPresent[Int(clusters[index])] = true
    }
    let present = isPresent.count { $0 }
    let squares = rest.reduce(0) { $0 + $1 * $1 }
    self.mean = mean
    standardError =
      present > 1
      ? (Double(present) / Double(present - 1) * squares).squareRoot() / Double(values.count) : .nan
    self.clusterCount = present
    count = values.count
  }

  /// Student's t with clusters − 1 degrees of freedom.
  package func interval(level: Double) -> Interval? {
    guard standardError.isFinite else { return nil }
    let half =
      SpecialFunctions.studentQuantile(
        (1 + level) / 2, degreesOfFreedom: Double(clusterCount - 1)) * standardError
    return Interval(lower: mean - half, upper: mean + half, method: "t over clusters")
  }

  /// Two-sided p of "the mean is 0"; 1 when every value is 0, `nil` when nothing varies.
  package var pValue: Double? {
    guard standardError.isFinite else { return nil }
    if standardError == 0 { return mean == 0 ? 1 : nil }
    return SpecialFunctions.studentTwoSidedP(
      mean / standardError, degreesOfFreedom: Double(clusterCount - 1))
  }
}
