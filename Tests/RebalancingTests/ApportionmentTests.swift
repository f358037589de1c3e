import Randomness
import Rebalancing
import Testing

@Suite struct ApportionmentTests {
  @Test func aPlanWithinTheLimitIsLeftAlone() {
    #expect(apportion([3, 0, 5], limit: 8) == [3, 0, 5])
  }

  /// Shares 10·(6,3,1)/10 of limit 4 are 2.4, 1.2, 0.4: floors 2, 1, 0 and the one left goes to
  /// the largest remainder among 0.4, 0.2, 0.4, the earlier of the equals.
  @Test func largestRemaindersGetWhatIsLeft() {
    #expect(apportion([6, 3, 1], limit: 4) == [3, 1, 0])
  }

  @Test func randomPlansMeetTheLimitExactlyAndNeverExceedAWish() {
    var stream = RandomStream(seed: 5, path: ["apportion"])
    for _ in 0..<500 {
      let wishes = (0..<(1 + stream.integer(below: 12))).map { _ in stream.integer(below: 50) }
      let limit = stream.integer(below: 200)
      let result = apportion(wishes, limit: limit)
      #expect(result.reduce(0, +) == min(limit, wishes.reduce(0, +)))
      #expect(zip(result, wishes).allSatisfy { $0 >= 0 && $0 <= $1 })
    }
  }

  @Test func randomWeightsSplitTheWholeTotalAndNothingGoesToZeroWeight() {
    var stream = RandomStream(seed: 6, path: ["weights"])
    for _ in 0..<500 {
      let weights = (0..<(1 + stream.integer(below: 10))).map { _ in
        stream.integer(below: 3) == 0 ? 0 : stream.uniform()
      }
      let total = stream.integer(below: 300)
      let result = apportion(total: total, weights: weights)
      #expect(result.reduce(0, +) == (weights.contains { $0 > 0 } ? total : 0))
      #expect(zip(result, weights).allSatisfy { $1 > 0 || $0 == 0 })
    }
  }
}
