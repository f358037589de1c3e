import AuditModel
import Vocabulary

/// Holds verdicts and gaps against the rules that the audit's owner set.
package struct PolicyGate {
  package var policy: PolicySpecification

  package init(_ policy: PolicySpecification) { self.policy = policy }

  /// What came of the rules; nil where the spec sets none.
  ///
  /// A limit asks every question that has a verdict and that it does not exclude. It looks at the
  /// pair of groups whose number (see ``GapLimit/Basis``) is largest; simultaneous limits hold for
  /// all pairs of a question together. A question is not evaluable when its verdict is, or when a
  /// group or pair could not be compared and no other pair fails already. A declared question that
  /// could not be asked at all fails by itself, and every limit that concerns it, unless the spec lets
  /// it pass.
  package func record(
    verdicts: [Verdict], comparisons: [ComparisonResult], subgroups: [SubgroupResult],
    absences: [Absence] = []
  ) -> PolicyRecord? {
    guard !policy.isEmpty else { return nil }
    var failures = verdicts.filter { policy.failOn.contains($0.verdict) }.map {
      "\(Self.place(of: $0.question)): \($0.verdict.rawValue)"
    }
    if policy.whenNotEvaluable == .fail {
      failures += absences.map { "\(Self.place(of: $0.question)): not judged, \($0.sentence)" }
    }
    let pairs = Dictionary(grouping: comparisons, by: \.question)
    // With very many groups, pairs without a number are not listed; their groups still are.
    let missing = Dictionary(grouping: subgroups.filter { $0.status != .ok }, by: \.question)
    var checks: [PolicyCheck] = []
    for (index, limit) in policy.limits.enumerated() {
      let concerned = verdicts.filter { limit.questions.matches($0.question) }
      checks += concerned.map {
        check(
          limit, number: index + 1, verdict: $0, pairs: pairs[$0.question] ?? [],
          missing: missing[$0.question.by(.auc)] ?? [])
      }
      let absent = absences.filter { limit.questions.matches($0.question) }
      checks += absent.map { check(limit, number: index + 1, absence: $0) }
      if concerned.isEmpty, absent.isEmpty { checks.append(unasked(limit, number: index + 1)) }
    }
    failures += checks.filter { !$0.passed }.map(\.sentence)
    var record = PolicyRecord(
      failOn: policy.failOn, passed: failures.isEmpty, failures: failures)
    if policy.whenNotEvaluable != .fail { record.whenNotEvaluable = policy.whenNotEvaluable }
    if !policy.limits.isEmpty {
      record.limits = policy.limits
      record.checks = checks
    }
    return record
  }

  private func check(
    _ limit: GapLimit, number: Int, verdict: Verdict, pairs: [ComparisonResult],
    missing: [SubgroupResult]
  ) -> PolicyCheck {
    let known = pairs.compactMap { pair in
      pair.gap.flatMap { gap in limit.number(of: gap).map { (gap: gap, number: $0) } }
    }
    let largest = known.max { $0.number < $1.number }
    // A group without an AUC can have other metrics.
    let compared = Set(known.flatMap { [$0.gap.better, $0.gap.worse] })
    let missing = missing.filter { !compared.contains($0.group) }
    let place =
      "limit \(number): \(Self.place(of: verdict.question)): "
    let isAbove = largest.map { $0.number > limit.atMost } ?? false
    let unknown: String? =
      if verdict.verdict == .notEvaluable {
        "not evaluable" + (verdict.reasons.first.map { ", \($0)" } ?? "")
      } else if largest == nil {
        "no two groups could be compared"
          + (pairs.lazy.compactMap(\.reason).first.map { ", \($0)" } ?? "")
      } else if let group = missing.first?.group, !isAbove {
        "\(Words.count(missing.count, "group")) could not be compared, first of all \(group)"
      } else if known.count < pairs.count, !isAbove {
        "\(pairs.count - known.count) of \(pairs.count) pairs of groups could not be compared"
      } else {
        nil
      }
    var check = PolicyCheck(
      limit: number, of: QuestionPattern(verdict.question), status: .pass, passed: true,
      sentence: "")
    if let largest {
      check.groups = [largest.gap.better, largest.gap.worse]
      check.gap = largest.number
    }
    if let unknown {
      check.status = .notEvaluable
      check.passed = limit.whenNotEvaluable == .pass
      check.sentence = place + unknown + (check.passed ? "; the rule lets that pass" : "")
    } else if let largest {
      check.status = isAbove ? .fail : .pass
      check.passed = !isAbove
      let texts = Words.distinct(largest.number, limit.atMost, digits: 3)
      check.sentence =
        place + "\(limit.judgedBy.words) of the gap between \(check.groups[0]) and "
        + "\(check.groups[1]) is \(texts.0), \(isAbove ? "above" : "within") the accepted \(texts.1)"
    }
    return check
  }

  /// A limit on a question that could not be asked.
  private func check(_ limit: GapLimit, number: Int, absence: Absence) -> PolicyCheck {
    let question = absence.question
    let passes = limit.whenNotEvaluable == .pass
    return PolicyCheck(
      limit: number, of: QuestionPattern(question), status: .notEvaluable, passed: passes,
      sentence: "limit \(number): \(Self.place(of: question)): not judged, \(absence.sentence)"
        + (passes ? "; the rule lets that pass" : ""))
  }

  private static func place(of question: Question) -> String {
    "\(question.classifier), \(question.cohort) cohort, \(question.finding) by "
      + question.comparedBy
  }

  /// A rule that no question meets would otherwise pass unseen.
  private func unasked(_ limit: GapLimit, number: Int) -> PolicyCheck {
    let passes = limit.whenNotEvaluable == .pass
    return PolicyCheck(
      limit: number, of: limit.questions, status: .notEvaluable, passed: passes,
      sentence: "limit \(number): the audit reached no verdict that it concerns"
        + (passes ? "; the rule lets that pass" : ""))
  }
}

extension GapLimit {
  /// The number of the gap that the limit looks at, at least 0; nil where it has none.
  fileprivate func number(of gap: Gap) -> Double? {
    let value: Double? =
      switch judgedBy {
      case .estimate: gap.size
      case .lowerLimit: gap.lower.map { max(0, $0) }
      // Either group may be the worse one by as much.
      case .upperLimit: gap.lower.flatMap { lower in gap.upper.map { max(-lower, $0) } }
      }
    return value.flatMap { $0.isFinite ? $0 : nil }
  }
}

extension GapLimit.Basis {
  /// As the subject of a sentence.
  fileprivate var words: String {
    switch self {
    case .lowerLimit: "the lower simultaneous limit"
    case .estimate: "the estimate"
    case .upperLimit: "the upper simultaneous limit"
    }
  }
}
