import AuditModel
import Vocabulary

/// Turns results into the sections of a report.
///
/// Each section is filled from the results or says in a sentence why it is empty. Nothing is
/// computed here beyond counting rows; every number comes from the report.
struct SectionWriter {
  let report: AuditReport
  let blocks: [ResultBlock]
  let blockByKey: [ResultBlock.Key: ResultBlock]
  let questions: [AskedQuestion]

  init(_ report: AuditReport) {
    self.report = report
    let blocks = ResultBlock.all(in: report)
    self.blocks = blocks
    blockByKey = Dictionary(blocks.map { ($0.key, $0) }) { first, _ in first }
    questions = Self.questions(of: report, blocks: blocks)
  }

  var document: ReportDocument {
    ReportDocument(
      title: report.title, subtitle: subtitle,
      tally: QuestionState.inReadingOrder.map { answer in
        StateCount(answer: answer, count: questions.count { $0.answer == answer })
      },
      sections: SectionKind.allCases.map { kind in
        Section(
          kind: kind, blocks: content(of: kind),
          details: kind == .subgroups
            ? resultPages : kind == .counterfactual ? counterfactualPages : []
        ).withLongPartsApart()
      })
  }

  private var subtitle: [Prose] {
    var lines: [Prose] = [
      "Fairness audit of \(Words.listed(auditedClassifiers, none: "no classifier"))"
    ]
    if let operatorName = report.operatorName { lines.append("Carried out by \(operatorName)") }
    if let finished = report.provenance.stages.map(\.finished).max() {
      lines.append("Finished \(finished)")
    }
    lines.append("Plan of the analysis \(code: String(report.plan.hash.prefix(12)))")
    return lines
  }

  /// The names of those that were judged; panels and predictors only check them.
  var auditedClassifiers: [String] {
    let names = report.classifiers.map(\.name)
    let judged = Set(report.verdicts.map(\.classifier))
    guard !judged.isEmpty else { return names }
    let audited = names.filter(judged.contains)
    return audited.isEmpty ? report.verdicts.map(\.classifier).grouped { $0 }.map(\.key) : audited
  }

  private func content(of kind: SectionKind) -> [Block] {
    switch kind {
    case .bottomLine: bottomLine
    case .identity: identity
    case .plan: plan
    case .data: data
    case .biasExamination: biasExamination
    case .overall: overall
    case .subgroups: subgroups
    case .counterfactual: counterfactual
    case .validity: validity
    case .uncertainty: uncertainty
    case .risk: risk
    case .rebalancing: rebalancing
    case .monitoring: monitoring
    case .reproducibility: reproducibility
    case .crosswalk: crosswalk
    case .signatures: signatures
    case .glossary: glossary
    }
  }
}

extension SectionWriter {
  /// The confidence level of intervals, from the plan.
  var level: String { NumberText.percent(1 - report.plan.alpha) }
  var delta: String { NumberText.setting(report.plan.delta) }
  var hasSynthetic: Bool {
    report.cohorts.contains { $0.cohort == Words.synthetic }
      || report.verdicts.contains { $0.cohort == Words.synthetic }
  }

  func isSynthetic(_ cohort: String) -> Bool { cohort == Words.synthetic }
}

/// Everything about one classifier × cohort × finding: one part of section 7.
struct ResultBlock: Sendable, Equatable {
  struct Key: Hashable, Sendable {
    var classifier: String
    var cohort: String
    var finding: String
  }
  var key: Key
  var anchor: Anchor
  var overall: [SubgroupResult]
  var subgroups: [SubgroupResult]
  var comparisons: [ComparisonResult]

  /// The blocks in the order in which results come; anchors carry a number, so names that look
  /// alike still lead to different places.
  static func all(in report: AuditReport) -> [ResultBlock] {
    let keys =
      report.overall.map(Key.init) + report.subgroups.map(Key.init)
      + report.comparisons.map(Key.init) + report.verdicts.map(Key.init)
    let overall = Dictionary(grouping: report.overall, by: Key.init)
    let subgroups = Dictionary(grouping: report.subgroups, by: Key.init)
    let comparisons = Dictionary(grouping: report.comparisons, by: Key.init)
    return keys.grouped { $0 }.enumerated().map { index, group in
      let key = group.key
      return ResultBlock(
        key: key,
        anchor: Anchor("result", "\(index + 1)", key.classifier, key.cohort, key.finding),
        overall: overall[key] ?? [], subgroups: subgroups[key] ?? [],
        comparisons: comparisons[key] ?? [])
    }
  }
}

extension ResultBlock.Key {
  init<Content>(_ answer: Answer<Content>) where Content.Asked == Question {
    self.init(
      classifier: answer.classifier, cohort: answer.cohort, finding: answer.finding)
  }
  init(_ question: Question) {
    self.init(
      classifier: question.classifier, cohort: question.cohort, finding: question.finding)
  }
}

extension Words {
  /// `a, b and c`.
  static func listed(_ names: [String], none: String) -> String {
    switch names.count {
    case 0: none
    case 1: names[0]
    default: names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    }
  }
}
