import AuditModel
import Vocabulary

/// What the report knows of one question, gathered for its answer.
struct AskedQuestion: Sendable {
  let question: Question
  let verdict: Verdict
  /// Where its answer stands.
  let anchor: Anchor
  /// Of the page or part with its numbers.
  let page: Anchor
  /// Differences in error rates of the same question that were detected, largest first.
  let errorRates: [RateGap]

  var answer: QuestionState {
    QuestionState(verdict.verdict, differsInErrorRates: !errorRates.isEmpty)
  }

  /// The largest gap that decided the answer.
  var decidingGap: Double? {
    answer == .decisionsDiffer ? errorRates.first?.difference : verdict.worstDifference
  }

  /// `Effusion by sex`, and the metric where it is another than the AUC.
  var subject: String { "\(question.finding) by \(Words.attribute(question.comparedBy))" }
}

extension AskedQuestion {
  /// Questions in the order of their evidence of harm: what was shown first, by its p value; then what
  /// is open, by the size of the statistic; then what was ruled out.
  static func byEvidence(_ one: Self, _ other: Self) -> Bool {
    func rank(_ answer: QuestionState) -> Int {
      QuestionState.inReadingOrder.firstIndex(of: answer) ?? 0
    }
    if rank(one.answer) != rank(other.answer) { return rank(one.answer) < rank(other.answer) }
    func p(_ asked: Self) -> Double {
      if asked.answer == .decisionsDiffer { return asked.errorRates.map(\.pAdjusted).min() ?? 1 }
      return asked.verdict.pAdjusted ?? asked.verdict.pMaxT ?? 1
    }
    if p(one) != p(other) { return p(one) < p(other) }
    return abs(one.verdict.worstZ ?? 0) > abs(other.verdict.worstZ ?? 0)
  }
}

extension QuestionState {
  /// Worst first.
  static let inReadingOrder: [QuestionState] = [
    .flagged, .decisionsDiffer, .inconclusive, .withinDelta, .notEvaluable,
  ]
}

extension SectionWriter {
  /// Every question with a verdict, in the order of the report.
  static func questions(of report: AuditReport, blocks: [ResultBlock]) -> [AskedQuestion] {
    // Supporting tests of error rates belong to the question about the AUC.
    let detected = Dictionary(grouping: report.rateGaps.filter(\.isDetected)) {
      $0.question.by(.auc)
    }
    let pages = Dictionary(blocks.map { ($0.key, $0.anchor) }) { first, _ in first }
    return report.verdicts.enumerated().map { index, verdict in
      let question = verdict.question
      return AskedQuestion(
        question: question, verdict: verdict,
        anchor: Anchor("question", "\(index + 1)", question.finding, question.comparedBy),
        page: pages[ResultBlock.Key(verdict)] ?? SectionKind.subgroups.anchor,
        errorRates: (detected[question] ?? []).sorted { $0.difference > $1.difference })
    }
  }

  /// `in AUC`, or what else the plan judges.
  var judged: String { Words.judged(report.plan) }

  /// The margin of a metric, from the plan.
  func delta(of metric: Metric) -> Double {
    report.plan.metrics?.first { $0.metric == metric }?.delta ?? report.plan.delta
  }
}

extension Words {
  /// An attribute as a title, with the metric where it is another than the AUC.
  static func title(of question: Question) -> String {
    title(ofAttribute: question.attribute)
      + (question.metric == .auc ? "" : ", \(question.metric.title)")
  }
}
