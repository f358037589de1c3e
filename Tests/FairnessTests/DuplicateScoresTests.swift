import Randomness
import Testing

@testable import Fairness

@Suite struct DuplicateScoresTests {
  private func table(_ scores: [Double], clusters: [Int32]) -> EvaluationTable {
    EvaluationTable(
      classifier: "c", cohort: "real", finding: "Effusion", scores: scores,
      labels: scores.indices.map { $0 % 2 == 0 }, clusters: clusters,
      clusterCount: Int(clusters.max() ?? 0) + 1, attributes: [])
  }

  private func scores(_ count: Int, rounded: Double? = nil) -> [Double] {
    var stream = RandomStream(seed: 11, path: ["scores"])
    return (0..<count).map { _ in
      let score = 0.2 + 0.6 * stream.uniform()
      return rounded.map { (score * $0).rounded() / $0 } ?? score
    }
  }

  @Test func copiesUnderOtherNamesAreCounted() {
    let own = scores(200)
    let twice = table(own + own, clusters: (0..<400).map { Int32($0) })
    let cautions = DuplicateScores.cautions([twice])
    #expect(cautions.count == 1)
    #expect(cautions.first?.hasPrefix("400 of 400 images have exactly the score of 'c'") == true)
  }

  @Test func copiesWithinAPatientAreCountedAsOneAlready() {
    let own = scores(200)
    let clusters = (0..<200).map { Int32($0) }
    #expect(DuplicateScores.cautions([table(own + own, clusters: clusters + clusters)]).isEmpty)
  }

  @Test func roundedAndSaturatedScoresAreEqualByChance() {
    let clusters = (0..<2_000).map { Int32($0) }
    #expect(
      DuplicateScores.cautions([table(scores(2_000, rounded: 1_000), clusters: clusters)]).isEmpty)
    let ends = (0..<2_000).map { $0 % 2 == 0 ? 0.999_999_94 : 1e-9 }
    #expect(DuplicateScores.cautions([table(ends, clusters: clusters)]).isEmpty)
    #expect(DuplicateScores.cautions([table(scores(2_000), clusters: clusters)]).isEmpty)
  }

  @Test func singlePrecisionGivesNoCaution() {
    let single = scores(20_000).map { Double(Float($0)) }
    #expect(
      DuplicateScores.cautions([table(single, clusters: (0..<20_000).map { Int32($0) })]).isEmpty)
  }
}
