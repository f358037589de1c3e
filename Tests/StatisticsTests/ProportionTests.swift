import Statistics
import ScoreTestSupport
import Testing

struct ProportionTests {
  /// statsmodels 0.15.0 `proportion_confint`.
  @Test(arguments: [
    (20, 27, 0.5532142868544692, 0.8682962543809281),
    (1, 70, 0.002526246457890298, 0.0765818713120833),
    (6, 11, 0.280091537409322, 0.7872872837754024),
    (0, 5, 0, 0.43448246478317487),
  ])
  func wilson(_ x: Int, _ n: Int, _ low: Double, _ high: Double) throws {
    let wilson = try #require(
      Proportion.wilson(successes: Double(x), trials: Double(n), level: 0.95))
    expectClose(wilson.lower, low, absolute: 1e-12)
    expectClose(wilson.upper, high, absolute: 1e-12)
  }

  @Test func oneCasePerClusterIsWilson() throws {
    let successes = (0..<27).map { $0 < 20 ? 1.0 : 0 }
    let clustered = try #require(
      Proportion.clusteredWilson(
        successes: successes, trials: [Double](repeating: 1, count: 27), level: 0.95))
    expectClose(clustered.interval.lower, 0.5532142868544692, absolute: 1e-12)
  }

  @Test func repeatedCasesOfOnePatientDoNotNarrowTheInterval() throws {
    // Every patient counted four times: the share is the same, and so must be what is known of it.
    let once = try #require(Proportion.wilson(successes: 20, trials: 27, level: 0.95))
    let four = try #require(
      Proportion.clusteredWilson(
        successes: (0..<27).map { $0 < 20 ? 4.0 : 0 },
        trials: [Double](repeating: 4, count: 27), level: 0.95))
    #expect(four.interval.lower <= once.lower)
    // K/(K−1) and Student's t of the estimated design effect make it a little wider.
    expectClose(four.interval.lower, once.lower, absolute: 0.015)
    expectClose(four.share, 20.0 / 27, absolute: 1e-15)
  }

  /// One patient of 40 images counts for less in the tail than 40 of one each.
  @Test func unequalPatientsHaveLongerTails() throws {
    func upper(_ trials: [Double]) throws -> Double {
      try #require(
        Proportion.clusteredWilson(
          successes: trials.enumerated().map { $0.offset % 4 == 0 ? $0.element : 0 },
          trials: trials, level: 0.95)
      ).interval.upper
    }
    let even = try upper([Double](repeating: 4, count: 24))
    let uneven = try upper((0..<24).map { $0 < 4 ? 16 : 1.6 })
    #expect(uneven > even + 0.05)
  }

  @Test func nothingCountedIsUndefined() {
    #expect(Proportion.wilson(successes: 0, trials: 0, level: 0.95) == nil)
    #expect(Proportion.clusteredWilson(successes: [0], trials: [0], level: 0.95) == nil)
  }

  /// The definition: all differences that the score test does not reject, on a grid of 200,001.
  @Test(arguments: [(36, 12, 2, 0), (43, 0, 1, 0), (0, 12, 2, 0), (10, 5, 5, 10)])
  func tangoAgreesWithAScanOfItsStatistic(_ both: Int, _ b: Int, _ c: Int, _ neither: Int) throws {
    let counts = PairedCounts(both: both, firstOnly: b, secondOnly: c, neither: neither)
    let interval = try #require(counts.tangoInterval(level: 0.95))
    let n = Double(counts.total)
    func accepted(_ delta: Double) -> Bool {
      // Maximum likelihood of the second discordant share given the difference, by its own quadratic.
      let linear = -Double(b + c) + (2 * n - Double(b - c)) * delta
      let q =
        ((linear * linear + 8 * n * Double(c) * delta * (1 - delta)).squareRoot() - linear)
        / (4 * n)
      let variance = n * (2 * q + delta * (1 - delta))
      let distance = Double(b - c) - n * delta
      return distance * distance <= 1.959963984540054 * 1.959963984540054 * variance + 1e-12
    }
    let grid = (0...200_000).map { -1 + Double($0) / 100_000 }.filter(accepted)
    expectClose(interval.lower, try #require(grid.first), absolute: 2e-5)
    expectClose(interval.upper, try #require(grid.last), absolute: 2e-5)
  }

  @Test func mcNemarByHand() {
    // 1 against 5: 2 · (1 + 6)/64.
    expectClose(
      PairedCounts(both: 9, firstOnly: 1, secondOnly: 5, neither: 3).mcNemarP, 14.0 / 64,
      absolute: 1e-12)
    #expect(PairedCounts(both: 3, firstOnly: 0, secondOnly: 0, neither: 3).mcNemarP == 1)
    #expect(PairedCounts(both: 3, firstOnly: 2, secondOnly: 2, neither: 3).mcNemarP == 1)
  }

  @Test func cochranWithTwoArmsIsMcNemarsChiSquare() throws {
    let rows = [[true, false]] * 7 + [[false, true]] * 2 + [[true, true]] * 4
    let result = try #require(cochranQ(rows))
    expectClose(result.q, 25.0 / 9, relative: 1e-12)
  }

  @Test func signedRankByHand() throws {
    // 1, 2, 3, −4: positive rank sum 6 of 10; P(sum ≤ 4) = 7/16, doubled.
    expectClose(SignedRank.pValue([1, 2, 3, -4]), 14.0 / 16, absolute: 1e-12)
    #expect(SignedRank.hodgesLehmann([1, 2, 6]) == 2.75)
    #expect(SignedRank.pValue([0, 0]) == nil)
  }
}

private func * (rows: [[Bool]], count: Int) -> [[Bool]] {
  (0..<count).flatMap { _ in rows }
}
