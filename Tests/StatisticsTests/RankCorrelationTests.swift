import Randomness
import Testing

@testable import Statistics

@Suite struct RankCorrelationTests {
  @Test func tiesShareTheirRanks() throws {
    // By hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4; 4.5/√(4.5·5).
    let value = try #require(rankCorrelation([1, 2, 2, 3], [10, 20, 30, 40]))
    #expect(abs(value - 4.5 / (4.5 * 5).squareRoot()) < 1e-15)
    #expect(rankCorrelation([1, 2, 3], [3, 2, 1]) == -1)
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == nil)
    #expect(rankCorrelation([1], [1]) == nil)
  }

  /// A mean over independent clusters has a known standard error: the bootstrap's must agree.
  @Test func theClusterBootstrapIsAsWideAsTheClusteredStandardError() throws {
    var stream = RandomStream(seed: 5, path: ["bootstrap"])
    var values: [Double] = []
    var clusters: [Int32] = []
    for cluster in 0..<200 {
      let shared = stream.normal()
      for _ in 0..<4 {
        values.append(shared + 0.5 * stream.normal())
        clusters.append(Int32(cluster))
      }
    }
    let interval = try #require(
      clusterBootstrapInterval(
        clusters: clusters, clusterCount: 200, replicates: 2000, level: 0.95, seed: 1, path: []
      ) { rows in rows.reduce(0) { $0 + values[$1] } / Double(rows.count) })
    let mean = try #require(ClusteredMean(values: values, clusters: clusters, clusterCount: 200))
    // 2,000 replicates fix a percentile limit to about 5 % of its distance from the mean.
    let ratio = (interval.upper - interval.lower) / (2 * 1.96 * mean.standardError)
    #expect(abs(ratio - 1) < 0.08)
    // Rows as clusters would give half this width: four rows of a cluster are nearly one.
    #expect(interval.lower < mean.mean && mean.mean < interval.upper)
  }
}
