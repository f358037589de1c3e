import Basics
import Testing
import Vocabulary

@testable import AuditModel

/// Which metrics give verdicts is the plan's choice.
@Suite struct MetricSpecificationTests {
  private func read(_ analysis: String, _ more: String = "") throws -> AuditSpecification {
    try loadSpecification(
      from: minimal.replacingOccurrences(
        of: "cohort: {", with: "analysis: { \(analysis) }, \(more) cohort: {"))
  }

  @Test func theAUCGivesVerdictsWhereNothingIsSaid() throws {
    let usual = try read("alpha: 0.05")
    #expect(usual.analysis.metrics == [JudgedMetric(.auc)])
    let written = try read("metrics: ['auc']")
    #expect(planHash(written) == planHash(usual))
    #expect(planHash(try read("metrics: ['auc', 'brier']")) != planHash(usual))
    #expect(
      planHash(try read("metrics: [{ metric: 'auc', delta: 0.1 }]")) != planHash(usual))
  }

  @Test func marginsAreThePlansUnlessAMetricHasItsOwn() throws {
    let plan = try read(
      "delta: 0.04, harm: 0.01, metrics: ['sensitivity', { metric: 'brier', delta: 0.02, harm: 0 }]"
    ).analysis
    #expect(plan.metrics.map(\.metric) == [.sensitivity, .brier])
    #expect(plan.judging(.sensitivity).delta == 0.04 && plan.judging(.sensitivity).harm == 0.01)
    #expect(plan.judging(.brier).delta == 0.02 && plan.judging(.brier).harm == 0)
    #expect(plan.judging(.auc) == plan)
  }

  @Test func aLimitNamesAMetricThatIsJudged() throws {
    func limits(_ metric: String) throws -> [GapLimit] {
      try read(
        "metrics: ['auc', 'sensitivity']",
        "policy: { limits: [{ atMost: 0.1, judgedBy: 'estimate', metric: '\(metric)' }] },"
      ).policy.limits
    }
    #expect(try limits("sensitivity").map(\.questions.metric) == [.sensitivity])
    let failure = #expect(throws: AuditFailure.self) { try limits("brier") }
    #expect(
      failure?.message.contains(
        "policy.limits[0].metric must be one of \"auc\", \"sensitivity\"; found \"brier\"") == true)
  }

  @Test func whatIsJudgedIsNoSupportingEvidence() {
    #expect(
      Metric.supporting(beside: [.auc])
        == [.sensitivity, .falsePositiveRate, .averagePrecision, .brier])
    #expect(
      Metric.supporting(beside: [.specificity, .auc]) == [.sensitivity, .averagePrecision, .brier])
    #expect(Metric.supporting(beside: Metric.allCases).isEmpty)
  }
}
