import Statistics
import ScoreTestSupport
import Testing

/// Reference values of SciPy 1.17.1 (double precision).
struct DistributionTests {
  @Test(arguments: [
    (0.975, 1.959963984540054), (0.5, 0), (1e-10, -6.361340902404056), (0.9, 1.2815515655446004),
    (0.02, -2.053748910631823),
  ])
  func normalQuantiles(_ p: Double, _ expected: Double) {
    expectClose(Normal.quantile(p), expected, absolute: 1e-13, relative: 1e-13)
  }

  @Test(arguments: [0.001, 0.024, 0.0243, 0.3, 0.5, 0.77, 0.999999])
  func quantileInvertsTheDistribution(_ p: Double) {
    expectClose(Normal.cumulative(Normal.quantile(p)), p, relative: 1e-13)
  }

  @Test func tails() {
    expectClose(Normal.twoSidedP(5.066171876738191), 4.0588e-7, relative: 1e-4)
    // Known in closed form: t with one degree of freedom is Cauchy, chi-square with two exponential.
    expectClose(SpecialFunctions.studentTwoSidedP(1, degreesOfFreedom: 1), 0.5, absolute: 1e-13)
    expectClose(
      SpecialFunctions.chiSquareUpperTail(3, degreesOfFreedom: 2), 0.22313016014842982,
      relative: 1e-12)
    expectClose(
      SpecialFunctions.chiSquareUpperTail(3.841458820694124, degreesOfFreedom: 1), 0.05,
      relative: 1e-10)
    expectClose(
      SpecialFunctions.studentQuantile(0.975, degreesOfFreedom: 10), 2.2281388519649385,
      relative: 1e-11)
  }
}
