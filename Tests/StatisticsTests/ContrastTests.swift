import Foundation
import Randomness
import ScoreTestSupport
import Statistics
import Testing

/// Numbers marked "reference" come from `Reference/contrasts.py` (SciPy 1.17.1, statsmodels 0.15.0).
struct ContrastTests {
  struct Counts: Sendable {
    var x1: Int, n1: Int, x2: Int, n2: Int
    /// Reference: central Fisher, score p, Newcombe's limits.
    var fisher: Double, score: Double, lower: Double, upper: Double
  }

  static let counts = [
    Counts(
      x1: 12, n1: 12, x2: 475, n2: 500, fisher: 1, score: 0.4270617194812818,
      lower: -0.1930151275210654, upper: 0.07276816117154761),
    Counts(
      x1: 3, n1: 14, x2: 40, n2: 60, fisher: 0.005182019140173003, score: 0.002007024701372717,
      lower: -0.6268710401216577, upper: -0.1619696666096606),
    Counts(
      x1: 0, n1: 60, x2: 30, n2: 900, fisher: 0.27974637376911854, score: 0.15076277502664528,
      lower: -0.04718615193943517, upper: 0.02764522915070207),
    Counts(
      x1: 90, n1: 100, x2: 70, n2: 100, fisher: 0.0006504107076034208, score: 0.0004069520174449571,
      lower: 0.09000209070489983, upper: 0.30578929058543947),
  ]

  @Test(arguments: counts) func proportionsAgreeWithTheReference(_ c: Counts) {
    expectClose(
      FisherExact.twoSidedP(first: (c.x1, c.n1), second: (c.x2, c.n2)), c.fisher, relative: 1e-10)
    let test = ProportionContrast.test(
      first: 0, second: 1,
      EffectiveProportion(rate: Double(c.x1) / Double(c.n1), trials: Double(c.n1)),
      EffectiveProportion(rate: Double(c.x2) / Double(c.n2), trials: Double(c.n2)))
    let limits = test.limits(alpha: 0.05)
    expectClose(limits.lower, c.lower, absolute: 1e-9)
    expectClose(limits.upper, c.upper, absolute: 1e-9)
    // A claim needs both witnesses: the null variance (exact in small cells) and limits without 0.
    let isSmall = Double(min(c.n1, c.n2)) * 0.05 < 1
    #expect(test.pValue >= (isSmall ? max(c.fisher, c.score) : c.score) * (1 - 1e-9))
    #expect((test.pValue <= 0.05) == !(limits.lower <= 0 && limits.upper >= 0))
  }

  /// One image per patient: the clustered test is the test of independent proportions.
  @Test func twelveOfTwelveAgainstMostOfFiveHundredShowsNothing() throws {
    let isSuccess = (0..<512).map { $0 < 12 || $0 >= 37 }
    let rates = try #require(
      RateContrasts(
        isSuccess: isSuccess, membership: isSuccess.indices.map { $0 < 12 ? 0 : 1 }, groupCount: 2,
        clusters: isSuccess.indices.map { Int32($0) }, clusterCount: 512))
    #expect(rates.rates == [1, 0.95])
    expectClose(rates.tests[0].pValue, 1, absolute: 1e-12)
    #expect(rates.effectiveTrials == [12, 500])
  }

  /// None of 173 images of 60 patients against 2.5 % of 4,000 of 1,500, whole patients or none.
  @Test func noneOfAFewPatientsIsNoEvidence() throws {
    var success: [Bool] = []
    var group: [Int32] = []
    var cluster: [Int32] = []
    for patient in 0..<1560 {
      let images = patient < 60 ? (patient < 53 ? 3 : 2) : (patient % 3) + 2
      for _ in 0..<images {
        success.append(patient >= 60 && patient % 40 == 0)
        group.append(patient < 60 ? 0 : 1)
        cluster.append(Int32(patient))
      }
    }
    #expect(group.count { $0 == 0 } == 173)
    let rates = try #require(
      RateContrasts(
        isSuccess: success, membership: group, groupCount: 2, clusters: cluster, clusterCount: 1560)
    )
    #expect(rates.tests[0].pValue > 0.2)
    // Images of one patient are alike: 173 are worth hardly more than 60.
    #expect(rates.effectiveTrials[0] < 66)
    let limits = rates.tests[0].limits(alpha: 0.05)
    #expect(limits.lower < -0.03 && limits.upper > 0.02)
  }

  /// Two arms of single images: McNemar's exact test and Tango's limits.
  @Test func pairedRatesAreMcNemars() throws {
    let pairs = PairedCounts(both: 40, firstOnly: 12, secondOnly: 2, neither: 46)
    var success: [Bool] = []
    for (count, a, b) in [
      (40, true, true), (12, true, false), (2, false, true), (46, false, false),
    ] {
      for _ in 0..<count { success += [a, b] }
    }
    let rates = try #require(
      RateContrasts(
        isSuccess: success, membership: success.indices.map { Int32($0 % 2) }, groupCount: 2,
        clusters: success.indices.map { Int32($0 / 2) }, clusterCount: 100))
    let tango = try #require(pairs.tangoInterval(level: 0.95))
    let limits = rates.tests[0].limits(alpha: 0.05)
    expectClose(limits.lower, tango.lower, absolute: 1e-9)
    expectClose(limits.upper, tango.upper, absolute: 1e-9)
    #expect(rates.tests[0].pValue >= pairs.mcNemarP * (1 - 1e-9))
    #expect(rates.tests[0].pValue <= 2 * pairs.mcNemarP)
  }

  @Test func armsThatNeverDisagreeHaveLimitsAndNoEvidence() throws {
    let success = (0..<60).map { $0 < 40 }
    let rates = try #require(
      RateContrasts(
        isSuccess: success, membership: success.indices.map { Int32($0 % 2) }, groupCount: 2,
        clusters: success.indices.map { Int32($0 / 2) }, clusterCount: 30))
    #expect(rates.tests[0].difference == 0)
    #expect(rates.tests[0].pValue == 1)
    let limits = rates.tests[0].limits(alpha: 0.05)
    #expect(limits.lower < -0.05 && limits.upper > 0.05)
    #expect(rates.tests[0].equivalenceP(margin: 0.05) > 0.05)
  }

  @Test func studentsTailsAgreeWithTheReference() {
    expectClose(
      StudentTail.twoSidedP(2.5, degreesOfFreedom: 4.2), 0.0638154134665377, relative: 1e-10)
    expectClose(
      StudentTail.twoSidedP(5, degreesOfFreedom: 9.7), 0.0005892533495480357, relative: 1e-10)
    expectClose(
      StudentTail.criticalValue(alpha: 0.001, degreesOfFreedom: 4.2), 8.148588313878452,
      relative: 1e-9)
    expectClose(
      StudentTail.criticalValue(alpha: 0.001, degreesOfFreedom: 9.7), 4.639677883375552,
      relative: 1e-9)
  }

  /// Reference: integration over the plane that three contrasts span; R's mvtnorm 1.1-3 gives 0.39693,
  /// 0.04994 and 0.00274. Four standard errors of 100,000 draws.
  @Test(arguments: [
    (0.2, 0.39692588830783776), (0.02, 0.04996250759069613), (0.001, 0.0027447827070007907),
  ])
  func theSmallestOfThreePValues(_ p: Double, _ expected: Double) {
    var covariance = SymmetricMatrix(size: 3)
    covariance.entries = [4, 1, 0, 1, 2, 0.5, 0, 0.5, 1]
    let contrasts = GroupContrast.allPairs(auc: [0, 0, 0], covariance: covariance)
    let minP = MinP(
      contrasts, pValues: [p, 1, 0.9], covariance: covariance, seed: 1, path: ["test"])
    let error = 4 * (expected * (1 - expected) / 1e5).squareRoot() + 1e-5
    expectClose(minP.adjusted(p), expected, absolute: error)
    expectClose(minP.pValues[0], expected, absolute: error)
    // Going back from the adjusted level gives the level of one contrast.
    if expected * 1e5 >= 100 {
      expectClose(minP.contrastLevel(expected), p, relative: 0.06)
    }
    // Far out the three hardly meet: just below Bonferroni's bound.
    #expect(minP.adjusted(1e-12) <= 3e-12 && minP.adjusted(1e-12) > 2.9e-12)
  }

  /// A cluster's size counts: 10 clusters, one of which holds most cases, are worth few.
  @Test func unequalClustersAreWorthFewer() throws {
    var stream = RandomStream(seed: 3, path: ["effective"])
    func effective(_ sizes: [Int]) throws -> Double {
      var scores: [Double] = []
      var labels: [Bool] = []
      var clusters: [Int32] = []
      for (cluster, size) in (sizes + sizes).enumerated() {
        let content = stream.normal()
        for _ in 0..<size {
          scores.append(content)
          labels.append(cluster < sizes.count)
          clusters.append(Int32(cluster))
        }
      }
      let cases = try SortedCases(
        scores: scores, labels: labels, clusters: clusters, clusterCount: 2 * sizes.count)
      let grouped = GroupedAUC(
        cases, membership: [Int32](repeating: 0, count: scores.count), groupCount: 1)
      return grouped.moments[1].effectiveBySize(correlation: 1)
    }
    expectClose(try effective([Int](repeating: 3, count: 10)), 10, relative: 1e-12)
    // (Σ n²)²/Σ n⁴ with n = 30 once and 1 nine times.
    expectClose(
      try effective([30] + [Int](repeating: 1, count: 9)),
      909.0 * 909 / (810_000 + 9), relative: 1e-12)
  }

  /// Single images per patient: with equal groups the null variance is DeLong's, and p near pROC's.
  @Test func largeGroupsAgreeWithDeLong() throws {
    var stream = RandomStream(seed: 5, path: ["delong"])
    var scores: [Double] = []
    var labels: [Bool] = []
    var groups: [Int32] = []
    for row in 0..<4000 {
      labels.append(row % 4 == 0)
      groups.append(Int32(row / 2000))
      scores.append(stream.normal() + (row % 4 == 0 ? (row < 2000 ? 1.0 : 1.25) : 0))
    }
    let cases = try SortedCases(
      scores: scores, labels: labels, clusters: scores.indices.map { Int32($0) }, clusterCount: 4000
    )
    let grouped = GroupedAUC(cases, membership: groups, groupCount: 2)
    let test = AUCContrasts(grouped, groups: [0, 1]).tests[0]
    let halves = (0..<2).map { half in
      (
        Array(scores[(2000 * half)..<(2000 * half + 2000)]),
        Array(labels[(2000 * half)..<(2000 * half + 2000)])
      )
    }
    let delong = try AUCDifferenceTest.disjoint(
      DeLong(scores: halves[0].0, labels: halves[0].1),
      DeLong(scores: halves[1].0, labels: halves[1].1))
    expectClose(test.difference, delong.difference, absolute: 1e-12)
    // Logit limits and a pooled variance are other roads to the same place.
    expectClose(log(test.pValue), log(delong.pValue), relative: 0.1)
    let limits = test.limits(alpha: 0.05)
    expectClose(
      limits.upper - limits.lower, 2 * 1.96 * delong.standardError, relative: 0.03)
  }
}
