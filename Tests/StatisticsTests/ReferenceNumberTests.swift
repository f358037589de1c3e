import Foundation
import ScoreTestSupport
import Statistics
import Testing

/// Numbers of R 4.2.2, pROC 1.18.0 and scikit-learn 1.9 on 113 made-up cases with heavy ties, the size
/// of pROC's own example; they need no data that is not here.
///
/// Made by the minimal standard generator x ← 16,807 x mod 2³¹ − 1 from 20261124, in this order for
/// each case. R prints 15 digits, hence 1e-10 relative.
struct ReferenceNumberTests {
  private struct Cases {
    var labels: [Bool] = []
    var a: [Double] = []
    var b: [Double] = []
    var c: [Double] = []
    var p: [Double] = []

    init() {
      var state = 20_261_124
      func uniform() -> Double {
        state = state * 16807 % 2_147_483_647
        return Double(state) / 2_147_483_647
      }
      for _ in 0..<113 {
        let label = uniform() < 0.36
        let y = label ? 1.0 : 0
        let shared = uniform()
        labels.append(label)
        a.append(((shared + uniform() + 0.5 * y) * 8).rounded(.down) / 8)
        b.append(((shared + uniform() + 0.2 * y) * 6).rounded(.down) / 6)
        c.append((uniform() * 5 + 1.2 * y).rounded(.down))
        let mixed = (shared * 0.5 + 0.4 * y + 0.3 * uniform()) / 1.2
        p.append((min(0.98, max(0.02, mixed)) * 1000).rounded(.down) / 1000)
      }
    }
  }

  private let cases = Cases()

  @Test func theCasesAreThoseOfTheReference() {
    #expect(cases.labels.count { $0 } == 47)
    #expect(cases.a.reduce(0, +) == 129.125 && cases.c.reduce(0, +) == 297)
    expectClose(cases.p.reduce(0, +), 52.985, absolute: 1e-9)
  }

  @Test func areasAndAveragePrecisionOfScikitLearn() {
    let expected = [
      (cases.a, 0.7682140554480981, 0.7042913038131765),
      (cases.b, 0.5759187620889749, 0.48576859942727924),
      (cases.c, 0.7411347517730497, 0.6420060790273556),
      (cases.p, 0.9347195357833656, 0.9186123152730814),
    ]
    for (scores, auc, precision) in expected {
      expectClose(areaUnderROC(scores: scores, labels: cases.labels), auc, absolute: 1e-14)
      expectClose(
        averagePrecision(scores: scores, labels: cases.labels), precision, absolute: 1e-14)
      let order = ascendingOrder(of: scores).map { Int($0) }
      expectClose(
        averagePrecision(
          sortedScores: order.map { scores[$0] }, labels: order.map { cases.labels[$0] }),
        precision, absolute: 1e-14)
    }
  }

  @Test func aMeanOfSquaredErrorsIsTheBrierScoreOfScikitLearn() throws {
    let errors = zip(cases.p, cases.labels).map { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }
    let mean = try #require(
      ClusteredMean(
        values: errors, clusters: errors.indices.map { Int32($0) }, clusterCount: errors.count))
    expectClose(mean.mean, 0.1450432831858407, absolute: 1e-14)
  }

  @Test func pairedAndUnpairedDeLongOfPROC() throws {
    let (a, b, c) = (
      try DeLong(scores: cases.a, labels: cases.labels),
      try DeLong(scores: cases.b, labels: cases.labels),
      try DeLong(scores: cases.c, labels: cases.labels)
    )
    expectClose(a.variance, 0.00187505698709416, relative: 1e-10)
    expectClose(b.variance, 0.00301771489810182, relative: 1e-10)
    expectClose(a.covariance(with: b), 0.001069995216806590, relative: 1e-10)
    expectClose(a.covariance(with: c), 0.000266149897620686, relative: 1e-10)
    let paired = try AUCDifferenceTest.paired(a, b)
    expectClose(paired.statistic, 3.665074338769692, relative: 1e-10)
    expectClose(paired.pValue, 0.000247266749707402, relative: 1e-9)
    func part(_ parity: Int) throws -> DeLong {
      let rows = cases.a.indices.filter { $0 % 2 == parity }
      return try DeLong(scores: rows.map { cases.a[$0] }, labels: rows.map { cases.labels[$0] })
    }
    let disjoint = try AUCDifferenceTest.disjoint(try part(0), try part(1))
    expectClose(disjoint.statistic, -2.2855220742724294, relative: 1e-10)
    expectClose(disjoint.degreesOfFreedom, 97.7451780759488, relative: 1e-10)
    expectClose(disjoint.pValue, 0.0244424035193138, relative: 1e-9)
  }

  /// R's glm with epsilon 1e-14; its standard errors come from the iteration before the last.
  @Test func calibrationOfR() throws {
    let fit = try Calibration.fit(scores: cases.p, labels: cases.labels)
    expectClose(fit.intercept, -0.213492601455495, relative: 1e-9)
    expectClose(fit.slope, 3.728673199520251, relative: 1e-9)
    expectClose(fit.slopeStandardError, 0.696413729839630, relative: 1e-6)
    let level = try Calibration.inTheLarge(scores: cases.p, labels: cases.labels)
    expectClose(level.intercept, -0.252761318627914, relative: 1e-9)
    expectClose(level.standardError, 0.206930005783444, relative: 1e-6)
  }

  /// One case per cluster: the sandwich with residuals over √(1 − h), statistics' HC2 type.
  @Test func clusteredErrorsOfIndependentCasesAreRobustErrors() throws {
    let logits = Calibration.LogitCases(
      scores: cases.p, labels: cases.labels, clusters: cases.p.indices.map { Int32($0) },
      clusterCount: cases.p.count)
    let fit = try logits.fit()
    let x = cases.p.map(Calibration.logit)
    let q = x.map { 1 / (1 + exp(-fit.intercept - fit.slope * $0)) }
    let (h00, h01, h11) = x.indices.reduce((0.0, 0.0, 0.0)) { sums, i in
      let w = q[i] * (1 - q[i])
      return (sums.0 + w, sums.1 + w * x[i], sums.2 + w * x[i] * x[i])
    }
    let determinant = h00 * h11 - h01 * h01
    let meat = x.indices.reduce(0.0) { sum, i in
      let influence =
        ((cases.labels[i] ? 1 : 0) - q[i]) * (h00 * x[i] - h01) / determinant
      let pull =
        q[i] * (1 - q[i]) * (h11 - 2 * h01 * x[i] + h00 * x[i] * x[i]) / determinant
      return sum + influence * influence / (1 - pull)
    }
    expectClose(fit.slopeClusteredError, meat.squareRoot(), relative: 1e-9)
    // Every case twice in its cluster is no more evidence than once.
    let twice = try Calibration.LogitCases(
      scores: cases.p + cases.p, labels: cases.labels + cases.labels,
      clusters: (0..<226).map { Int32($0 % 113) }, clusterCount: 113
    ).fit()
    expectClose(twice.slopeClusteredError, try #require(fit.slopeClusteredError), relative: 1e-9)
  }

  @Test func signedRankAndMcNemarOfR() {
    expectClose(
      SignedRank.pValue(zip(cases.a, cases.b).map(-)), 0.00305840646179923, relative: 1e-10)
    // Table of a ≥ 1 against b ≥ 1; R's binom.test of the discordant pairs.
    let counts = PairedCounts(both: 50, firstOnly: 28, secondOnly: 12, neither: 23)
    #expect(zip(cases.a, cases.b).count { $0.0 >= 1 && $0.1 < 1 } == 28)
    expectClose(counts.mcNemarP, 0.0165890033749747, relative: 1e-10)
  }
}
