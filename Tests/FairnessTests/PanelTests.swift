import AuditModel
import Fairness
import ScoreTestSupport
import Testing

/// Difference in differences against classifiers that are not under audit.
struct PanelTests {
  private func named(_ name: String, _ cohort: SimulatedCohort, isReference: Bool = false)
    -> EvaluationTable
  {
    var table = cohort.table()
    table.classifier = name
    table.isReference = isReference
    return table
  }

  @Test func aGapThatOnlyTheAuditedClassifierHasSurvives() throws {
    let found = try outcome([
      named("audited", SimulatedCohort(seed: 1, signal: 0.3)),
      named("reference", SimulatedCohort(seed: 11), isReference: true),
    ])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .flagged)
    #expect(sex.sentence.contains("The reference panel's mean gap"))
    let row = try #require(found.panelComparisons?.first { $0.attribute == "sex" })
    #expect(row.survives && row.panel == ["reference"])
    expectClose(
      row.difference, try #require(row.gap) - (try #require(row.panelGap)), absolute: 1e-12)
    #expect(found.gates.contains { $0.id == "G5" && $0.status == .pass })
    #expect(found.verdicts.count == 3, "reference classifiers get no verdict")
  }

  /// Both lose the signal in women's images, so the images have lost it.
  @Test func aGapThatThePanelSharesIsNotLaidAtTheClassifiersDoor() throws {
    let found = try outcome([
      named("audited", SimulatedCohort(seed: 1, signal: 0.3)),
      named("reference", SimulatedCohort(seed: 12, signal: 0.3), isReference: true),
    ])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .inconclusive)
    #expect(sex.reasons.first?.hasPrefix("not attributable to the classifier") == true)
    #expect(sex.sentence.contains("The gap is not attributable"))
    #expect(found.gates.contains { $0.id == "G5" && $0.status == .warn })
  }

  /// The panel loses the signal in women's images and the audited classifier does not: what is left
  /// once the panel's gap is taken off is real, and points the other way.
  @Test func aRemainderThatPointsTheOtherWayIsNotCalledNothing() throws {
    let found = try outcome([
      named("audited", SimulatedCohort(seed: 1)),
      named("reference", SimulatedCohort(seed: 12, signal: 0.3), isReference: true),
    ])
    let row = try #require(found.panelComparisons?.first { $0.attribute == "sex" })
    #expect(try #require(row.upper) < 0 || (try #require(row.lower)) > 0)
    let gate = try #require(found.gates.first { $0.id == "G5" && $0.name.hasSuffix("by sex") })
    #expect(gate.status == (row.survives ? .pass : .warn))
    #expect(!gate.sentence.contains("may be nothing"))
  }

  /// On real images a gap is a gap, whoever else has it.
  @Test func thePanelDecidesNothingOnRealImages() throws {
    let tables = [
      named("audited", SimulatedCohort(seed: 1, signal: 0.3)),
      named("reference", SimulatedCohort(seed: 12, signal: 0.3), isReference: true),
    ].map { table -> EvaluationTable in
      var table = table
      table.cohort = "real"
      table.pairing = nil
      return table
    }
    let found = try outcome(tables)
    #expect(found.verdicts.first { $0.attribute == "sex" }?.verdict == .flagged)
    #expect(found.panelComparisons?.isEmpty == false)
  }

  @Test func aPanelWithoutTheFindingLeavesTheGapUnattributed() throws {
    var reference = named("reference", SimulatedCohort(seed: 11), isReference: true)
    reference.finding = "Edema"
    let found = try outcome([named("audited", SimulatedCohort(seed: 1, signal: 0.3)), reference])
    let sex = try #require(found.verdicts.first { $0.attribute == "sex" })
    #expect(sex.verdict == .inconclusive)
    #expect(sex.reasons.first?.contains("no comparable gap") == true)
  }

  /// The same number by another way: the change of a gap between two classifiers.
  @Test func oneReferenceGivesThePairedChangeOfTheGap() throws {
    let audited = named("audited", SimulatedCohort(seed: 4, signal: 0.8))
    let reference = named("reference", SimulatedCohort(seed: 5), isReference: true)
    let found = try outcome([audited, reference])
    let row = try #require(found.panelComparisons?.first { $0.attribute == "sex" })
    let change = try #require(
      try gapChanges(before: reference, after: audited, attribute: "sex", level: 0.95).first)
    expectClose(row.difference, try #require(change.change), absolute: 1e-12)
    // The same influences in another order of summation.
    expectClose(row.standardError, try #require(change.standardError), relative: 1e-9)
  }

  @Test func aClassifierAgainstItselfLeavesNothing() throws {
    let audited = named("audited", SimulatedCohort(seed: 4, signal: 0.5))
    let found = try outcome([
      audited, named("twin", SimulatedCohort(seed: 4, signal: 0.5), isReference: true),
    ])
    for row in found.panelComparisons ?? [] {
      expectClose(row.difference, 0, absolute: 1e-12)
      #expect(!row.survives)
    }
  }
}
