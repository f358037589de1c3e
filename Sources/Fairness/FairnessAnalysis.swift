import AuditModel
import Basics
import Statistics
import Vocabulary

/// Everything the scores say, for the report.
@dynamicMemberLookup
package struct AnalysisOutcome: Sendable {
  package var results = AnalysisResults()
  /// By finding, or `classifier/finding` where a rule chose it from scores.
  package var thresholds: [String: ThresholdRecord] = [:]
  /// Hypotheses declared: classifiers × cohorts × findings × attributes × metrics, evaluable or not.
  package var familySize = 0

  package subscript<Value>(dynamicMember path: WritableKeyPath<AnalysisResults, Value>) -> Value {
    get { results[keyPath: path] }
    set { results[keyPath: path] = newValue }
  }
}

/// Judges classifiers by group: from tables of scores to verdicts.
///
/// The same tables, specification and seed give the same outcome on any number of threads.
package struct FairnessAnalysis: Sendable {
  private let specification: AnalysisSpecification

  package init(specification: AnalysisSpecification) {
    self.specification = specification
  }

  /// - Parameters:
  ///   - thresholds: Decided elsewhere, by `classifier/finding` or finding; they override the plan's.
  ///   - absences: Declared questions without a table or a column of groups.
  ///   - gates: Results of validity checks made elsewhere; passed through before this analysis' own.
  ///   - progress: Called with (tables done, tables in all), on the calling thread.
  /// - Throws: ``AuditFailure`` for tables or plans that no statistic may see.
  package func run(
    _ tables: [EvaluationTable], thresholds: [String: ThresholdRecord] = [:],
    absences: [Absence] = [], gates: [GateResult] = [],
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> AnalysisOutcome {
    try validate()
    for table in tables {
      try table.validate()
      try requireReference(in: table)
    }
    let selection = ThresholdSelection(
      specification: specification, given: thresholds, tables: tables)
    var outcome = AnalysisOutcome()
    outcome.gates = gates
    outcome.absences = absences
    let asked = try ask(tables, selection: selection, progress: progress, into: &outcome)
    addGates(of: tables, reference: asked.reference, to: &outcome)
    decide(asked.pending, into: &outcome)
    outcome.cautions += ScoreCautions(specification: specification).cautions(
      outcome, tables: tables)
    outcome.cautions += DuplicateScores.cautions(tables)
    return outcome
  }

  /// Every question of every table, those of the classifiers under audit compared with the panel.
  private func ask(
    _ tables: [EvaluationTable], selection: ThresholdSelection, progress: (Int, Int) -> Void,
    into outcome: inout AnalysisOutcome
  ) throws -> (pending: [PendingVerdict], reference: [PendingVerdict]) {
    var pending: [PendingVerdict] = []
    let hasPanel = tables.contains(where: \.isReference)
    if hasPanel { outcome.panelComparisons = [] }
    var panel: [QuestionPattern: [PanelAnalysis.Member]] = [:]
    var reference: [PendingVerdict] = []
    let placebos = tables.count { table in
      table.pairing?.placebos.contains { $0.kind == "seed" } ?? false
    }
    for (index, table) in tables.enumerated() {
      progress(index, tables.count)
      let choice = try selection.choose(for: table)
      switch choice {
      case .threshold(let record, let key): outcome.thresholds[key] = record
      case .none(let reason): outcome.notes.append(reason)
      }
      let found = try analyse(
        table, threshold: choice.value, keepsInfluence: hasPanel, placebos: placebos,
        into: &outcome)
      for item in found where table.isReference {
        reference.append(item.withoutInfluence)
        if let influence = item.influence {
          panel[QuestionPattern(ofAnyClassifier: item.question), default: []].append(
            PanelAnalysis.Member(
              classifier: table.classifier, groups: item.attribute.groups, influence: influence))
        }
      }
      if !table.isReference { pending += found }
    }
    for index in pending.indices {
      pending[index].compare(
        with: panel[QuestionPattern(ofAnyClassifier: pending[index].question)] ?? [],
        hasPanel: hasPanel,
        specification: specification)
    }
    progress(tables.count, tables.count)
    return (pending, reference)
  }

  /// The gates that are judged from scores, in the place of those that nobody could judge before.
  private func addGates(
    of tables: [EvaluationTable], reference: [PendingVerdict], to outcome: inout AnalysisOutcome
  ) {
    let findingGates = FindingGate.judge(reference, specification: specification)
    if !findingGates.isEmpty {
      outcome.gates.removeAll { $0.judges(.finding) && $0.status == .notRun }
      outcome.gates += findingGates
    }
    let seeds = tables.compactMap { $0.pairing?.seedsPerBaseCase }.min() ?? 1
    if let gate = SeedGate.judge(seeds: seeds, components: outcome.varianceComponents) {
      outcome.gates.removeAll { $0.judges(.seeds) }
      outcome.gates.append(gate)
    }
  }

  private func validate() throws {
    guard specification.alpha > 0, specification.alpha < 0.5 else {
      throw AuditFailure(
        "analysis.alpha is \(specification.alpha), not between 0 and 0.5", hint: "0.05 is usual")
    }
    guard specification.delta >= 0, specification.harm >= 0, specification.delta < 1,
      specification.harm < 1
    else {
      throw AuditFailure(
        "analysis.delta \(specification.delta) and analysis.harm \(specification.harm) must be "
          + "differences in AUC, from 0 to below 1")
    }
    // p values cannot fall below 1/(replicates + 1).
    guard Double(specification.replicates + 1) * specification.alpha >= 1 else {
      throw AuditFailure(
        "analysis.replicates is \(specification.replicates), too few to reach "
          + "p ≤ \(specification.alpha)", hint: "use 2000")
    }
  }

  private func analyse(
    _ table: EvaluationTable, threshold: Double?, keepsInfluence: Bool, placebos: Int,
    into outcome: inout AnalysisOutcome
  ) throws -> [PendingVerdict] {
    let judged = specification.metrics.map(\.metric)
    let placebo = PlaceboAnalysis(
      table, threshold: threshold, level: 1 - specification.alpha, metrics: judged,
      comparisons: placebos)
    let analysis = try TableAnalysis(
      table, threshold: threshold,
      keepsInfluence: keepsInfluence || (!table.isReference && !placebo.isEmpty),
      specification: specification)
    outcome.overall += analysis.overall
    outcome.placebos += placebo.results
    if let gate = placebo.gate { outcome.gates.append(gate) }
    let counterfactual = CounterfactualAnalysis(
      table, threshold: threshold, specification: specification)
    outcome.counterfactual += counterfactual.results
    outcome.armAgreement += counterfactual.agreement
    outcome.varianceComponents += counterfactual.components
    var pending: [PendingVerdict] = []
    for (attribute, part) in zip(table.attributes, analysis.attributes) {
      outcome.subgroups += part.subgroups.results
      outcome.rocCurves += part.subgroups.rocCurves
      outcome.calibration += part.subgroups.calibrationCurves
      outcome.rateGaps += part.rateGaps.filter { $0.threshold != nil }
      outcome.metricGaps += part.rateGaps.filter { $0.threshold == nil }
      part.odds.map { outcome.equalizedOdds.append($0) }
      outcome.adjustedGaps += part.adjusted
      let question = table.question(of: attribute.name)
      var account: Accounting?
      if !table.isReference, let counted = table.accounts[attribute.name] {
        account = counted.accounting(of: question, results: part.subgroups.results)
        account.map { outcome.accounting.append($0) }
      }
      if !table.isReference, let absence = Self.absence(of: question, part: part, account: account)
      {
        outcome.absences += judged.map { metric in
          var absence = absence
          absence.question.metric = metric
          return absence
        }
        continue
      }
      // The findings' gate asks the reference classifiers by the AUC, whatever gives verdicts.
      let asked = table.isReference && !judged.contains(.auc) ? judged + [.auc] : judged
      pending += asked.map { metric in
        PendingVerdict(
          question.by(metric), clusterUnit: table.clusterUnit, attribute: attribute.withoutRows,
          threshold: threshold, part: part, placebo: placebo, account: account,
          alpha: specification.alpha)
      }
    }
    return pending
  }

  /// A question whose groups are all empty has nothing to be judged by.
  private static func absence(
    of question: Question, part: TableAnalysis.ByAttribute, account: Accounting?
  ) -> Absence? {
    let results = part.subgroups.results
    guard results.allSatisfy({ $0.positives + $0.negatives == 0 && $0.status != .notEvaluable })
    else { return nil }
    let rows = account.map { "none of its \(Words.count($0.rows, "image"))" } ?? "no scored image"
    let named = (account?.outside ?? []).prefix(3).map(\.value)
    return Absence(
      question, cause: .noValues,
      sentence: "\(rows) is in a group of \(question.attribute) "
        + "(\(Words.list(results.prefix(6).map(\.group)))"
        + (named.isEmpty ? ")" : "; the table has \(Words.list(Array(named))))"))
  }

  /// The group that all others are compared with has to be there.
  private func requireReference(in table: EvaluationTable) throws {
    for attribute in table.attributes {
      guard let name = specification.reference[attribute.name], !attribute.groups.contains(name),
        name != AnalysisSpecification.allOthers
      else { continue }
      throw AuditFailure(
        "analysis.reference.\(attribute.name) is \"\(name)\", and \(attribute.name) has no such group",
        hint: "its groups are \(Words.list(Array(attribute.groups.prefix(12))))")
    }
  }

  /// Adjusts over the family, then writes comparisons, verdicts and the words around them.
  private func decide(_ pending: [PendingVerdict], into outcome: inout AnalysisOutcome) {
    let family = pending
    // The family is what was declared, not what happened to be computable.
    outcome.familySize = family.count + outcome.absences.count
    let familySize = outcome.familySize
    let rules = VerdictRules(specification: specification, familySize: familySize)
    let adjustment = FamilyAdjustment(
      family, familySize: familySize, specification: specification)
    for (index, hypothesis) in family.enumerated() {
      let claims = adjustment.claims[index]
      outcome.panelComparisons? += hypothesis.panel?.comparisons ?? []
      outcome.comparisons += hypothesis.comparisons.map { pair in
        var pair = pair
        if let contrast = hypothesis.contrast(of: pair) {
          // None is more significant than its hypothesis as a whole.
          pair.pAdjusted = max(claims.detection, adjustment.pairs[index][contrast])
        }
        // Said of a pair only where the family lets it be said of all.
        if specification.multiplicity != .none {
          pair.withinDelta = pair.withinDelta && claims.equivalence <= specification.alpha
        }
        return pair
      }
      outcome.verdicts.append(rules.judge(hypothesis, claims: claims))
    }
    let panelGates = family.compactMap(\.panelGate)
    if !panelGates.isEmpty {
      outcome.gates.removeAll { $0.judges(.panel) }
      outcome.gates += panelGates
    }
    // Gates of this analysis stand among those that came with the cohort.
    let gates = VerdictGates(gates: outcome.gates)
    outcome.verdicts = outcome.verdicts.map(gates.apply)
    outcome.rollUps = RollUps(specification: specification, familySize: familySize).rollUps(
      family, verdicts: outcome.verdicts, pairs: adjustment.pairs, absences: outcome.absences)
    outcome.verdicts = outcome.verdicts.enumerated().sorted {
      let (a, b) = (VerdictOrder($0.element), VerdictOrder($1.element))
      return a == b ? $0.offset < $1.offset : a < b
    }.map(\.element)
    // Decisions and scores are families of their own, with the questions of one metric each.
    let supporting = Metric.supporting(beside: specification.metrics.map(\.metric))
    let questions = outcome.familySize / max(1, specification.metrics.count)
    outcome.rateGaps = RateGapAnalysis.decide(
      outcome.rateGaps, familySize: supporting.count(where: \.needsThreshold) * questions,
      specification: specification)
    outcome.metricGaps = RateGapAnalysis.decide(
      outcome.metricGaps, familySize: supporting.count { !$0.needsThreshold } * questions,
      specification: specification)
    outcome.families = StatementFamilies(specification: specification).families(outcome)
    let words = OutcomeWords(specification: specification, family: family)
    outcome.summary = words.summary(outcome)
    outcome.cautions = words.cautions(outcome)
    outcome.notes += words.notes(outcome)
  }
}

extension AnalysisSpecification {
  /// p values adjusted as the plan asks; those of the family that are not among them count as 1.
  func adjust(_ pValues: [Double], familySize: Int) -> [Double] {
    switch multiplicity {
    case .none: pValues
    case .holm: Statistics.Multiplicity.holm(pValues, familySize: familySize)
    case .benjaminiHochberg:
      Statistics.Multiplicity.benjaminiHochberg(pValues, familySize: familySize)
    }
  }
}

/// Worst first: kind, then real before synthetic, then the size of the evidence.
private struct VerdictOrder: Comparable {
  let kind: Int
  let cohort: Int
  let evidence: Double

  init(_ verdict: Verdict) {
    switch verdict.verdict {
    case .flagged: kind = 0
    case .inconclusive: kind = 1
    case .withinDelta: kind = 2
    case .notEvaluable: kind = 3
    }
    cohort = verdict.cohort == "real" ? 0 : 1
    evidence = verdict.worstZ ?? -1
  }

  static func < (a: VerdictOrder, b: VerdictOrder) -> Bool {
    (a.kind, a.cohort, -a.evidence) < (b.kind, b.cohort, -b.evidence)
  }
}
