import Randomness
import ScoreTestSupport
import Statistics
import Testing

/// What variances of AUCs are made of before there are scores, against SciPy and against draws.
struct PlannedPlacementTests {
  /// Φ₂(h, k; r/2) − θ₁θ₂ by scipy.stats.multivariate_normal, see Reference/planning.py.
  @Test func covariancesOfPlacementsAreThoseOfSciPy() {
    for (first, second, correlation, expected) in PlannedPlacementTests.placements {
      // SciPy's integration stops at 1e-8 or so.
      expectClose(
        BinormalPlacements.covariance(first, second, correlation: correlation), expected,
        absolute: 2e-7)
    }
  }

  /// The standard deviation of the AUCs of drawn groups is the one that is planned.
  @Test func thePlannedVarianceIsThatOfDrawnGroups() throws {
    var group = PlannedGroup()
    for index in 0..<60 { group.add(positives: 1 + index % 3, negatives: index % 2) }
    for _ in 0..<80 { group.add(positives: 0, negatives: 2) }
    let (area, rho) = (0.8, 0.6)
    let planned = group.variance(area: area, correlation: rho)
    let shift = 2.0.squareRoot() * Normal.quantile(area)
    let count = 1500
    let areas = parallelMap(count: count) { seed -> Double in
      var stream = RandomStream(seed: UInt64(seed), path: ["planned"])
      var (scores, labels) = ([Double](), [Bool]())
      func add(_ with: Int, _ without: Int, _ stream: inout RandomStream) {
        let patient = stream.normal()
        for image in 0..<(with + without) {
          let noise = rho.squareRoot() * patient + (1 - rho).squareRoot() * stream.normal()
          scores.append(noise + (image < with ? shift : 0))
          labels.append(image < with)
        }
      }
      for index in 0..<60 { add(1 + index % 3, index % 2, &stream) }
      for _ in 0..<80 { add(0, 2, &stream) }
      return areaUnderROC(scores: scores, labels: labels) ?? .nan
    }
    let mean = areas.reduce(0, +) / Double(count)
    let variance = areas.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    expectClose(mean, area, absolute: 0.004)
    // A variance of 1,500 draws is known to 3.7 %.
    expectClose(variance / planned, 1, absolute: 0.11)
  }

  @Test func thePartialAreaOfScikitLearn() throws {
    for (limit, expected) in PlannedPlacementTests.partialAreas {
      expectClose(
        partialArea(
          sortedScores: PlannedPlacementTests.scores, labels: PlannedPlacementTests.labels,
          limit: limit), expected, absolute: 1e-12)
    }
    expectClose(
      partialArea(
        sortedScores: PlannedPlacementTests.scores, labels: PlannedPlacementTests.labels, limit: 1),
      try #require(
        areaUnderROC(scores: PlannedPlacementTests.scores, labels: PlannedPlacementTests.labels)),
      absolute: 1e-12)
    #expect(partialArea(sortedScores: [0.1, 0.2], labels: [true, true], limit: 0.1) == nil)
  }

  /// Two scores of exactly 0 and 1 on the wrong side do not decide the slope of 400.
  @Test func saturatedScoresDoNotDecideTheCalibrationSlope() throws {
    var stream = RandomStream(seed: 3, path: ["slope"])
    var (scores, labels) = ([Double](), [Bool]())
    for _ in 0..<400 {
      let p = stream.uniform() * 0.9 + 0.05
      scores.append(p)
      labels.append(stream.uniform() < p)
    }
    let plain = try Calibration.fit(scores: scores, labels: labels).slope
    let saturated = try Calibration.fit(
      scores: scores + [0, 1], labels: labels + [true, false]
    ).slope
    #expect(abs(plain - 1) < 0.25 && abs(saturated - plain) < 0.15, "\(plain), \(saturated)")
  }

  private static let placements: [(Double, Double, Double, Double)] = [
    (0.85, 0.85, 1.0, 0.03519595691115518),
    (0.85, 0.85, 0.6, 0.01901948121222119),
    (0.85, 0.75, 0.5, 0.02017563351873808),
    (0.95, 0.9, 0.3, 0.0031560141973436817),
    (0.6, 0.6, 1.0, 0.07912724738541044),
    (0.8, 0.8, -0.6, -0.02094402353290603),
    (0.99, 0.8, 0.9, 0.004535801199695988),
  ]

  private static let partialAreas: [(Double, Double)] = [
    (0.1, 0.6686358754027927),
    (0.25, 0.6647845804988662),
    (0.6, 0.6787603930461074),
  ]

  /// 80 cases of the minimal standard generator from 20261127, ascending.
  private static let cases: (scores: [Double], labels: [Bool]) = {
    var state = 20_261_127
    func uniform() -> Double {
      state = state * 16807 % 2_147_483_647
      return Double(state) / 2_147_483_647
    }
    let drawn = (0..<80).map { _ -> (Double, Bool) in
      let label = uniform() < 0.4
      return (((uniform() + (label ? 0.4 : 0)) * 12).rounded(.down) / 12, label)
    }.sorted { $0.0 < $1.0 }
    return (drawn.map(\.0), drawn.map(\.1))
  }()
  private static let scores = cases.scores
  private static let labels = cases.labels
}
