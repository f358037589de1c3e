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
}
