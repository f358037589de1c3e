import Foundation
import ScoreTestSupport
import Statistics
import Testing

/// p values of R's coin, made by `Reference/permutations.R` and kept in `permutations.txt`.
struct PermutationReferenceTests {
  private let expected: [String: Double]
  /// Those of `permutations.R`, by the same generator.
  private let smooth: [Double]
  private let coarse: [Double]
  private let decisions: [[Bool]]

  init() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let text = try String(
      contentsOf: folder.appending(path: "Reference/permutations.txt"), encoding: .utf8)
    var numbers: [String: Double] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let words = line.split(separator: " ")
      numbers[words.dropLast().joined(separator: " ")] = words.last.flatMap { Double($0) }
    }
    expected = numbers
    var state = 20_261_129
    func uniform() -> Double {
      state = state * 16807 % 2_147_483_647
      return Double(state) / 2_147_483_647
    }
    smooth = (0..<26).map { _ in uniform() + uniform() - 0.8 }
    coarse = (0..<80).map { _ in (4 * (uniform() + uniform() - 0.8)).rounded(.down) / 4 }
    decisions = (0..<40).map { _ in
      let shared = uniform()
      return (1...3).map { 0.6 * shared + 0.4 * uniform() + 0.08 * Double($0) > 0.62 }
    }
  }

  private func number(_ name: String) throws -> Double { try #require(expected[name], "\(name)") }

  @Test func signedRanksAreExactWithTiesAndWithout() throws {
    expectClose(smooth.reduce(0, +), try number("smooth sum"), relative: 1e-12)
    expectClose(coarse.reduce(0, +), try number("coarse sum"), relative: 1e-12)
    expectClose(
      SignedRank.pValue(smooth), try number("signed ranks smooth exact"),
      relative: 1e-10)
    // Eighteen differences in steps of a quarter: ties, and zeros that are dropped.
    expectClose(
      SignedRank.pValue(Array(coarse.prefix(18))),
      try number("signed ranks few exact"), relative: 1e-10)
  }

  /// More than fifty differences are normal theory's, in coin's words asymptotic.
  @Test func manySignedRanksAreNormal() throws {
    #expect(coarse.count { $0 != 0 } > 50)
    expectClose(
      SignedRank.pValue(coarse), try number("signed ranks coarse asymptotic"),
      relative: 1e-10)
  }

  @Test func decisionsOfArmsAreThoseOfMarginalHomogeneity() throws {
    #expect(Double(decisions.joined().count { $0 }) == (try number("positive decisions")))
    let all = try #require(cochranQ(decisions))
    expectClose(all.q, try number("Q"), relative: 1e-12)
    expectClose(all.pValue, try number("Q asymptotic"), relative: 1e-10)
    let counts = PairedCounts(
      both: decisions.count { $0[0] && $0[1] }, firstOnly: decisions.count { $0[0] && !$0[1] },
      secondOnly: decisions.count { !$0[0] && $0[1] }, neither: decisions.count { !$0[0] && !$0[1] }
    )
    expectClose(counts.mcNemarP, try number("McNemar exact"), relative: 1e-10)
    let two = try #require(
      clusteredCochranQ(decisions.map { Array($0[0..<2]) }, clusters: (0..<40).map { Int32($0) }))
    expectClose(two.pValue, try number("McNemar asymptotic"), relative: 1e-10)
  }

  /// The central test is twice the smaller of coin's exact tails.
  @Test func ratesOfTwoGroupsAreExact() throws {
    for (name, first, second) in [
      ("rates 1 of 12, 9 of 30", (successes: 1, trials: 12), (successes: 9, trials: 30)),
      ("rates 11 of 12, 20 of 30", (successes: 11, trials: 12), (successes: 20, trials: 30)),
    ] {
      let tail = min(try number("\(name) less"), try number("\(name) greater"))
      expectClose(
        FisherExact.twoSidedP(first: first, second: second), min(1, 2 * tail), relative: 1e-10)
    }
  }
}
