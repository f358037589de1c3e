/// A number with its interval and, where there is one, what it would be without any difference.
package struct MeasuredValue: Sendable, Equatable, Codable {
  package var estimate: Double
  package var lower: Double?
  package var upper: Double?
  /// The mean and the limits that 95 % of the values keep where both sets are of one distribution, at
  /// the same numbers of images.
  package var nullMean: Double?
  package var nullLower: Double?
  package var nullUpper: Double?
  /// One-sided p of "both sets are of one distribution" against "farther apart".
  package var p: Double?

  package init(_ estimate: Double, lower: Double? = nil, upper: Double? = nil) {
    self.estimate = estimate
    self.lower = lower
    self.upper = upper
  }
}
