/// Why a statistic has no value: a reason in words, never a number that looks fine.
package struct Undefined: Error, Sendable, Equatable, CustomStringConvertible {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
  package var description: String { reason }
}

/// A lower and an upper limit with the way they were made.
package struct Interval: Sendable, Equatable {
  package let lower: Double
  package let upper: Double
  /// For instance `Wilson` or `logit, clustered`.
  package let method: String

  package init(lower: Double, upper: Double, method: String) {
    self.lower = lower
    self.upper = upper
    self.method = method
  }
}
