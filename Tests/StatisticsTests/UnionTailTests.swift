import ScoreTestSupport
import Statistics
import Testing

/// The smallest p value of all pairs of equally good groups is Tukey's studentised range.
struct UnionTailTests {
  /// R's `ptukey(c · √2, groups, Inf, lower.tail = FALSE)` at the p value of one pair.
  private static let tukey: [(groups: Int, c: Double, p: Double)] = [
    (3, 2.5, 0.0332418), (3, 3.5, 0.001351514), (3, 4.5, 2.024513e-05),
    (5, 2.5, 0.0905778), (5, 3.5, 0.004246221), (5, 4.5, 6.659567e-05),
  ]

  private func minP(groups: Int) -> MinP {
    var covariance = SymmetricMatrix(size: groups)
    for group in 0..<groups { covariance[group, group] = 0.01 }
    let contrasts = GroupContrast.allPairs(
      auc: [Double](repeating: 0.8, count: groups), covariance: covariance)
    return MinP(
      contrasts, pValues: contrasts.map { _ in 0.5 }, covariance: covariance, seed: 1,
      path: ["tukey"])
  }

  @Test func theChanceOfTheSmallestPIsTukeysFarIntoTheTail() {
    for (groups, c, p) in Self.tukey {
      let found = minP(groups: groups).adjusted(Normal.twoSidedP(c))
      // Plain draws to 5 %, the tail to 2 %.
      #expect(abs(found / p - 1) < 0.1, "\(groups) groups at \(c): \(found), not \(p)")
    }
  }

  @Test func theLevelOfAPairLeavesAllPairsTheirs() {
    for (groups, alpha) in [(3, 0.05), (5, 0.05), (5, 0.001), (5, 0.00005)] {
      let all = minP(groups: groups)
      let level = all.contrastLevel(alpha)
      #expect(level >= alpha / Double(groups * (groups - 1) / 2))
      #expect(abs(all.adjusted(level) / alpha - 1) < 0.12, "\(all.adjusted(level)) for \(alpha)")
    }
  }
}
