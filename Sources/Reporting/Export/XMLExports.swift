import AuditModel
import Foundation

/// Verdicts and validity checks as JUnit XML, which build servers show as tests.
enum JUnitXML {
  /// A flagged verdict, or one that the policy names, fails; what could not be decided is skipped.
  static func document(_ report: AuditReport) -> String {
    let failing = report.policy.map { Set($0.failOn) } ?? [.flagged]
    let failed = report.verdicts.count { failing.contains($0.verdict) }
    let skipped = report.verdicts.count {
      !failing.contains($0.verdict) && ($0.verdict == .inconclusive || $0.verdict == .notEvaluable)
    }
    let gateFailures = report.gates.count { $0.status == .fail }
    let gateSkips = report.gates.count { $0.status == .notRun }
    let absences = report.absences
    let absencesFail =
      report.policy.map { $0.whenNotEvaluable != .pass && !absences.isEmpty } ?? false
    let checks = report.policy?.checks ?? []
    let checkFailures = checks.count { !$0.passed }
    let checkSkips = checks.count { $0.passed && $0.status == .notEvaluable }
    let document =
      Markup.declaration("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
      + .element(
        "testsuites", Attribute("name", report.name),
        .number(
          "tests",
          Double(
            report.verdicts.count + absences.count + report.gates.count + checks.count)),
        .number(
          "failures",
          Double(
            failed + gateFailures + checkFailures + (absencesFail ? absences.count : 0))),
        .number(
          "skipped",
          Double(
            skipped + gateSkips + checkSkips + (absencesFail ? 0 : absences.count)))
      ) {
        Markup.newline
        suite("verdicts", report.verdicts.count, failed, skipped) {
          for verdict in report.verdicts {
            test(verdict, isFailure: failing.contains(verdict.verdict))
          }
        }
        if !absences.isEmpty {
          suite(
            "not judged", absences.count, absencesFail ? absences.count : 0,
            absencesFail ? 0 : absences.count
          ) {
            for absence in absences { test(absence, isFailure: absencesFail) }
          }
        }
        suite("validity", report.gates.count, gateFailures, gateSkips) {
          for gate in report.gates { test(gate) }
        }
        if !checks.isEmpty {
          suite("policy", checks.count, checkFailures, checkSkips) {
            for check in checks { test(check) }
          }
        }
      } + .newline
    return document.source
  }

  private static func suite(
    _ name: String, _ tests: Int, _ failures: Int, _ skipped: Int,
    @MarkupBuilder content: () -> Markup
  ) -> Markup {
    .element(
      "testsuite", Attribute("name", name), .number("tests", Double(tests)),
      .number("failures", Double(failures)), .number("errors", 0),
      .number("skipped", Double(skipped)), content: content) + .newline
  }

  private static func test(_ verdict: Verdict, isFailure: Bool) -> Markup {
    .newline
      + .element(
        "testcase",
        Attribute("classname", "\(verdict.classifier).\(verdict.cohort).\(verdict.finding)"),
        Attribute("name", verdict.question.comparedBy), .number("time", 0)
      ) {
        if isFailure {
          Markup.element(
            "failure", Attribute("message", verdict.sentence),
            Attribute("type", verdict.verdict.rawValue)
          ) { verdict.reasons.joined(separator: "\n") }
        } else if verdict.verdict == .inconclusive || verdict.verdict == .notEvaluable {
          Markup.closed("skipped", Attribute("message", verdict.sentence))
        } else {
          Markup.element("system-out") { verdict.sentence }
        }
      }
  }

  /// A declared question that could not be asked; it fails with the policy, else it is skipped.
  private static func test(_ absence: Absence, isFailure: Bool) -> Markup {
    let question = absence.question
    return .newline
      + .element(
        "testcase",
        Attribute("classname", "\(question.classifier).\(question.cohort).\(question.finding)"),
        Attribute("name", question.comparedBy), .number("time", 0)
      ) {
        if isFailure {
          Markup.closed(
            "failure", Attribute("message", absence.sentence),
            Attribute("type", absence.cause.rawValue))
        } else {
          Markup.closed("skipped", Attribute("message", absence.sentence))
        }
      }
  }

  private static func test(_ check: PolicyCheck) -> Markup {
    let asked = check.questions
    let place = [asked.classifier, asked.cohort, asked.finding].map { $0 ?? "any" }
    return .newline
      + .element(
        "testcase", Attribute("classname", "policy." + place.joined(separator: ".")),
        Attribute(
          "name",
          "limit \(check.limit), \(asked.attribute ?? "any")"
            + (asked.metric.map { ", \($0.title)" } ?? "")), .number("time", 0)
      ) {
        if !check.passed {
          Markup.closed(
            "failure", Attribute("message", check.sentence),
            Attribute("type", check.status.rawValue))
        } else if check.status == .notEvaluable {
          Markup.closed("skipped", Attribute("message", check.sentence))
        } else {
          Markup.element("system-out") { check.sentence }
        }
      }
  }

  private static func test(_ gate: GateResult) -> Markup {
    .newline
      + .element(
        "testcase", Attribute("classname", "validity"),
        Attribute("name", "\(gate.id) \(gate.name)"), .number("time", 0)
      ) {
        switch gate.status {
        case .fail:
          Markup.element(
            "failure", Attribute("message", gate.sentence), Attribute("type", "validity")
          ) { gate.rule }
        case .notRun: Markup.closed("skipped", Attribute("message", gate.sentence))
        case .warn, .pass: Markup.element("system-out") { gate.sentence }
        }
      }
  }
}

/// The `FairnessEquity` block of a CHAI applied model card, version 0.2.
///
/// - SeeAlso: https://mc.chai.org/v0.2/schema.xsd, `KeyMetricType`.
enum FairnessEquityXML {
  static func document(_ report: AuditReport) -> String {
    let results = metrics(report)
    let document =
      Markup.declaration("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
      + .element(
        "FairnessEquity", Attribute("xmlns", "https://mc.chai.org/v0.2/schema.xsd")
      ) {
        part("MetricGoal") {
          """
          Find differences \(Words.judged(report.plan)) between groups, or show that they are below \
          \(NumberText.setting(report.plan.delta)).
          """
        }
        Markup.newline
        Markup.element("Results") {
          for (label, value) in results {
            Markup.newline
            Markup.element("MetricResult") {
              Markup.element("Label") { label }
              Markup.element("ValueJson") { value }
            }
          }
          Markup.newline
        }
        part("Interpretation") {
          (report.verdicts.map { "\($0.verdict.word): \($0.sentence)" } + report.cautions)
            .joined(separator: "\n")
        }
        part("TestType") {
          report.cohorts.contains { $0.cohort == Words.synthetic }
            ? "Retrospective audit; results on synthetic images are supporting evidence."
            : "Retrospective audit."
        }
        part("TestingDataDescription") {
          report.cohorts.map {
            "\($0.cohort): \($0.description) "
              + "\(NumberText.count($0.images)) images, \(NumberText.count($0.clusters)) "
              + "\($0.clusterUnit)."
          }.joined(separator: "\n")
        }
        part("ValidationProcessAndJustification") {
          """
          Plan fixed before scores were read (SHA-256 \(report.plan.hash)): simultaneous limits \
          for all pairs of groups (max-T), equivalence by two one-sided tests, correction across \
          \(report.plan.familySize) questions: \(Words.multiplicity(report.plan.multiplicity)).
          """
        }
        Markup.newline
      } + .newline
    return document.source
  }

  private static func part(_ name: StaticString, _ content: () -> String) -> Markup {
    .newline + .element(name) { Markup(text: content()) }
  }

  /// The schema wants at least one result.
  private static func metrics(_ report: AuditReport) -> [(label: String, value: String)] {
    let level = (1 - report.plan.alpha) * 100
    let subgroups = report.subgroups.map { row in
      (
        label:
          "AUC, \(row.classifier), \(row.finding), \(row.attribute) \(row.group), \(row.cohort)"
          + " (\(row.positives) with, \(row.negatives) without the finding)",
        value: json(row.auc, row.lower, row.upper, level: level, status: row.status.word)
      )
    }
    let gaps = report.verdicts.compactMap { verdict -> (label: String, value: String)? in
      guard let gap = verdict.gap else { return nil }
      let pair = report.comparisons.first {
        $0.question == verdict.question && Set([$0.groupA, $0.groupB]) == [gap.better, gap.worse]
      }?.gap
      return (
        label:
          "Difference in \(verdict.metric.title), \(verdict.classifier), \(verdict.finding), \(verdict.attribute), "
          + "\(gap.better) minus \(gap.worse), \(verdict.cohort)",
        value: json(gap.size, pair?.lower, pair?.upper, level: level, status: nil)
      )
    }
    let all = subgroups + gaps
    return all.isEmpty
      ? [("No group was evaluated", "{\"kind\":\"text\",\"value\":\"none\"}")] : all
  }

  private static func json(
    _ estimate: Double?, _ lower: Double?, _ upper: Double?, level: Double, status: String?
  ) -> String {
    guard let estimate = NumberText.written(estimate, .share) else {
      return "{\"kind\":\"text\",\"value\":\"\(status ?? "not available")\"}"
    }
    guard let lower = NumberText.written(lower, .share),
      let upper = NumberText.written(upper, .share)
    else { return "{\"kind\":\"single\",\"value\":\(estimate)}" }
    let levelText = NumberText.fixed(level, decimals: 0)
    return "{\"kind\":\"estimate_ci\",\"estimate\":\(estimate),\"lower\":\(lower),"
      + "\"upper\":\(upper),\"level\":\(levelText),\"unit\":\"\"}"
  }
}
