import AuditModel
import Testing
import Vocabulary

@testable import Fairness

/// Gaps are held against limits by the number that the limit names.
@Suite struct PolicyGateTests {
  private func pair(
    _ first: String, _ second: String, _ difference: Double?, _ lower: Double?, _ upper: Double?,
    finding: String = "Effusion", attribute: String = "age"
  ) -> ComparisonResult {
    var row = ComparisonResult(
      Question(classifier: "net", cohort: "real", finding: finding, attribute: attribute),
      groupA: first,
      groupB: second)
    (row.difference, row.lower, row.upper) = (difference, lower, upper)
    return row
  }

  private func verdict(
    _ kind: Verdict.Kind = .inconclusive, finding: String = "Effusion", attribute: String = "age"
  ) -> Verdict {
    Verdict(
      Question(classifier: "net", cohort: "real", finding: finding, attribute: attribute),
      verdict: kind,
      sentence: "…")
  }

  private func gate(_ limits: GapLimit..., failOn: [Verdict.Kind] = []) -> PolicyGate {
    var policy = PolicySpecification()
    policy.limits = limits
    policy.failOn = failOn
    return PolicyGate(policy)
  }

  /// Young over old by 0.04 (−0.01 to 0.09), middle under old by 0.06 (0.03 to 0.09).
  private var pairs: [ComparisonResult] {
    [
      pair("20-39", "60+", 0.04, -0.01, 0.09), pair("40-59", "60+", -0.06, -0.095, -0.025),
      pair("20-39", "40-59", 0.01, -0.02, 0.04),
    ]
  }

  @Test(arguments: [
    (GapLimit.Basis.estimate, 0.06), (.lowerLimit, 0.025), (.upperLimit, 0.095),
  ])
  func theLargestNumberOfItsKindDecidesAndEqualityPasses(basis: GapLimit.Basis, largest: Double)
    throws
  {
    for (limit, passes) in [(largest, true), (largest - 1e-9, false), (largest + 1e-9, true)] {
      let record = try #require(
        gate(GapLimit(atMost: limit, judgedBy: basis)).record(
          verdicts: [verdict()], comparisons: pairs, subgroups: []))
      #expect(record.passed == passes)
      let check = try #require(record.checks?.first)
      #expect(record.checks?.count == 1 && check.gap == largest)
      #expect(check.status == (passes ? .pass : .fail))
      // The old read better than the middle-aged; the better group comes first.
      #expect(check.groups == ["60+", "40-59"])
      #expect(record.failures == (passes ? [] : [check.sentence]))
    }
  }

  @Test func aGapThatTheDataDoNotShowHasALowerLimitOfZero() throws {
    let record = try #require(
      gate(GapLimit(atMost: 0, judgedBy: .lowerLimit)).record(
        verdicts: [verdict()], comparisons: [pair("a", "b", 0.2, -0.1, 0.5)], subgroups: []))
    #expect(record.passed && record.checks?.first?.gap == 0)
  }

  @Test func theSentenceShowsEnoughDigitsToSeeTheDifference() throws {
    let record = try #require(
      gate(GapLimit(atMost: 0.05, judgedBy: .estimate)).record(
        verdicts: [verdict()], comparisons: [pair("a", "b", 0.050_04, 0, 0.1)], subgroups: []))
    #expect(
      record.failures == [
        "limit 1: net, real cohort, Effusion by age: the estimate of the gap between a and b is "
          + "0.05004, above the accepted 0.05000"
      ])
  }

  @Test func aLimitConcernsOnlyWhatItNames() throws {
    var limit = GapLimit(atMost: 0.01, judgedBy: .estimate)
    limit.questions.finding = "Mass"
    let comparisons = [
      pair("a", "b", 0.2, 0.1, 0.3), pair("a", "b", 0, -0.1, 0.1, finding: "Mass"),
    ]
    let record = try #require(
      gate(limit).record(
        verdicts: [verdict(), verdict(finding: "Mass")], comparisons: comparisons, subgroups: []))
    #expect(record.passed && record.checks?.map(\.questions.finding) == ["Mass"])
  }

  @Test(arguments: [GapLimit.Unknown.fail, .pass])
  func whatCannotBeComparedFailsUnlessTheRuleLetsItPass(_ unknown: GapLimit.Unknown) throws {
    var limit = GapLimit(atMost: 0.1, judgedBy: .estimate)
    limit.whenNotEvaluable = unknown
    var small = SubgroupResult(
      Question(classifier: "net", cohort: "real", finding: "Effusion", attribute: "age"),
      group: "80+",
      positives: 1, negatives: 9, clusters: 10, status: .smallCell)
    small.reason = "has 1 positive"
    let incomplete = [pair("a", "80+", nil, nil, nil), pair("a", "b", 0.02, 0, 0.04)]
    let cases: [(Verdict.Kind, [ComparisonResult], [SubgroupResult])] = [
      (.notEvaluable, pairs, []), (.inconclusive, [], []), (.inconclusive, incomplete, []),
      (.inconclusive, pairs, [small]),
    ]
    for (kind, comparisons, subgroups) in cases {
      let record = try #require(
        gate(limit).record(
          verdicts: [verdict(kind)], comparisons: comparisons, subgroups: subgroups))
      #expect(record.checks?.map(\.status) == [.notEvaluable])
      #expect(record.passed == (unknown == .pass))
      #expect(record.failures.count == (unknown == .pass ? 0 : 1))
    }
  }

  @Test func aPairAboveTheLimitFailsEvenWhereAnotherCouldNotBeCompared() throws {
    var limit = GapLimit(atMost: 0.05, judgedBy: .estimate)
    limit.whenNotEvaluable = .pass
    let record = try #require(
      gate(limit).record(
        verdicts: [verdict()],
        comparisons: [pair("a", "80+", nil, nil, nil), pair("a", "b", 0.06, 0, 0.1)],
        subgroups: []))
    #expect(!record.passed && record.checks?.map(\.status) == [.fail])
  }

  @Test func aLimitThatNoQuestionMeetsDoesNotPassUnseen() throws {
    var limit = GapLimit(atMost: 0.5, judgedBy: .estimate)
    limit.questions.attribute = "race"
    let record = try #require(
      gate(limit).record(verdicts: [verdict()], comparisons: pairs, subgroups: []))
    #expect(!record.passed && record.failures.count == 1)
  }

  @Test func verdictsAndLimitsFailTogether() throws {
    let record = try #require(
      gate(GapLimit(atMost: 0.01, judgedBy: .estimate), failOn: [.flagged]).record(
        verdicts: [verdict(.flagged), verdict(.withinDelta, finding: "Mass")],
        comparisons: pairs + [pair("a", "b", 0, -0.01, 0.01, finding: "Mass")], subgroups: []))
    #expect(!record.passed && record.failures.count == 2)
    #expect(
      gate().record(verdicts: [verdict(.flagged)], comparisons: pairs, subgroups: []) == nil,
      "no rules, no gate")
  }
}
