/// The difference of two groups' AUCs, `first` minus `second`.
package struct GroupContrast: Sendable, Equatable {
  /// Positions among the groups compared.
  package let first: Int
  package let second: Int
  package let difference: Double
  /// 0 when the two influence patterns are identical.
  package let standardError: Double
  /// `nil` when a non-zero difference has no variance and so cannot be tested.
  package let z: Double?

  /// Two-sided normal p of this pair alone.
  package var pValue: Double? { z.map(Normal.twoSidedP) }

  /// All pairs of groups, in order (0,1), (0,2), …, (1,2), ….
  package static func allPairs(auc: [Double], covariance: SymmetricMatrix) -> [GroupContrast] {
    of(
      auc.indices.flatMap { first in
        ((first + 1)..<max(auc.count, first + 1)).map { (first, $0) }
      }, auc: auc, covariance: covariance)
  }

  /// These pairs, in this order.
  package static func of(
    _ pairs: [(first: Int, second: Int)], auc: [Double], covariance: SymmetricMatrix
  ) -> [GroupContrast] {
    pairs.map { first, second in
      GroupContrast(
        first: first, second: second, difference: auc[first] - auc[second],
        variances: covariance[first, first] + covariance[second, second],
        covariance: covariance[first, second])
    }
  }

  private init(
    first: Int, second: Int, difference: Double, variances: Double, covariance: Double
  ) {
    self.first = first
    self.second = second
    self.difference = difference
    let error = contrastStandardError(variances: variances, covariance: covariance)
    standardError = error
    // Rounding leaves at most a few 1e-16 between the AUCs of identical arms.
    z = error > 0 ? difference / error : abs(difference) < 1e-14 ? 0 : nil
  }
}

/// Standard error of a difference; exactly 0 where the variance is only rounding.
@inline(__always)
func contrastStandardError(variances: Double, covariance: Double) -> Double {
  let variance = variances - 2 * covariance
  return variance > 1e-13 * variances ? variance.squareRoot() : 0
}
