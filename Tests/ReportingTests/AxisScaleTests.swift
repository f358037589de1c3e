import Statistics
import Testing

@testable import Reporting

@Suite struct AxisScaleTests {
  @Test(arguments: [
    [0.71, 0.93], [0.5, 0.5], [-0.02, 0.31], [0, 1], [0.999, 1], [-1, -0.4], [1e-9, 2e-9], [],
    [3, 12_345], [.nan, 0.4],
  ])
  func ticksAreEvenFewAndHoldTheValues(_ values: [Double]) {
    let scale = AxisScale(covering: values)
    for value in values where value.isFinite { #expect(scale.contains(value)) }
    #expect((2...8).contains(scale.ticks.count))
    let steps = zip(scale.ticks, scale.ticks.dropFirst()).map { $1 - $0 }
    // The step is computed once and multiplied, so only rounding of the last digits differs.
    for step in steps { #expect(abs(step - steps[0]) <= 1e-9 * abs(steps[0])) }
    #expect(Set(scale.ticks.map(scale.label)).count == scale.ticks.count)
  }

  @Test(arguments: [[0.99, 1.0], [0.0, 0.02], [-3.0, 0.5], [0.2, 7.0]])
  func limitsAreNeverLeft(_ values: [Double]) {
    let scale = AxisScale(covering: values, limits: 0...1)
    #expect(scale.lower >= 0 && scale.upper <= 1 + 1e-12)
    #expect(scale.fraction(5) == 1 && scale.fraction(-5) == 0)
  }

  @Test func coordinatesAreShortAndFinite() {
    #expect(Coordinate.text(12) == "12")
    #expect(Coordinate.text(12.345678) == "12.35")
    #expect(Coordinate.text(.nan) == "0")
  }

  @Test func longLabelsAreCutToTheirPlace() {
    let text = String(repeating: "Hospital ", count: 20)
    let cut = SVG.shortened(text, to: 100, size: 11.5)
    #expect(cut.hasSuffix("…") && SVG.textWidth(cut, size: 11.5) <= 100)
    #expect(SVG.shortened("Female", to: 100, size: 11.5) == "Female")
  }

  /// Scores of two normal distributions make a straight line of their error rates.
  @Test func normalDeviatesStraightenTheRatesOfNormalScores() {
    let scale = AxisScale.normalDeviates
    let points = stride(from: -0.5, through: 1.5, by: 0.1).map { threshold in
      (
        alarms: scale.fraction(1 - Normal.cumulative(threshold)),
        misses: scale.fraction(Normal.cumulative((threshold - 1.2) / 0.8))
      )
    }
    let slopes = zip(points, points.dropFirst()).map {
      ($1.misses - $0.misses) / ($1.alarms - $0.alarms)
    }
    #expect(slopes.allSatisfy { abs($0 + 1 / 0.8) < 1e-9 }, "\(slopes)")
    #expect(abs(scale.fraction(0.5) - 0.5) < 1e-12)
    #expect(scale.fraction(0.01) == 0 && scale.fraction(0.99) == 1)
    // What lies beyond stands at the edge.
    #expect(scale.fraction(0) == 0 && scale.fraction(1) == 1)
    // As many pixels from 1 to 5 % as from 95 to 99 %, and more than a linear axis gives.
    #expect(abs(scale.fraction(0.05) - (1 - scale.fraction(0.95))) < 1e-12)
    #expect(scale.fraction(0.05) > 0.1)
  }
}
