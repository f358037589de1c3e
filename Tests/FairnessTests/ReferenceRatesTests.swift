import AuditModel
import Fairness
import ScoreTestSupport
import TestSupport
import Testing
import Vocabulary

/// ProPublica's published error rates of COMPAS, through the whole analysis.
@Suite(.needs("data/scores"))
struct ReferenceRatesTests {
  @Test func compasRatesAsPublished() throws {
    let columns = try SharedScores.table(
      "scores/compas-propublica/compas_two_years_deidentified.csv")
    let scores = try #require(columns["decile_score"]).map { (Double($0) ?? .nan) }
    let rows = scores.indices.filter { scores[$0] >= 1 }
    let labels = try #require(columns["two_year_recid"]).map { $0 == "1" }
    let race = try #require(columns["race"])
    let table = EvaluationTable(
      classifier: "COMPAS", cohort: "real", finding: "Recidivism", scores: rows.map { scores[$0] },
      labels: rows.map { labels[$0] }, clusters: rows.indices.map { Int32($0) },
      clusterCount: rows.count,
      attributes: [
        try Grouping(.named("race"), rule: .values(["African-American", "Caucasian"]))
          .column(of: rows.map { race[$0] })
      ])
    // Medium and high risk are deciles 5 and above.
    let found = try outcome([table]) { $0.thresholds = ["Recidivism": .value(5)] }
    // Published to hundredths of a percent.
    expectClose(found.subgroups[0].falsePositiveRate?.estimate, 0.4485, absolute: 5e-5)
    expectClose(found.subgroups[1].falsePositiveRate?.estimate, 0.2345, absolute: 5e-5)
    expectClose(found.subgroups[0].falseNegativeRate?.estimate, 0.2799, absolute: 5e-5)
    expectClose(found.subgroups[1].falseNegativeRate?.estimate, 0.4772, absolute: 5e-5)
    #expect(found.rateGaps.count == 2 && found.rateGaps.allSatisfy(\.isDetected))
  }
}
