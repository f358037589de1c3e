import AuditModel
import Vocabulary

/// All answers in one table, and what each kind of answer means.
extension SectionWriter {
  var glanceAnchor: Anchor { Anchor("answers-at-a-glance") }

  /// Classifier and finding down, attributes across: each answer with the gap that decided it, leading
  /// to its explanation. It is the report's contents by question.
  var glance: [Block] {
    guard !questions.isEmpty else { return [] }
    let attributes = questions.map(\.question.comparedBy).grouped { $0 }.map(\.key)
    let sources = questions.grouped { ResultBlock.Key($0.question) }
    let columns =
      [Table.Column(title: "Finding", fields: ["finding"], isHeader: true)]
      + attributes.map {
        Table.Column(title: Words.title(ofAttribute: $0), fields: [$0, $0 + " gap"])
      }
    let rows = sources.map { key, members in
      let byAttribute = Dictionary(members.map { ($0.question.comparedBy, $0) }) { first, _ in first
      }
      let cells = attributes.map { attribute in
        byAttribute[attribute].map { Cell.answer($0.answer, $0.decidingGap, to: $0.anchor) }
          ?? .status("not asked", reason: nil)
      }
      return Table.Row(
        cells: [.prose("\(link: key.finding, to: members[0].page)")] + cells,
        band: "\(key.classifier), \(key.cohort) cohort")
    }
    var table = Table(
      anchor: glanceAnchor, caption: "All answers at a glance", columns: columns,
      rows: rows.grouped(by: \.band).flatMap(\.members),
      note: """
        The number is the gap of the strongest pair of groups: \(judged), or, where decisions differ, in \
        the error rate that shows it. Every answer leads to its sentence, its reasons and its numbers.
        """)
    table.staysOnPageOne = true
    return [.table(table), .facts(meanings)]
  }

  private var meanings: [Fact] {
    QuestionState.inReadingOrder.compactMap { answer in
      let count = questions.count { $0.answer == answer }
      guard count > 0 else { return nil }
      return Fact(
        "\(answer.shape) \(answer.word): \(NumberText.count(count))",
        meaning(of: answer) + " \(strong: "Do not conclude:") " + mustNotConclude(from: answer))
    }
  }

  private func meaning(of answer: QuestionState) -> Prose {
    let harm = NumberText.setting(report.plan.harm)
    let what = report.plan.metrics == nil ? "in AUC" : "in the metric named"
    return switch answer {
    case .flagged:
      report.plan.harm == 0
        ? "At least two groups differ \(what) by more than chance explains."
        : "At least two groups differ \(what) by more than \(harm), beyond what chance explains."
    case .decisionsDiffer:
      """
      No difference in AUC was flagged, and a difference in error rates at the threshold was detected: \
      one group is missed, or falsely alarmed, more often.
      """
    case .inconclusive:
      "The data can neither show a difference \(what) nor rule out one as large as δ = \(delta)."
    case .withinDelta:
      "Every pair of groups was shown to differ \(what) by less than δ = \(delta)."
    case .notEvaluable:
      "Too few cases, or a validity check that failed, so nothing can be said."
    }
  }

  private func mustNotConclude(from answer: QuestionState) -> Prose {
    switch answer {
    case .flagged:
      """
      that the attribute itself causes the difference, or that its size is the same in other \
      hospitals.
      """
    case .decisionsDiffer:
      "that ranking the groups alike treats them alike; another threshold would move both rates."
    case .inconclusive: "that there is no difference."
    case .withinDelta:
      """
      that the classifier is fair. Calibration, error rates where no difference was detected, and \
      groups that were not compared may still differ.
      """
    case .notEvaluable: "anything about these groups."
    }
  }
}
