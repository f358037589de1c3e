import AuditModel
import Statistics
import Vocabulary

/// One hypothesis of the declared family before the family is adjusted for.
struct PendingVerdict: Sendable {
  let question: Question
  /// What a cluster is, in words, plural.
  let clusterUnit: String
  /// Without its rows.
  let attribute: AttributeColumn
  let subgroups: [SubgroupResult]
  let evaluable: [Int]
  /// At which decisions were made; nil for a metric of scores.
  let threshold: Double?
  let comparisons: [ComparisonResult]
  let evidence: ComparisonAnalysis.Evidence?
  /// What the plan compares, see ``MetricComparer/names``.
  let pairs: [(first: Int, second: Int)]
  /// By group: all its others together, where groups are compared with them.
  let others: [String: SubgroupResult]
  let reasons: [String]
  /// What became of the question's rows; `nil` where nobody counted.
  let account: Accounting?
  /// Of the strongest gap on synthetic images; `nil` without an estimable placebo.
  let placebo: PlaceboComparison?
  /// Why there is no placebo to compare with.
  let placeboReason: String?
  private(set) var influence: ClusterInfluence?
  /// True where the audit has a reference panel.
  private(set) var hasPanel = false
  private(set) var panel: PanelAnalysis?

  init(
    _ question: Question, clusterUnit: String, attribute: AttributeColumn, threshold: Double?,
    part: TableAnalysis.ByAttribute, placebo: PlaceboAnalysis, account: Accounting?, alpha: Double
  ) {
    self.account = account
    self.question = question
    self.clusterUnit = clusterUnit
    self.attribute = attribute
    subgroups = part.subgroups.results
    let metric = question.metric
    let comparison = part.comparisons.first { $0.metric == metric }
    self.threshold = metric.needsThreshold ? threshold : nil
    evaluable = part.subgroups.evaluable(for: metric)
    comparisons = comparison?.comparisons ?? []
    evidence = comparison?.evidence
    pairs = comparison?.pairs ?? []
    others = part.others
    reasons = comparison?.reasons ?? []
    self.placebo =
      if let evidence, let influence = part.influences[metric] {
        PlaceboComparison.hardest(
          of: placebo.controls(by: metric), contrast: evidence.contrasts[evidence.worst],
          groups: evidence.groups, influence: influence, alpha: alpha)
      } else {
        nil
      }
    placeboReason = placebo.reason
    influence = part.influences[metric]
  }

  var pMaxT: Double? { evidence?.pMaxT }
  var isSynthetic: Bool { question.cohort == "synthetic" }

  /// What the verdict needs, without what only comparisons with other classifiers do.
  var withoutInfluence: PendingVerdict {
    var copy = self
    copy.influence = nil
    return copy
  }

  /// The contrast that a row of ``comparisons`` is about; `nil` where the pair was not tested.
  func contrast(of row: ComparisonResult) -> Int? {
    guard let evidence, row.pMaxT != nil else { return nil }
    return evidence.contrasts.indices.first { evidence.sides(of: $0) == [row.groupA, row.groupB] }
  }

  /// Sets this classifier's gaps against the panel's, and lets go of what that took.
  mutating func compare(
    with members: [PanelAnalysis.Member], hasPanel: Bool, specification: AnalysisSpecification
  ) {
    self.hasPanel = hasPanel
    if hasPanel, let influence {
      panel = PanelAnalysis(
        question, attribute: attribute, influence: influence, pairs: pairs,
        members: members, specification: specification)
    }
    influence = nil
  }

  /// Is the strongest gap on synthetic images more than the panel's? Nil where nothing was compared.
  var panelGate: GateResult? {
    guard isSynthetic, hasPanel, let evidence, let row = panelComparison(evidence) else {
      return nil
    }
    let name =
      "Gap beyond the panel's, \(question.classifier), \(question.finding) by \(question.comparedBy)"
    let rule = ValidityGate.panel.rule
    guard let gap = row.gap, let panelGap = row.panelGap, let left = row.difference,
      let lower = row.lower, let upper = row.upper
    else {
      return GateResult(
        .panel, name: name, status: .notRun, rule: rule,
        sentence: "The panel has no comparable gap: \(row.reason ?? "its groups are too small").")
    }
    return GateResult(
      .panel, name: name, status: row.survives ? .pass : .warn, value: left, rule: rule,
      sentence: "Between \(row.groupA) and \(row.groupB) the gap of \(question.classifier) is "
        + "\(Words.signedArea(gap)) and the panel's mean gap on the same images "
        + "\(Words.signedArea(panelGap)); \(Words.signedArea(left)) is left "
        + "(\(Words.signedArea(lower)) to \(Words.signedArea(upper)))"
        + (row.survives
          ? "."
          : lower <= 0 && upper >= 0
            ? ", which may be nothing."
            : ", which does not favour the same group as its gap."))
  }

  /// The panel's row of the pair with the largest studentised difference.
  func panelComparison(_ evidence: ComparisonAnalysis.Evidence) -> PanelComparison? {
    let names = Set(evidence.sides(of: evidence.worst))
    return panel?.comparisons.first { Set([$0.groupA, $0.groupB]) == names }
  }
}

extension AttributeColumn {
  /// The names alone; the rows of large tables are not kept for the verdicts.
  var withoutRows: AttributeColumn {
    var copy = self
    copy.membership = []
    return copy
  }
}
