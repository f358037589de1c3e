import Statistics
import ScoreTestSupport
import TestSupport
import Testing

/// pROC 1.18.0 on its own example, three markers of 113 patients with heavy ties.
@Suite(.needs("data/scores"))
struct PairedDeLongTests {
  @Test func aneurysmMarkersAsPublished() throws {
    let columns = try SharedScores.table("scores/asah-proc/aSAH.csv")
    let labels = try #require(columns["outcome"]).map { $0 == "Poor" }
    func marker(_ name: String) throws -> DeLong {
      try DeLong(scores: try #require(columns[name]).map { Double($0) ?? .nan }, labels: labels)
    }
    let (s100b, ndka, wfns) = (try marker("s100b"), try marker("ndka"), try marker("wfns"))
    expectClose(s100b.variance, 0.00266868245717244, relative: 1e-10)
    expectClose(s100b.covariance(with: wfns), 0.00119615567376754, relative: 1e-10)
    let first = try AUCDifferenceTest.paired(s100b, wfns)
    expectClose(first.statistic, -2.20898359144091, relative: 1e-10)
    expectClose(first.pValue, 0.0271757822291882, relative: 1e-9)
    let second = try AUCDifferenceTest.paired(wfns, ndka)
    expectClose(second.statistic, 2.79777591868904, relative: 1e-10)
  }
}
