import Foundation
import Testing

@testable import Rebalancing

/// The closed form of ``Decorrelation`` against HiGHS, which solved the same integer programmes.
///
/// `Tests/Consumers/decorrelation.py` states the programme from its definition, made the file, and
/// solves it again in `make test-consumers`. Everything is whole, so the tolerance is zero.
@Suite struct DecorrelationWitnessTests {
  private struct Case: Decodable {
    /// Images with and without the finding, by group.
    var groups: [[Int]]
    var limit: Int
    /// The fewest additions that balance every group.
    var images: Int
    /// The least excess under the limit, in units of 1/(2 T).
    var excess: Int
  }

  @Test func theSolverFindsNothingBetter() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/decorrelation-highs.json")
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: path))
    #expect(cases.count == 400)
    var cut = 0
    for item in cases {
      let groups = item.groups.map { (positives: $0[0], negatives: $0[1]) }
      let needs = Decorrelation.needs(of: groups)
      #expect(needs.reduce(0) { $0 + ($1?.images ?? 0) } == item.images, "\(item)")
      let granted = Decorrelation.allot(needs, limit: item.limit)
      #expect(granted.reduce(0, +) <= item.limit)
      let positives = groups.reduce(0) { $0 + $1.positives }
      let total = groups.reduce(0) { $0 + $1.positives + $1.negatives }
      var excess = 0
      for (group, (need, images)) in zip(groups, zip(needs, granted)) {
        let more = need?.isPositive == true ? images : 0
        let (with, all) = (group.positives + more, group.positives + group.negatives + images)
        excess += max(0, abs(2 * (with * total - all * positives)) - total)
      }
      #expect(excess == item.excess, "\(item)")
      if item.limit < item.images { cut += 1 }
    }
    #expect(cut > 100 && cut < 400, "some limits bind and some do not")
  }
}
