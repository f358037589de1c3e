import Testing

@testable import Reporting

@Suite struct NumberTextTests {
  @Test func numbersHaveTheirDigitsAndATrueMinus() {
    #expect(NumberText.shown(0.85349, .share) == "0.853")
    #expect(NumberText.shown(-0.0421, .difference) == "−0.042")
    #expect(NumberText.shown(0.0421, .difference) == "+0.042")
    #expect(NumberText.shown(-0.0001, .difference) == "0.000")
    #expect(NumberText.shown(5.068, .statistic) == "5.07")
  }

  @Test func smallProbabilitiesKeepTwoDigitsAndAPowerOfTen() {
    #expect(NumberText.shown(0.0341, .probability) == "0.034")
    #expect(NumberText.shown(0.0006, .probability) == "0.0006")
    #expect(NumberText.shown(0.001, .probability) == "0.001")
    #expect(NumberText.written(4.08e-7, .probability) == "4.1e-07")
    #expect(NumberText.shown(4.08e-7, .probability) == "4.1\u{A0}×\u{A0}10⁻⁷")
    #expect(NumberText.shown(0, .probability) == "0.000")
  }

  @Test func undefinedNumbersHaveNoText() {
    for value in [nil, Double.nan, .infinity, -.infinity] as [Double?] {
      #expect(NumberText.shown(value, .share) == nil)
      #expect(NumberText.interval(value, 0, 1, .share) == nil)
    }
    #expect(NumberText.interval(0.5, nil, 0.7, .share) == "0.500")
  }

  @Test func countsOfFiveDigitsAreGrouped() {
    #expect(NumberText.count(9_999) == "9,999")
    #expect(NumberText.count(22_433) == "22,433")
    #expect(NumberText.count(-1_234_567) == "−1,234,567")
    #expect(NumberText.count(Int.min).hasPrefix("−9"))
  }

  @Test func settingsAreWrittenAsTheyWereChosen() {
    #expect(NumberText.setting(0.05) == "0.05")
    #expect(NumberText.setting(0) == "0")
    #expect(NumberText.percent(0.95) == "95\u{A0}%")
    #expect(NumberText.percent(0.995) == "99.5\u{A0}%")
  }
}
