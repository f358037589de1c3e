import ScoreTestSupport
import Statistics
import Testing

struct ComponentTests {
  /// Rows 1 2 | 3 4 without interaction: columns differ by 1, blocks by 2.
  @Test func nestedVarianceByHand() {
    let parts = NestedVariance([[1, 2], [3, 4]], blocks: [0, 1])
    expectClose(parts.interaction, 0, absolute: 1e-15)
    // Means 2 and 3 over columns: variance ½. Means 1.5 and 3.5 over blocks: variance 2.
    expectClose(parts.column, 0.5, absolute: 1e-15)
    expectClose(parts.block, 2, absolute: 1e-15)
    #expect(parts.row == nil)
  }

  /// Two rows in each of two blocks: row means 1, 3 | 5, 7, one column.
  @Test func rowsWithinBlocksByHand() {
    let parts = NestedVariance([[1], [3], [5], [7]], blocks: [0, 0, 1, 1])
    expectClose(parts.row, 2, absolute: 1e-15)
    // Block means 2 and 6: mean square 16 over (block), 2 within: (16 − 2)/2.
    expectClose(parts.block, 7, absolute: 1e-15)
    #expect(parts.column == nil)
  }

  /// statsmodels' worked example of Cochran's Q is not at hand; three arms by the textbook formula.
  @Test func cochranByHand() throws {
    // Columns 3, 1, 0 of four cases; rows 2, 1, 1, 0: Q = 2 (3·10 − 16)/(3·4 − 6) = 28/6.
    let rows = [
      [true, true, false], [true, false, false], [true, false, false], [false, false, false],
    ]
    let result = try #require(cochranQ(rows))
    expectClose(result.q, 28.0 / 6, relative: 1e-12)
  }

  @Test func oneCasePerClusterAndTwoArmsIsMcNemar() throws {
    let rows =
      [[Bool]](repeating: [true, false], count: 7)
      + [[Bool]](repeating: [false, true], count: 2)
    let clustered = try #require(
      clusteredCochranQ(rows, clusters: rows.indices.map { Int32($0) }))
    expectClose(clustered.q, 25.0 / 9, relative: 1e-12)
  }

  /// Every case twice in its cluster: no more evidence than once.
  @Test func repeatedCasesOfOneClusterAddNothing() throws {
    let rows = [
      [true, false, true], [true, false, false], [false, true, true], [true, true, false],
    ]
    let once = try #require(clusteredCochranQ(rows, clusters: [0, 1, 2, 3]))
    let twice = try #require(
      clusteredCochranQ(rows.flatMap { [$0, $0] }, clusters: [0, 0, 1, 1, 2, 2, 3, 3]))
    expectClose(twice.q, once.q, relative: 1e-12)
  }

  /// Tippett 1925: 1.12838 for two, 2.53441 for six.
  @Test(arguments: [(2, 1.1283791670955126), (6, 2.5344127212)])
  func expectedRangeOfNormals(_ count: Int, _ expected: Double) {
    expectClose(Normal.expectedRange(of: count), expected, absolute: 1e-9)
  }

  /// The definition: the median of all pair means.
  @Test(arguments: 1...8) func hodgesLehmannAgreesWithAllPairs(_ seed: Int) throws {
    let values = (0..<(40 + seed)).map { Double(($0 * 37 * seed) % 101 - 50) / 7 }
    var means: [Double] = []
    for first in values.indices {
      for second in first..<values.count { means.append((values[first] + values[second]) / 2) }
    }
    means.sort()
    let middle = means.count / 2
    let expected =
      means.count % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2
    expectClose(SignedRank.hodgesLehmann(values), expected, absolute: 1e-12)
  }

  @Test func hodgesLehmannOfHugeNumbersIsUndefinedOrFinite() {
    #expect(SignedRank.hodgesLehmann([1e308, 1.5e308])?.isFinite != false)
    #expect(SignedRank.hodgesLehmann([.infinity]) == nil)
  }
}

struct AgreementMeasureTests {
  @Test func shiftAndScaleLowerOnlyTheConcordance() {
    let x = [0.1, 0.2, 0.4, 0.7]
    expectClose(Agreement.pearson(x, x.map { 2 * $0 + 1 }), 1, absolute: 1e-12)
    expectClose(Agreement.concordance(x, x), 1, absolute: 1e-12)
    // Variance over n is 0.0525, shift 0.1: 2 · 0.0525/(2 · 0.0525 + 0.01).
    expectClose(Agreement.concordance(x, x.map { $0 + 0.1 }), 0.105 / 0.115, absolute: 1e-12)
    #expect(Agreement.pearson([1, 2], [1, 2]) == nil)
    #expect(Agreement.concordance([1, 1, 1], [1, 1, 1]) == nil)
  }

  @Test func blandAltmanByHand() throws {
    let found = try #require(Agreement.blandAltman([1, 2, 3], [2, 3, 7]))
    // Differences 1, 1, 4: mean 2, standard deviation √3.
    expectClose(found.bias, 2, absolute: 1e-12)
    expectClose(found.upper, 2 + 1.959963984540054 * 3.0.squareRoot(), absolute: 1e-9)
  }
}
