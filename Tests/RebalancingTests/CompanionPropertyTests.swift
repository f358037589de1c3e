import AuditModel
import Rebalancing
import Testing
import Vocabulary

/// Laws of the images that come with a strategy's own, on random tables.
@Suite struct CompanionPropertyTests {
  private struct Group: Hashable {
    var finding: String
    var names: AttributeValues
  }

  /// Images with and without the finding that a plan adds to every group.
  private func added(_ record: RebalancingRecord) -> [Group: (positives: Int, negatives: Int)] {
    var groups: [Group: (positives: Int, negatives: Int)] = [:]
    for cell in record.cells {
      let key = Group(finding: cell.finding, names: cell.groups)
      if cell.label == "positive" {
        groups[key, default: (0, 0)].positives += cell.add
      } else {
        groups[key, default: (0, 0)].negatives += cell.add
      }
    }
    return groups
  }

  private func table(_ record: RebalancingRecord, _ finding: String) -> (Double, Double) {
    func sum(_ label: String) -> Double {
      Double(
        record.cells.filter { $0.finding == finding && $0.label == label }
          .reduce(0) { $0 + $1.have })
    }
    return (sum("positive"), sum("negative"))
  }

  /// In every group the images with the finding are as many as the table's share of them, but for
  /// rounding: half an image in the wish, and less than one in cutting either label.
  @Test(arguments: [RebalanceSpecification.Strategy.parity, .balancedGrid, .gapWeighted])
  func syntheticImagesOfEveryGroupShowTheFindingAsOftenAsTheTable(
    strategy: RebalanceSpecification.Strategy
  ) throws {
    var tested = 0
    for number in 0..<300 {
      let record = try RandomScene.make(number, strategy).plan()
      for (group, images) in added(record) where images.positives + images.negatives > 0 {
        let (positives, negatives) = table(record, group.finding)
        guard positives > 0, negatives > 0 else { continue }
        let share = positives / (positives + negatives)
        let off = Double(images.positives) - Double(images.positives + images.negatives) * share
        #expect(abs(off) <= 1.5, "scene \(number): \(group) \(images)")
        tested += 1
      }
    }
    #expect(tested > 100)
  }

  /// In the mixed table the share of synthetic images is the same among both labels: their odds ratio
  /// is 1 but for the rounding of the groups, and nothing is warned about.
  @Test(arguments: [RebalanceSpecification.Strategy.parity, .balancedGrid, .gapWeighted])
  func theMixedTableTellsNothingOfTheLabel(strategy: RebalanceSpecification.Strategy) throws {
    for number in 0..<300 {
      var scene = RandomScene.make(number, strategy)
      scene.specification.budget = 100_000
      scene.specification.maximumSyntheticShare = 0.9
      let record = try scene.plan()
      for finding in scene.findings {
        let groups = added(record).filter { $0.key.finding == finding }
        let (positives, negatives) = table(record, finding)
        guard positives > 0, negatives > 0 else { continue }
        let a = groups.values.reduce(0.0) { $0 + Double($1.positives) }
        let b = groups.values.reduce(0.0) { $0 + Double($1.negatives) }
        let off = (a * negatives - b * positives) / (positives + negatives)
        #expect(abs(off) <= 1.5 * Double(groups.count), "scene \(number): \(finding)")
        #expect(
          !record.notes.contains { $0.contains("synthetic means") && a + b > 0 }
            || scene.findings.count > 1, "scene \(number)")
      }
    }
  }

  /// Companions come on top: every cell gets at least what the strategy alone asks for, groups that it
  /// leaves out stay out, and every added image beside it has a reason of its own.
  @Test func companionsTakeNothingFromParityAndStayInItsGroups() throws {
    var tested = 0
    for number in 0..<200 {
      var scene = RandomScene.make(number, .parity)
      scene.specification.budget = 10_000_000
      scene.specification.maximumSyntheticShare = 0.999_999
      guard scene.counts.total > 0 else { continue }
      for companions in [RebalanceSpecification.Companions.tableRatio, .equal] {
        scene.specification.companions = companions
        let with = try scene.plan()
        scene.specification.companions = .none
        let without = try scene.plan()
        let groups = added(without)
        for (cell, alone) in zip(with.cells, without.cells) {
          #expect(cell.add >= alone.add, "scene \(number): \(cell)")
          let key = Group(finding: cell.finding, names: cell.groups)
          let own = try #require(groups[key])
          if own == (0, 0) { #expect(cell.add == 0, "scene \(number): \(cell)") }
          if cell.add > alone.add {
            tested += 1
            #expect(cell.reason.contains("companions of the other label"), "scene \(number)")
          }
        }
      }
    }
    #expect(tested > 1_000)
  }

  /// Its optimum is left alone, and the record says why there are no companions.
  @Test func decorrelateHasNoCompanions() throws {
    for number in 0..<200 {
      var scene = RandomScene.make(number, .decorrelate)
      let with = try scene.plan()
      scene.specification.companions = .none
      #expect(try scene.plan().cells == with.cells, "scene \(number)")
      #expect(
        with.cells.allSatisfy { $0.add == 0 }
          || with.notes.contains { $0.contains("No companions were added") }, "scene \(number)")
    }
  }

  /// Where no limit binds, the fewest images keep the table's share of the finding, so that "synthetic"
  /// predicts no label over all groups: half an image per group is the tolerance of the programme.
  @Test func aCompleteDecorrelationKeepsTheShareOfTheFinding() throws {
    for number in 0..<200 {
      var scene = RandomScene.make(number, .decorrelate)
      scene.specification.budget = 10_000_000
      scene.specification.maximumSyntheticShare = 0.999_999
      guard scene.counts.total > 0 else { continue }
      let record = try scene.plan()
      for finding in scene.findings {
        let groups = added(record).filter { $0.key.finding == finding }
        let (positives, negatives) = table(record, finding)
        guard positives > 0, negatives > 0 else { continue }
        let off = groups.values.reduce(0.0) {
          $0 + (Double($1.positives) * negatives - Double($1.negatives) * positives)
            / (positives + negatives)
        }
        #expect(abs(off) <= 0.5 * Double(groups.count) + 1e-6, "scene \(number): \(finding)")
      }
    }
  }
}
