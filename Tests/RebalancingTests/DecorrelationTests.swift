import AuditModel
import Foundation
import Randomness
import Testing
import Vocabulary

@testable import Rebalancing

@Suite struct DecorrelationTests {
  private typealias Group = (positives: Int, negatives: Int)

  /// 100 of 270 show the finding. Women have 20 of 120, men 80 of 150.
  ///
  /// Women: 20 − 120·100/270 = −24.44 off, one image with the finding gives 170/270 = 0.6296:
  /// (24.44 − 0.5) / 0.6296 = 38.03, so 39. Men: 80 − 150·100/270 = 24.44 off, one without it gives
  /// 100/270 = 0.3704: 23.94 / 0.3704 = 64.65, so 65.
  @Test func aHandCheckedTable() {
    let needs = Decorrelation.needs(of: [(20, 100), (80, 70)])
    #expect(needs[0]?.isPositive == true && needs[0]?.images == 39)
    #expect(needs[1]?.isPositive == false && needs[1]?.images == 65)
  }

  @Test func independentTablesAndTablesOfOneLabelNeedNothing() {
    #expect(Decorrelation.needs(of: [(10, 20), (30, 60)]) == [nil, nil])
    #expect(Decorrelation.needs(of: [(0, 20), (0, 5)]) == [nil, nil])
    #expect(Decorrelation.needs(of: [(7, 0), (0, 0)]) == [nil, nil])
    #expect(Decorrelation.needs(of: []) == [])
  }

  /// Twice the excess |d| − ½ of a group in units of 1/T, straight from the definition.
  private func excess(_ group: Group, _ positives: Int, _ total: Int) -> Int {
    max(
      0,
      abs(2 * (group.positives * total - (group.positives + group.negatives) * positives)) - total)
  }

  private func randomGroups(_ stream: inout RandomStream, below: Int) -> [Group] {
    (0..<(1 + stream.integer(below: 3))).map { _ in
      (stream.integer(below: below), stream.integer(below: below))
    }
  }

  /// Every addition of up to twelve of each label to each group is tried; the groups' own optimum is
  /// the smallest sum with no excess, because groups share no constraint.
  @Test func noSmallerSetOfAdditionsBalancesASmallTable() {
    var stream = RandomStream(seed: 3, path: ["decorrelate", "optimum"])
    var tested = 0
    for number in 0..<2_000 {
      let groups = randomGroups(&stream, below: 7)
      let positives = groups.reduce(0) { $0 + $1.positives }
      let total = groups.reduce(0) { $0 + $1.positives + $1.negatives }
      guard positives > 0, positives < total else { continue }
      let needs = Decorrelation.needs(of: groups)
      // Joint search over all groups where it is small, to test the separation too.
      let bound = 12
      var best: [Int?] = []
      for group in groups {
        var least: Int?
        for more in 0...bound {
          for less in 0...bound where more + less < least ?? .max {
            let changed = (group.positives + more, group.negatives + less)
            if excess(changed, positives, total) == 0 { least = more + less }
          }
        }
        best.append(least)
      }
      for (need, least) in zip(needs, best) {
        guard let least else {
          #expect((need?.images ?? 0) > bound, "table \(number): \(groups)")
          continue
        }
        tested += 1
        #expect((need?.images ?? 0) == least, "table \(number): \(groups)")
      }
    }
    #expect(tested > 1_000)
  }

  /// Under a limit: every way of spending it on two or three groups, both labels, is tried.
  @Test func noOtherUseOfALimitLeavesLessDependence() {
    var stream = RandomStream(seed: 4, path: ["decorrelate", "limit"])
    var cut = 0
    for number in 0..<400 {
      let groups = Array(randomGroups(&stream, below: 7).prefix(2))
      let positives = groups.reduce(0) { $0 + $1.positives }
      let total = groups.reduce(0) { $0 + $1.positives + $1.negatives }
      guard positives > 0, positives < total else { continue }
      let needs = Decorrelation.needs(of: groups)
      let limit = 1 + stream.integer(below: 5)
      let granted = Decorrelation.allot(needs, limit: limit)
      #expect(granted.reduce(0, +) <= limit)
      func left(_ additions: [Group]) -> Int {
        zip(groups, additions).reduce(0) {
          $0
            + excess(
              ($1.0.positives + $1.1.positives, $1.0.negatives + $1.1.negatives), positives, total)
        }
      }
      let ours = left(
        zip(needs, granted).map { need, images in
          need?.isPositive == true ? (images, 0) : (0, images)
        })
      var best = Int.max
      func search(_ additions: [Group], _ remaining: Int) {
        guard additions.count < groups.count else {
          best = min(best, left(additions))
          return
        }
        for more in 0...remaining {
          for less in 0...(remaining - more) {
            search(additions + [(more, less)], remaining - more - less)
          }
        }
      }
      search([], limit)
      #expect(ours == best, "table \(number): \(groups), limit \(limit)")
      if granted.reduce(0, +) == limit { cut += 1 }
    }
    #expect(cut > 50, "limits that bind are tested")
  }

  @Test func theLargestCountsDoNotOverflow() {
    let needs = Decorrelation.needs(of: [(1, 499_999_999), (499_999_999, 1)])
    #expect(needs[0]?.isPositive == true && (needs[0]?.images ?? 0) > 499_000_000)
    #expect(Decorrelation.allot(needs, limit: 7).reduce(0, +) == 7)
    #expect(Decorrelation.allot(needs, limit: 0) == [0, 0])
  }

  /// Through the planner: after the plan every group has the finding as often as the table had it, to
  /// half an image.
  @Test func aPlanMakesEveryGroupAlike() throws {
    var cells: [TrainingCell: Int] = [:]
    for (isPositive, sex, count) in [
      (true, "Female", 20), (true, "Male", 80), (false, "Female", 100), (false, "Male", 70),
    ] {
      cells[
        TrainingCell(
          finding: "Effusion", isPositive: isPositive, groups: ["sex": sex])] = count
    }
    var specification = RebalanceSpecification(trainingTable: "t.csv")
    specification.strategy = .decorrelate
    func plan() throws -> RebalancingRecord {
      RebalancingPlanner(
        specification, counts: TrainingCounts(cells: cells, total: 270), findings: ["Effusion"],
        grid: CellGrid(["sex": .values(["Female", "Male"])])
      ).plan(comparisons: [], verdicts: [])
    }
    let record = try plan()
    let added = record.cells.filter { $0.add > 0 }
    #expect(
      added.map { "\($0.label) \($0.groups["sex"] ?? "") \($0.add)" } == [
        "positive Female 39", "negative Male 65",
      ])
    for group in ["Female", "Male"] {
      let row = try #require(record.subgroups?.first { $0.group == group })
      let all = Double(row.positivesAfter + row.negativesAfter)
      #expect(abs(Double(row.positivesAfter) - all * 100 / 270) <= 0.5)
    }
    // 50 images: one with the finding gains 0.63 but the last only 0.02, one without it 0.37.
    specification.budget = 50
    #expect(try plan().cells.filter { $0.add > 0 }.map(\.add) == [38, 12])
    #expect(try plan().notes.contains { $0.contains("104 images; 50 are allowed") })
  }
}
