import AuditModel
import Fairness
import Foundation
import Randomness
import ScoreTestSupport
import Statistics
import Testing
import Vocabulary

/// What a plan promises is what the whole analysis finds, and a harder rule promises less.
struct PlannedVerdictTests {
  private func plan(
    _ positives: [Int], _ negatives: [Int], family: Int, delta: Double = 0.1,
    change: (inout DesignRule, inout DesignAssumptions) -> Void = { _, _ in }
  ) throws -> Answer<DetectableGap> {
    var rule = DesignRule()
    rule.familySize = family
    var assumptions = DesignAssumptions()
    assumptions.armCorrelation = 0
    change(&rule, &assumptions)
    var specification = AnalysisSpecification()
    specification.delta = delta
    return try #require(
      detectableGap(
        of: QuestionPattern(finding: "Effusion", attribute: "sex"),
        cells: zip(positives, negatives).map { DesignCell(positives: $0, negatives: $1) },
        assumptions: assumptions, rule: rule, specification: specification))
  }

  @Test func aPlannedGapNamesItsQuestionBesideItsNumbers() throws {
    var gap = try plan([40, 120], [60, 300], family: 1)
    gap.question.cohort = "real"
    let bytes = try JSONEncoder().encode(gap)
    let written = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    #expect(written["finding"] as? String == "Effusion" && written["attribute"] as? String == "sex")
    #expect(written["cohort"] as? String == "real" && written["classifier"] == nil)
    #expect(written["at80Percent"] is NSNumber && written["groups"] as? Int == 2)
    #expect(try JSONDecoder().decode(Answer<DetectableGap>.self, from: bytes) == gap)
  }

  /// Three unequal groups among fourteen hypotheses, with the very rule of the verdict.
  @Test(arguments: [nil, "g2", "all others"])
  func thePlannedGapIsFlaggedAsOftenAsPromised(reference: String?) throws {
    let (positives, negatives) = ([40, 120, 150], [60, 300, 400])
    let promised = try plan(positives, negatives, family: 14) { rule, _ in
      if reference == "g2" { rule.comparison = .with(2) }
      if reference == "all others" { rule.comparison = .withAllOthers }
    }
    var specification = AnalysisSpecification()
    specification.reference["group"] = reference
    let analysis = FairnessAnalysis(specification: specification)
    let count = 200
    let absences = (1..<14).map {
      Absence(
        Question(classifier: "model", cohort: "real", finding: "\($0)", attribute: "group"),
        cause: .noLabels, sentence: "declared")
    }
    let flagged = parallelMap(count: count) { seed -> Bool in
      // d′ of an AUC is √2 Φ⁻¹(AUC).
      func shift(_ area: Double) -> Double { 2.0.squareRoot() * Normal.quantile(area) }
      let areas = [0.85 - promised.at80Percent, 0.85, 0.85]
      let table = VerdictLevelTests.table(
        (0..<3).map { (positives[$0], negatives[$0], shift(areas[$0])) }, seed: UInt64(seed))
      let found = try? analysis.run([table], absences: absences)
      return found?.verdicts.first?.verdict == .flagged
    }
    let share = Double(flagged.count { $0 }) / Double(count)
    // Five points, and two standard errors of 200 draws.
    #expect(abs(share - 0.8) <= 0.05 + 2 * (0.16 / Double(count)).squareRoot(), "found \(share)")
  }

  @Test func aHarderRulePromisesLess() throws {
    let alone = try plan([60, 90], [120, 180], family: 1)
    let family = try plan([60, 90], [120, 180], family: 42)
    #expect(family.at80Percent > 1.2 * alone.at80Percent)
    #expect(
      try #require(family.requiredPerClassForDelta) > (try #require(alone.requiredPerClassForDelta))
    )
    #expect(family.sentence.contains("adjusted for 42 hypotheses"))
    func arms(_ change: @escaping (inout DesignRule) -> Void) throws -> Answer<DetectableGap> {
      try plan([80, 80], [80, 80], family: 4) { rule, assumptions in
        assumptions.armCorrelation = 0.5
        change(&rule)
      }
    }
    let plain = try arms { _ in }
    let placebo = try arms { $0.hasPlacebo = true }
    let panel = try arms {
      $0.hasPlacebo = true
      $0.panel = 2
    }
    #expect(placebo.at80Percent > 1.2 * plain.at80Percent)
    // Other draws: 2,000 of them know a gap to two percent.
    #expect(panel.at80Percent > 0.97 * placebo.at80Percent)
    // More groups: more pairs, each of which must be within δ.
    let six = try plan([100, 100, 100, 100, 100, 100], [100, 100, 100, 100, 100, 100], family: 1)
    let two = try plan([100, 100], [100, 100], family: 1)
    let forSix = try #require(six.requiredPerClassForDelta)
    let forTwo = try #require(two.requiredPerClassForDelta)
    #expect(Double(forSix) > 1.3 * Double(forTwo))
  }

  /// Fewer pairs are adjusted for; many others together vary less than one group.
  @Test func aPlanCountsThePairsThatAreCompared() throws {
    let cells = [Int](repeating: 100, count: 6)
    func planned(_ comparison: PlannedVerdict.Comparison) throws -> Answer<DetectableGap> {
      try plan(cells, cells, family: 4) { rule, _ in rule.comparison = comparison }
    }
    let all = try planned(.allPairs)
    let named = try planned(.with(0))
    let others = try planned(.withAllOthers)
    // The gap is in one pair of those with a group that has none.
    #expect(others.at80Percent < (try planned(.with(3)).at80Percent))
    #expect(
      try #require(named.requiredPerClassForDelta) < (try #require(all.requiredPerClassForDelta)))
    #expect(named.sentence.contains("every group compared with the reference group"))
    #expect(others.sentence.contains("every group compared with all others together"))
    let arms = try plan(cells, cells, family: 4) { rule, assumptions in
      rule.comparison = .withAllOthers
      assumptions.armCorrelation = 0.5
    }
    #expect(!arms.isReachable && arms.sentence.contains("nothing is promised, as an arm"))
    let lost = try plan(cells, cells, family: 4) { rule, _ in rule.missingReference = "White" }
    #expect(
      lost.sentence.contains("nothing is promised, as the plan compares every group with White"))
  }

  @Test func aDesignThatCannotFlagAnythingSaysSo() throws {
    let tiny = try plan([2, 2], [2, 2], family: 42)
    #expect(!tiny.isReachable && tiny.sentence.contains("too small"))
  }

  @Test func groupsThatWillNotBeComparedWithholdWithinDelta() throws {
    let planned = try plan([60, 60], [60, 60], family: 1) { rule, _ in rule.groupsLeftOut = 1 }
    #expect(planned.requiredPerClassForDelta == nil)
    #expect(planned.sentence.contains("within δ cannot be said"))
  }
}
