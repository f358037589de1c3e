import Foundation
import Randomness
import Statistics
import Testing

/// Comparisons of average precision and the like, whose groups may be small.
struct ScoreContrastTests {
  /// Scores of groups of single images: positives around `shift`, negatives around 0.
  private func precision(_ groups: [(positives: [Double], negatives: [Double])]) throws
    -> ClusterInfluence
  {
    var scores: [Double] = []
    var labels: [Bool] = []
    var membership: [Int32] = []
    for (index, group) in groups.enumerated() {
      scores += group.positives + group.negatives
      labels += group.positives.map { _ in true } + group.negatives.map { _ in false }
      membership += (group.positives + group.negatives).map { _ in Int32(index) }
    }
    let cases = try SortedCases(
      scores: scores, labels: labels, clusters: scores.indices.map { Int32($0) },
      clusterCount: scores.count)
    return MetricCases(.precision, cases: cases, membership: membership, groupCount: groups.count)
      .estimates()
  }

  private func normals(_ count: Int, around mean: Double, _ stream: inout RandomStream) -> [Double]
  {
    (0..<count).map { _ in mean + stream.normal() }
  }

  /// Ten positives that happen to lie above nearly all negatives vary hardly at all by themselves.
  @Test func tenCasesThatHappenToAgreeAreNoDifference() throws {
    var stream = RandomStream(seed: 3, path: ["precision"])
    let large = (
      positives: normals(300, around: 1.5, &stream), negatives: normals(300, around: 0, &stream)
    )
    let small = (
      positives: (0..<10).map { 1 + Double($0) / 10 },
      negatives: [1.05] + (0..<9).map { Double($0) / 10 - 1 }
    )
    let estimates = try precision([small, large])
    let only = try #require(ScoreContrasts(estimates, groups: [0, 1]).tests.first)
    #expect(estimates.values[0] > 0.95 && only.difference > 0.03)
    #expect(only.pValue > 0.05)
    // By the small group's own variance it would stand out.
    let own = estimates.jointCovariance(of: [0, 1]).covariance
    #expect(only.difference > 2.2 * (own[0, 0] + own[1, 1]).squareRoot())
  }

  @Test func aPlainDifferenceIsFound() throws {
    var stream = RandomStream(seed: 4, path: ["precision"])
    let estimates = try precision([
      (normals(150, around: 0.3, &stream), normals(150, around: 0, &stream)),
      (normals(150, around: 2, &stream), normals(150, around: 0, &stream)),
    ])
    let only = try #require(ScoreContrasts(estimates, groups: [0, 1]).tests.first)
    #expect(only.pValue < 1e-6 && only.limits(alpha: 0.05).upper < 0)
  }

  /// Critical values of t with 5 degrees of freedom and of the normal distribution, from tables.
  @Test func intervalsOfFewClustersHaveStudentsTails() throws {
    let wide = try #require(
      AUCInterval.logit(auc: 0.5, variance: 0.0025, level: 0.95, degreesOfFreedom: 5))
    let normal = try #require(AUCInterval.logit(auc: 0.5, variance: 0.0025, level: 0.95))
    func logit(_ x: Double) -> Double { 2 * atanh(2 * x - 1) }
    #expect(abs(logit(wide.upper) - 2.570582 * 0.2) < 1e-6)
    #expect(abs(logit(normal.upper) - 1.959964 * 0.2) < 1e-6)
  }
}
