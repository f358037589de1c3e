import Testing

@testable import Fairness

@Suite struct ReplicaIntervalTests {
  /// 1 − 2 Φ(−√(n/(n − 1)) t) with t of n − 1 degrees of freedom, by R 4.2.2 (`pnorm`, `qt`).
  @Test(arguments: [
    (5.0, 0.998091798896), (15, 0.973585653746), (30, 0.962492199444), (1000, 0.950391388189),
  ])
  func percentileLimitsOfFewUnitsAreExpanded(units: Double, level: Double) {
    #expect(abs(ReplicaSummary.expanded(0.95, units: units) - level) < 1e-9)
  }

  @Test(arguments: [1, 0, Double.infinity])
  func whereUnitsSayNothingTheLevelStays(units: Double) {
    #expect(ReplicaSummary.expanded(0.95, units: units) == 0.95)
  }
}
