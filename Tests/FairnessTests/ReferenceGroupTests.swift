import AuditModel
import Basics
import Fairness
import ScoreTestSupport
import Testing
import Vocabulary

/// One group that all others are compared with.
struct ReferenceGroupTests {
  private let table = VerdictLevelTests.table([(80, 120, 0.8), (80, 120, 2.2), (80, 120, 1.4)])

  @Test func onlyPairsWithTheReferenceAreCompared() throws {
    let found = try outcome([table]) { $0.reference = ["group": "g1"] }
    let compared = found.comparisons.filter { $0.pMaxT != nil }
    #expect(compared.count == 2)
    #expect(compared.allSatisfy { $0.groupA == "g1" || $0.groupB == "g1" })
    // What the plan does not compare is no row, and so no pair that "could not be compared".
    #expect(found.comparisons == compared)
    // Two pairs are adjusted for instead of three.
    let all = try outcome([table])
    let pair = try #require(all.comparisons.first { $0.groupA == "g0" && $0.groupB == "g1" }?.pMaxT)
    let alone = try #require(compared.first { $0.groupA == "g0" }?.pMaxT)
    #expect(alone < pair)
  }

  @Test func withinDeltaNamesTheReference() throws {
    let alike = VerdictLevelTests.table([(800, 800, 1.5), (800, 800, 1.5), (800, 800, 1.5)])
    let found = try outcome([alike]) {
      $0.reference = ["group": "g2"]
      $0.delta = 0.09
    }
    let verdict = try #require(found.verdicts.first)
    #expect(verdict.verdict == .withinDelta)
    #expect(verdict.sentence.contains("between g2 and each of the 2 other groups"))
  }

  @Test func aGroupThatIsNotThereIsRefused() {
    #expect(throws: AuditFailure.self) {
      try outcome([self.table]) { $0.reference = ["group": "nobody"] }
    }
  }
}

/// Every group compared with all its others together.
struct AllOthersTests {
  private let table = VerdictLevelTests.table([(80, 120, 0.8), (80, 120, 2.2), (80, 120, 1.4)])

  private func withOthers(
    _ tables: [EvaluationTable], _ change: (inout AnalysisSpecification) -> Void = { _ in }
  ) throws -> AnalysisOutcome {
    try outcome(tables) {
      $0.reference = ["group": "all others"]
      change(&$0)
    }
  }

  /// The same gap as where somebody has gathered the others into one group beforehand.
  @Test func aGroupMeetsTheOthersAsIfTheyWereOneGroup() throws {
    let found = try withOthers([table])
    #expect(found.comparisons.count == 3)
    #expect(found.comparisons.allSatisfy { $0.groupB == "all others" && $0.pMaxT != nil })
    for (index, group) in ["g0", "g1", "g2"].enumerated() {
      var gathered = table
      gathered.attributes[0] = AttributeColumn(
        name: "group", groups: [group, "rest"],
        membership: table.attributes[0].membership.map { $0 < 0 ? -1 : $0 == index ? 0 : 1 })
      let alone = try outcome([gathered])
      let expected = try #require(alone.comparisons.first)
      let row = try #require(found.comparisons.first { $0.groupA == group })
      #expect(row.difference == expected.difference)
      expectClose(row.standardError, try #require(expected.standardError), relative: 1e-9)
      // Three pairs are adjusted for instead of one.
      #expect(try #require(row.pMaxT) >= (try #require(expected.pMaxT)))
      let rest = try #require(alone.subgroups.first { $0.group == "rest" })
      #expect(row.others?.positives == rest.positives && row.others?.negatives == rest.negatives)
      #expect(row.others?.clusters == rest.clusters && row.others?.auc == rest.auc)
    }
  }

  /// The best group stands out, so the others are worse, and have their cases told.
  @Test func allOthersCanBeTheWorseSide() throws {
    let one = VerdictLevelTests.table([(80, 120, 1), (80, 120, 3), (80, 120, 1)])
    let verdict = try #require(try withOthers([one]).verdicts.first)
    #expect(verdict.verdict == .flagged)
    #expect(verdict.worstPair == ["g1", "all others"] && verdict.worseGroup == "all others")
    #expect(
      verdict.sentence.contains("is worse for group all others (AUC ")
        && verdict.sentence.contains("160 positives and 240 negatives of 400 patients"))
    let values = try #require(verdict.worstValues)
    #expect(values[0] - values[1] == verdict.worstDifference)
  }

  @Test func ofTwoGroupsEachIsAllOthersOfTheOther() throws {
    let two = VerdictLevelTests.table([(80, 120, 0.8), (80, 120, 2.2)])
    let (found, plain) = (try withOthers([two]), try outcome([two]))
    #expect(found.comparisons == plain.comparisons && found.verdicts == plain.verdicts)
  }

  /// A group that is too small is compared with nobody, and is still one of the others.
  @Test func smallGroupsAreAmongTheOthers() throws {
    let small = VerdictLevelTests.table([(80, 120, 1.5), (80, 120, 1.5), (3, 4, 1.5)])
    let found = try withOthers([small])
    let rows = found.comparisons
    #expect(rows.first { $0.groupA == "g0" }?.others?.positives == 83)
    #expect(rows.first { $0.groupA == "g2" }?.reason?.contains("has 3 positives") == true)
    #expect(found.verdicts.first?.verdict != .withinDelta)
  }

  @Test func withinDeltaSaysWhomItIsAbout() throws {
    let alike = VerdictLevelTests.table([(800, 800, 1.5), (800, 800, 1.5), (800, 800, 1.5)])
    let verdict = try #require(try withOthers([alike]) { $0.delta = 0.09 }.verdicts.first)
    #expect(verdict.verdict == .withinDelta)
    #expect(verdict.sentence.contains("between each of 3 groups and all others of group"))
  }

  /// Rates, equalised odds and strata keep to the same pairs; so does a reference by name.
  @Test func everythingBesideTheVerdictKeepsToThePairs() throws {
    var halves = table
    halves.attributes.append(
      AttributeColumn(
        name: "half", groups: ["h0", "h1"],
        membership: table.scores.indices.map { Int32($0 % 2) }))
    func plan(_ reference: String) -> (inout AnalysisSpecification) -> Void {
      {
        $0.reference["group"] = reference
        $0.strata = ["half"]
        $0.thresholds = ["Effusion": .value(0.6)]
      }
    }
    let others = try outcome([halves], plan("all others"))
    let gaps = others.adjustedGaps.filter { $0.attribute == "group" && $0.metric == .auc }
    #expect(gaps.map(\.groupB) == ["all others", "all others", "all others"])
    #expect(gaps.allSatisfy { $0.lower != nil })
    for gap in gaps {
      let row = try #require(
        others.comparisons.first { $0.groupA == gap.groupA && $0.attribute == "group" })
      expectClose(gap.raw, try #require(row.difference), absolute: 1e-12)
    }
    let rates = others.rateGaps.filter { $0.attribute == "group" }
    #expect(!rates.isEmpty && rates.allSatisfy { $0.groups.contains("all others") })
    let odds = try #require(others.equalizedOdds.first { $0.attribute == "group" })
    #expect(odds.sentence.contains("between any group and all others of group"))

    let named = try outcome([halves], plan("g1"))
    let strata = named.adjustedGaps.filter { $0.attribute == "group" && $0.metric == .auc }
    #expect(strata.count == 2 && strata.allSatisfy { [$0.groupA, $0.groupB].contains("g1") })
    #expect(
      named.equalizedOdds.first { $0.attribute == "group" }?.sentence
        .contains("between g1 and any other group of group") == true)
  }

  @Test func twoAuditsAreComparedByTheSamePairs() throws {
    let after = VerdictLevelTests.table([(80, 120, 2), (80, 120, 2.2), (80, 120, 1.4)])
    func changes(_ reference: String?) throws -> [GapChange] {
      try gapChanges(
        before: table, after: after, attribute: "group", level: 0.95, comparisons: 3,
        reference: reference)
    }
    #expect(table.attributes[0].pairCount(reference: "g1") == 2)
    #expect(try changes("g1").map(\.groupB) == ["g1", "g2"])
    let others = try changes("all others")
    #expect(table.attributes[0].pairCount(reference: "all others") == 3)
    #expect(others.map(\.groupA) == ["g0", "g1", "g2"])
    let outcome = try withOthers([table])
    for row in others {
      let before = outcome.comparisons.first { $0.groupA == row.groupA }?.difference
      expectClose(row.gapBefore, try #require(before), absolute: 1e-12)
      #expect(row.groupB == "all others" && row.lower != nil)
    }
  }

  /// A synthetic gap of one arm is set against the placebo's and the panel's, of the same pair.
  @Test func placeboAndPanelAreAskedOfTheSamePair() throws {
    let audited = SimulatedCohort(seed: 11, baseCases: 80, signal: 0.3).table()
    var reference = SimulatedCohort(seed: 12, baseCases: 80).table()
    reference.classifier = "reference"
    reference.isReference = true
    reference.clusterCount = audited.clusterCount
    let found = try outcome([audited, reference]) { $0.reference = ["sex*age": "all others"] }
    let rows = try #require(found.panelComparisons).filter { $0.attribute == "sex*age" }
    #expect(rows.count == 4 && rows.allSatisfy { $0.groupB == "all others" && $0.lower != nil })
    let verdict = try #require(found.verdicts.first { $0.attribute == "sex*age" })
    #expect(verdict.worstPair.contains("all others") && verdict.placeboGap != nil)
    for row in rows {
      let gap = found.comparisons.first {
        $0.attribute == "sex*age" && $0.groupA == row.groupA
      }?.difference
      expectClose(row.gap, try #require(gap), absolute: 1e-12)
    }
  }
}
