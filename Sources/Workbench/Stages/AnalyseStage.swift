import AuditModel
import Basics
import AuditStore
import Cohorts
import Fairness
import Foundation
import Vocabulary

/// From stored scores to the results of the report, and back from the store without recomputing.
struct AnalyseStage {
  let workspace: AuditWorkspace
  let context: RunContext

  /// Analyses everything that was scored.
  /// - Parameter evidence: Gates and limits of the synthetic cohort, found elsewhere.
  func run(evidence: CohortEvidence, findings: [String: [String]]) throws -> AnalysisOutcome {
    try workspace.stage("analyse", context: context) {
      try outcome(evidence: evidence, findings: findings)
    }
  }

  /// The analysis itself, without an entry in the log of stages.
  func outcome(evidence: CohortEvidence, findings: [String: [String]]) throws -> AnalysisOutcome {
    try outcome(
      of: try tables(evidence: evidence, findings: findings), evidence: evidence)
  }

  /// - Throws: ``AuditFailure`` when there is neither a score nor a question to which it is missing.
  func outcome(of tables: [EvaluationTable], evidence: CohortEvidence) throws -> AnalysisOutcome {
    let analysis = workspace.specification.analysis
    let checks = ScoreChecks(specification: workspace.specification)
    try checks.ask(about: tables)
    let absences = try DeclaredQuestions(
      specification: workspace.specification, store: workspace.store
    ).absences(among: tables)
    // A report of absences alone is one: it says of every question why nobody could ask it.
    guard !tables.isEmpty || !absences.isEmpty else {
      throw AuditFailure(
        "no classifier has scored any image of this audit",
        hint: "check 'classifiers' and the findings they answer in '\(workspace.specificationPath)'"
      )
    }
    var outcome = try FairnessAnalysis(specification: analysis).run(
      tables, absences: absences, gates: evidence.gates
    ) { done, total in
      context.report(
        StageProgress(
          stage: "analysing", done: Double(done), total: Double(total), unit: "tables"))
    }
    if workspace.specification.cohort?.design == .replica {
      let replica = try ReplicaAnalysis(
        tables, thresholds: outcome.thresholds, specification: analysis)
      outcome.replica = replica.record
      outcome.gates.removeAll { $0.judges(.transfer) && !replica.gates.isEmpty }
      outcome.gates += replica.gates
    }
    let known = outcome.cautions.count
    checks.caution(&outcome, tables: tables)
    // Without a folder of images no file was ever looked at.
    if workspace.specification.real?.images != nil,
      let caution = DuplicateImages.caution(
        try workspace.store.cases(of: .real), byPatient: analysis.cluster == .patient)
    {
      outcome.cautions.append(caution)
    }
    for sentence in outcome.cautions.dropFirst(known) { context.note(sentence) }
    return outcome
  }

  /// The scored images as tables, classifiers under audit before the reference panel.
  func tables(evidence: CohortEvidence, findings: [String: [String]]) throws -> [EvaluationTable] {
    let specification = workspace.specification
    let builder = EvaluationTables(
      store: workspace.store, specification: specification,
      attributeLimitations: evidence.attributeLimitations)
    var all: [EvaluationTable] = []
    for cohort in [StoredCase.Cohort.synthetic, .real] {
      all += try builder.tables(
        of: cohort, classifiers: specification.classifiers, isReference: false, findings: findings)
      all += try builder.tables(
        of: cohort, classifiers: specification.referencePanel, isReference: true,
        findings: findings)
    }
    return all
  }
}

/// What is known about the synthetic cohort beyond its scores.
struct CohortEvidence: Sendable, Equatable, Codable {
  var gates: [GateResult] = []
  /// Attribute to the reason why the generator cannot express it.
  var attributeLimitations: [String: String] = [:]
  var generator: GeneratorRecord?

  /// What the last run found, or nothing where there is no synthetic cohort.
  static func stored(in store: AuditStore) throws -> CohortEvidence {
    guard let text = try store.value(of: .evidence) else { return CohortEvidence() }
    try checkValueCount(ofJSON: text.utf8, path: "the audit store's record of the cohort's gates")
    do {
      return try JSONDecoder().decode(CohortEvidence.self, from: Data(text.utf8))
    } catch {
      throw AuditFailure(
        "the audit store's record of the cohort's gates cannot be read",
        hint: "run 'audit run' with this spec again")
    }
  }
}
