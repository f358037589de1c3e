import Foundation

/// How the placements of two normal populations vary and go together: what the variance of an AUC is
/// made of before any score is there.
///
/// A positive's placement is the share of negatives below it. Where scores are normal with equal
/// spread, the covariance of two placements whose scores correlate by r is
/// Φ₂(h₁, h₂; r/2) − θ₁θ₂ with h = Φ⁻¹(θ) (Obuchowski and McClish 1997 have it for r = 1), which is
/// Plackett's 1954 integral ∫₀^{r/2} φ₂(h₁, h₂; t) dt.
package enum BinormalPlacements {
  /// - Parameter correlation: Of the two scores around the means of their classes; 1 gives a variance.
  ///   Negative for a positive and a negative of one patient.
  package static func covariance(_ first: Double, _ second: Double, correlation: Double) -> Double {
    let (h, k) = (Normal.quantile(first), Normal.quantile(second))
    guard h.isFinite, k.isFinite else { return 0 }
    // t = sin u takes the singularity of 1/√(1 − t²) away.
    let end = asin(min(1, max(-1, correlation / 2)))
    var sum = 0.0
    for (node, weight) in zip(nodes, weights) {
      for sign in [-1.0, 1] {
        let u = end / 2 * (1 + sign * node)
        let t = sin(u)
        let scale = 1 - t * t
        sum += weight * exp(-(h * h - 2 * t * h * k + k * k) / (2 * scale))
      }
    }
    return sum * end / 2 / (2 * Double.pi)
  }

  /// What the pairs of a positive and a negative add to the covariance of two AUCs beside the placements of
  /// each, times the cases of both classes: with ψ the comparison of a pair, cov ψ less that of its two
  /// projections (Hoeffding 1948). A hundredth of a variance, and more of that of arms, whose placements
  /// cancel.
  package static func pairCovariance(
    _ first: Double, _ second: Double, correlation: Double
  ) -> Double {
    // Two comparisons correlate by the scores' correlation itself, where placements halve it.
    covariance(first, second, correlation: 2 * correlation)
      - 2 * covariance(first, second, correlation: correlation)
  }

  /// Share of the clusters that count in the variance of differences of placements whose scores correlate
  /// by `correlation`: 2/(κ − 1) of their kurtosis κ, see ``ClassMoments/effectiveClusters(correlation:)``.
  package static func differenceTail(area: Double, correlation: Double) -> Double {
    let r = min(1, max(-1, correlation))
    guard r < 1 else { return 1 }
    let shift = 2.0.squareRoot() * Normal.quantile(area)
    let count = 64
    let points = (0..<count).map { Normal.quantile((Double($0) + 0.5) / Double(count)) }
    let rest = (1 - r * r).squareRoot()
    var (squares, fourths) = (0.0, 0.0)
    for x in points {
      let placement = Normal.upperTail(-shift - x)
      for y in points {
        let square = pow(placement - Normal.upperTail(-shift - r * x - rest * y), 2)
        squares += square
        fourths += square * square
      }
    }
    let total = Double(count * count)
    let kurtosis = squares > 0 ? total * fourths / (squares * squares) : 3
    return min(1, 2 / max(1e-6, kurtosis - 1))
  }

  /// Gauss and Legendre's 16 points, the positive half.
  private static let nodes = [
    0.0950125098376374, 0.2816035507792589, 0.4580167776572274, 0.6178762444026438,
    0.7554044083550030, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499,
  ]
  private static let weights = [
    0.1894506104550685, 0.1826034150449236, 0.1691565193950025, 0.1495959888165767,
    0.1246289712555339, 0.0951585116824928, 0.0622535239386479, 0.0271524594117541,
  ]
}
