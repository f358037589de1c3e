import Testing
import Vocabulary

@Suite struct WrittenNumberTests {
  @Test func countsHaveCommas() {
    #expect(
      [0, 999, 1000, 22433, 1_234_567, -1000].map(WrittenNumber.count)
        == ["0", "999", "1,000", "22,433", "1,234,567", "\u{2212}1,000"])
  }

  @Test func aZeroHasNoSign() {
    #expect(
      WrittenNumber.fixed(-0.0004, 3) == "0.000" && WrittenNumber.fixed(-0.0006, 3) == "-0.001")
    #expect(
      WrittenNumber.signed(0.0004, 3) == "0.000" && WrittenNumber.signed(0.0006, 3) == "+0.001")
    #expect(WrittenNumber.signed(-0.25, 2) == "-0.25")
  }

  @Test func digitsThatSayNothingAreLeftOut() {
    #expect(WrittenNumber.significant(30, 6) == "30" && WrittenNumber.significant(0.5, 6) == "0.5")
    #expect(WrittenNumber.significant(0.000012345, 3) == "1.23e-05")
    #expect(WrittenNumber.scientific(0.000032, 1) == "3.2e-05")
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan])
  func whatIsNoNumberIsAWord(value: Double) {
    let word = value.isNaN ? "undefined" : "unbounded"
    #expect(WrittenNumber.fixed(value, 2) == word && WrittenNumber.signed(value, 2) == word)
    #expect(
      WrittenNumber.significant(value, 2) == word && WrittenNumber.scientific(value, 2) == word)
  }
}
