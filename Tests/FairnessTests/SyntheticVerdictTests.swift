import AuditModel
import Fairness
import Foundation
import ScoreTestSupport
import Testing

struct SyntheticVerdictTests {
  @Test func lostSignalInOneSexIsFlaggedAsSupportingEvidence() throws {
    let found = try outcome([SimulatedCohort(seed: 1, signal: 0.3).table()])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .flagged)
    #expect(sex.worstPair == ["M", "F"])
    #expect(sex.sentence.contains("worse for sex F"))
    #expect(sex.sentence.contains("Supporting evidence only"))
    #expect(sex.sentence.contains("base cases"))
    #expect(found.summary.first == found.verdicts.first?.sentence)
    #expect(found.gates.contains { $0.id == "G8" && $0.status == .pass })
    #expect(found.verdicts.first { $0.attribute == "age" }?.verdict != .flagged)
  }

  /// The AUC within a sex does not see a constant shift; decisions and scores do.
  @Test func constantShiftLeavesTheAreaAloneButFlipsDecisions() throws {
    let found = try outcome([SimulatedCohort(seed: 2, noise: 0.2, shift: 0.7).table()])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict != .flagged)
    let paired = try #require(
      found.counterfactual.first { $0.attribute == "sex" && $0.label == "all" })
    #expect(paired.pairs == 240 && paired.clusters == 120)
    // M − F; the noise of a mean of 240 differences with sd 0.28 is 0.018.
    expectClose(paired.scoreShift.estimate, -0.7, absolute: 0.08)
    #expect(try #require(paired.scoreShiftP) < 1e-6)
    #expect(try #require(paired.wilcoxonP) < 1e-6)
    expectClose(paired.hodgesLehmann, -0.7, absolute: 0.08)
    #expect(try #require(paired.netFlip?.upper) < 0)
    #expect(try #require(paired.mcnemarP) < 0.01)
    let gap = try #require(
      found.rateGaps.first { $0.attribute == "sex" && $0.metric == .falsePositiveRate })
    #expect(gap.isDetected && gap.groups == ["F", "M"] && gap.lower > 0)
    #expect(found.summary.contains { $0.hasPrefix("Decisions differ") && $0.contains("sex F") })
    #expect(!found.rateGaps.contains { $0.attribute == "age" && $0.isDetected })
    let rates = found.subgroups.filter { $0.attribute == "sex" }
    let (male, female) = (rates[0], rates[1])
    #expect(
      try #require(male.falsePositiveRate?.estimate)
        < (try #require(female.falsePositiveRate?.estimate)))
  }

  @Test func gapWithoutPlaceboIsNotLaidAtTheClassifiersDoor() throws {
    let found = try outcome([SimulatedCohort(seed: 1, signal: 0.3, hasPlacebo: false).table()])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .inconclusive)
    #expect(sex.reasons.first?.hasPrefix("not distinguishable from generator noise") == true)
    #expect(found.gates.contains { $0.id == "G8" && $0.status == .notRun })
  }

  @Test func gapBelowThePlaceboNoiseIsInconclusive() throws {
    var table = SimulatedCohort(seed: 1, signal: 0.3).table()
    // A generator that redraws the finding wrongly: the second drawing carries no signal.
    table.pairing?.placebos[0].placeboScores.reverse()
    let found = try outcome([table])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .inconclusive)
    #expect(found.gates.first { $0.id == "G8" }?.status == .warn)
  }

  /// A gap may be larger than the placebo's and yet not beyond it by more than both gaps' errors.
  @Test func gapHasToExceedThePlacebosBeyondSamplingError() throws {
    var table = SimulatedCohort(seed: 1, signal: 0.3).table()
    let clear = try #require(
      try outcome([table]).verdicts.first { $0.attribute == "sex" })
    let gap = try #require(clear.worstDifference)
    #expect(clear.verdict == .flagged && clear.placebo == "seed")
    expectClose(clear.beyondPlacebo, gap - (try #require(clear.placeboGap)), absolute: 1e-12)
    #expect(try #require(clear.beyondPlaceboLower) > 0)
    // The second drawing loses most of its signal: its own gap comes close to the audited one.
    guard var placebo = table.pairing?.placebos.first else { return }
    var (lost, verdict) = (0, clear)
    while verdict.verdict == .flagged, lost < placebo.labels.count {
      for index in placebo.labels.indices where placebo.labels[index] && index % 20 == lost {
        placebo.placeboScores[index] *= 0.05
      }
      lost += 1
      table.pairing?.placebos = [placebo]
      // By itself: with others, the limit of one hypothesis is not yet that of the family.
      verdict = try #require(
        try outcome([table]) { $0.multiplicity = .none }.verdicts.first { $0.attribute == "sex" })
    }
    #expect(verdict.verdict == .inconclusive)
    #expect(try #require(verdict.placeboGap) < gap)
    #expect(try #require(verdict.beyondPlacebo) > 0)
    #expect(try #require(verdict.beyondPlaceboLower) <= 0)
    #expect(verdict.reasons.first?.contains("may be nothing") == true)
  }

  @Test func referenceClassifierTellsWhetherFindingsAreDrawnAlike() throws {
    let audited = SimulatedCohort(seed: 1, signal: 0.3).table()
    func gates(_ change: (inout SimulatedCohort) -> Void) throws -> [GateResult] {
      var cohort = SimulatedCohort(seed: 7, baseCases: 200, noise: 0.2)
      change(&cohort)
      var reference = cohort.table()
      reference.classifier = "panel"
      reference.isReference = true
      return try outcome([audited, reference]) { $0.delta = 0.05 }.gates.filter { $0.id == "G3" }
    }
    let alike = try gates { _ in }
    #expect(alike.count == 3 && alike.allSatisfy { $0.status == .pass })
    let worse = try #require(try gates { $0.signal = 0.3 }.first { $0.name.contains("by sex") })
    #expect(worse.status == .warn && worse.sentence.contains("not drawn alike"))
    let unsure = try #require(
      try gates {
        $0.baseCases = 30; $0.noise = 1
      }.first { $0.name.contains("by sex") })
    #expect(unsure.status == .warn && unsure.sentence.contains("neither"))
  }

  @Test func seedsPerBaseCaseAreJudgedByTheirNumberAndShare() throws {
    let one = try outcome([SimulatedCohort(seed: 1).table()]).gates.filter { $0.id == "G7" }
    #expect(one.map(\.status) == [.warn] && one[0].value == 1)
    let none = try outcome([SimulatedCohort(seed: 1, hasPlacebo: false).table()])
    #expect(none.gates.filter { $0.id == "G7" }.map(\.status) == [.notRun])
    // Three seeds: base cases of three times the size, with the same numbers for their clusters.
    var table = SimulatedCohort(seed: 1, baseCases: 180).table()
    table.pairing?.placebos = []
    table.pairing?.seedOfRow = table.clusters.map { ($0 / 2) % 3 }
    table.clusters = table.clusters.map { $0 / 6 * 2 + $0 % 2 }
    table.clusterCount = 120
    let three = try outcome([table])
    #expect(three.gates.filter { $0.id == "G7" }.map(\.status) == [.pass])
    // Content is drawn per seed here, so that all of it is seed: 1.0 of about 1.25.
    let components = try #require(three.varianceComponents.first)
    expectClose(components.seed, 1, absolute: 0.3)
    expectClose(components.baseCase, 0, absolute: 0.3)
  }

  @Test func identicalArmsDifferByNothing() throws {
    var table = SimulatedCohort(seed: 3).table()
    // The first two rows of a base case are men, the last two women of the same ages.
    for row in table.scores.indices where row % 4 >= 2 { table.scores[row] = table.scores[row - 2] }
    let found = try outcome([table])
    let pair = try #require(found.comparisons.first { $0.attribute == "sex" })
    #expect(pair.difference == 0 && pair.z == 0 && pair.p == 1 && pair.pMaxT == 1)
    #expect(pair.withinDelta)
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .withinDelta)
    let paired = try #require(found.counterfactual.first { $0.attribute == "sex" })
    #expect(paired.scoreShift.estimate == 0 && paired.scoreShiftP == 1 && paired.mcnemarP == 1)
  }

  @Test func attributeTheGeneratorCannotDrawIsNotEvaluable() throws {
    var table = SimulatedCohort(seed: 4).table()
    table.attributes[0].notEvaluableReason = "the generator cannot draw sex"
    let found = try outcome([table])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .notEvaluable && sex.reasons == ["the generator cannot draw sex"])
    #expect(
      found.subgroups.filter { $0.attribute == "sex" }.allSatisfy {
        $0.status == .notEvaluable && $0.auc == nil && $0.positives > 0
      })
    #expect(
      found.comparisons.filter { $0.attribute == "sex" }.allSatisfy {
        $0.difference == nil && $0.reason == "the generator cannot draw sex"
      })
    #expect(found.familySize == 3)
  }

  @Test func smallCohortsCompareArmsWithinBaseCases() throws {
    let found = try outcome([SimulatedCohort(seed: 5, baseCases: 14).table()])
    for verdict in found.verdicts where verdict.verdict != .notEvaluable {
      #expect(verdict.pMaxTMethod == "minP")
    }
    #expect(found.notes.contains { $0.contains("within base cases") })
  }

  @Test func sameInputGivesTheSameOutcome() throws {
    let table = SimulatedCohort(seed: 6, baseCases: 20).table()
    let (first, second) = (try outcome([table]), try outcome([table]))
    #expect(first.verdicts == second.verdicts)
    #expect(first.comparisons == second.comparisons)
  }
}
