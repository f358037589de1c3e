import AuditModel
import AuditStore
import Fairness
import Foundation

/// What changed between two finished audits of the same cohort and plan.
package struct AuditComparison: Sendable, Equatable, Codable {
  package struct VerdictChange: Sendable, Equatable, Codable {
    package var cohort: String
    package var finding: String
    package var attribute: String
    package var before: Verdict.Kind
    package var after: Verdict.Kind
  }
  package struct GapRow: Sendable, Equatable, Codable {
    package var cohort: String
    package var finding: String
    package var gap: GapChange
  }
  package struct OverallRow: Sendable, Equatable, Codable {
    package var cohort: String
    package var finding: String
    package var aucBefore: Double?
    package var aucAfter: Double?
  }
  /// `schema`, so that scripts can tell versions apart.
  package var schema = "audit-comparison/1"
  package var before: String
  package var after: String
  package var classifierBefore: String
  package var classifierAfter: String
  /// Verdicts that differ; unchanged ones are counted only.
  package var verdictChanges: [VerdictChange]
  package var unchangedVerdicts: Int
  package var overall: [OverallRow]
  package var gaps: [GapRow]
  package var level: Double
}

/// Compares two report folders case by case.
package struct CompareUseCase {
  /// Names of the classifiers to compare; nil: the one that both have, or each folder's only one.
  package var classifierBefore: String?
  package var classifierAfter: String?

  package init(classifierBefore: String? = nil, classifierAfter: String? = nil) {
    self.classifierBefore = classifierBefore
    self.classifierAfter = classifierAfter
  }

  /// - Throws: ``AuditFailure`` when the two audits are not of the same cohort and plan, saying what
  ///   differs.
  package func run(before: String, after: String, context: RunContext) throws -> AuditComparison {
    // One folder compared with itself compares two of its classifiers.
    let isSameFolder = absolutePath(before) == absolutePath(after)
    let first = try AuditWorkspace(existing: before)
    let second = isSameFolder ? first : try AuditWorkspace(existing: after)
    try requireSameDesign(first, second)
    let names = try chooseClassifiers(first, second)
    let level = 1 - first.specification.analysis.alpha

    var comparison = AuditComparison(
      before: first.folder, after: second.folder, classifierBefore: names.before,
      classifierAfter: names.after, verdictChanges: [], unchangedVerdicts: 0, overall: [], gaps: [],
      level: level)
    let left = try outcome(first, context: context)
    let right = try outcome(second, context: context)
    compareVerdicts(left.outcome, right.outcome, names: names, into: &comparison)
    for table in left.tables where table.classifier == names.before {
      guard
        let other = right.tables.first(where: {
          $0.classifier == names.after && $0.cohort == table.cohort && $0.finding == table.finding
        })
      else { continue }
      func auc(_ outcome: AnalysisOutcome, _ name: String) -> Double? {
        outcome.overall.first {
          $0.classifier == name && $0.cohort == table.cohort && $0.finding == table.finding
        }?.auc
      }
      comparison.overall.append(
        AuditComparison.OverallRow(
          cohort: table.cohort, finding: table.finding, aucBefore: auc(left.outcome, names.before),
          aucAfter: auc(right.outcome, names.after)))
      for attribute in table.attributes where attribute.notEvaluableReason == nil {
        comparison.gaps += try gapChanges(
          before: table, after: other, attribute: attribute.name, level: level
        ).map { AuditComparison.GapRow(cohort: table.cohort, finding: table.finding, gap: $0) }
      }
    }
    return comparison
  }

  private func outcome(_ workspace: AuditWorkspace, context: RunContext) throws
    -> (outcome: AnalysisOutcome, tables: [EvaluationTable])
  {
    let evidence = try CohortEvidence.stored(in: workspace.store)
    let findings = try ScoreStage(workspace: workspace, context: context).answeredFindings()
    let stage = AnalyseStage(workspace: workspace, context: context)
    let tables = try stage.tables(evidence: evidence, findings: findings)
    return (try stage.outcome(of: tables, evidence: evidence), tables)
  }

  private func requireSameDesign(_ first: AuditWorkspace, _ second: AuditWorkspace) throws {
    var differences: [String] = []
    if try first.store.value(of: "designHash") != second.store.value(of: "designHash") {
      differences.append("the cohort or the real data are of another design")
    }
    if try first.store.value(of: "realTableHash") != second.store.value(of: "realTableHash") {
      differences.append("the real table has other content")
    }
    func images(_ workspace: AuditWorkspace) throws -> [String] {
      try workspace.store.cases(of: .synthetic).map { "\($0.name) \($0.sha256 ?? "")" }
    }
    if try images(first) != images(second) { differences.append("the synthetic images differ") }
    let plans = JSONDifference.between(
      planDescription(first.specification).canonicalText,
      planDescription(second.specification).canonicalText, limit: 5)
    // Two vendors have two names; everything else in the plan must agree.
    differences += plans.filter { !$0.hasPrefix("classifiers") && !$0.hasPrefix("referencePanel") }
      .map { "plan \($0)" }
    guard differences.isEmpty else {
      throw AuditFailure(
        "'\(first.folder)' and '\(second.folder)' cannot be compared: "
          + differences.joined(separator: "; "),
        hint: "run both audits with the same cohort, data and analysis plan")
    }
  }

  private func chooseClassifiers(_ first: AuditWorkspace, _ second: AuditWorkspace) throws
    -> (before: String, after: String)
  {
    let left = first.specification.classifiers.map(\.name)
    let right = second.specification.classifiers.map(\.name)
    func check(_ name: String, in names: [String], folder: String) throws -> String {
      guard names.contains(name) else {
        throw AuditFailure(
          "'\(folder)' has no classifier '\(name)'",
          hint: "it has \(names.joined(separator: ", "))", kind: .usage)
      }
      return name
    }
    if let before = classifierBefore {
      let after = classifierAfter ?? before
      return (
        try check(before, in: left, folder: first.folder),
        try check(after, in: right, folder: second.folder)
      )
    }
    if left.count == 1, right.count == 1 { return (left[0], right[0]) }
    let common = left.filter(right.contains)
    if common.count == 1, first.folder != second.folder { return (common[0], common[0]) }
    throw AuditFailure(
      "which classifiers to compare is not clear: '\(first.folder)' has "
        + "\(left.joined(separator: ", ")), '\(second.folder)' has \(right.joined(separator: ", "))",
      hint: "name them with --classifier and --with", kind: .usage)
  }

  private func compareVerdicts(
    _ left: AnalysisOutcome, _ right: AnalysisOutcome, names: (before: String, after: String),
    into comparison: inout AuditComparison
  ) {
    for verdict in left.verdicts where verdict.classifier == names.before {
      guard
        let other = right.verdicts.first(where: {
          $0.classifier == names.after && $0.cohort == verdict.cohort
            && $0.finding == verdict.finding && $0.attribute == verdict.attribute
        })
      else { continue }
      if other.verdict == verdict.verdict {
        comparison.unchangedVerdicts += 1
      } else {
        comparison.verdictChanges.append(
          AuditComparison.VerdictChange(
            cohort: verdict.cohort, finding: verdict.finding, attribute: verdict.attribute,
            before: verdict.verdict, after: other.verdict))
      }
    }
  }
}
