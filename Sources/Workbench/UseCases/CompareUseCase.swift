import AuditModel
import Basics
import AuditStore
import Fairness
import Foundation
import Reporting
import Vocabulary

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
    let first = try AuditWorkspace(reading: before)
    let second = isSameFolder ? first : try AuditWorkspace(reading: after)
    try requireSameDesign(first, second)
    let names = try chooseClassifiers(first, second)
    let level = 1 - first.specification.analysis.alpha
    // The plans agree, so the pairs do.
    let reference = first.specification.analysis.reference

    var comparison = AuditComparison(
      before: first.folder, after: second.folder, classifierBefore: names.before,
      classifierAfter: names.after, level: level, delta: first.specification.analysis.delta)
    let left = try outcome(first, context: context)
    let right = try outcome(second, context: context)
    compareVerdicts(left.outcome, right.outcome, names: names, into: &comparison)
    // Every compared pair of every question: together, not each, they are false with a chance of α.
    let pairs = left.tables.filter { $0.classifier == names.before }.flatMap(\.attributes)
      .reduce(0) { $0 + $1.pairCount(reference: reference[$1.name]) }
    comparison.comparisons = pairs
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
          QuestionPattern(cohort: table.cohort, finding: table.finding),
          AUCsOfTwo(
            aucBefore: auc(left.outcome, names.before), aucAfter: auc(right.outcome, names.after))))
      for attribute in table.attributes where attribute.notEvaluableReason == nil {
        comparison.gaps += try gapChanges(
          before: table, after: other, attribute: attribute.name, level: level, comparisons: pairs,
          reference: reference[attribute.name]
        ).map { gap in
          AuditComparison.GapRow(
            gap,
            before: left.outcome.results.limits(of: gap, in: table),
            after: right.outcome.results.limits(of: gap, in: other))
        }
      }
    }
    return comparison
  }

  /// Writes the comparison as a page, as Markdown and as JSON.
  ///
  /// - Returns: The paths written, the page first.
  package static func write(_ comparison: AuditComparison, to folder: String) throws -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(comparison), as: UTF8.self) + "\n"
    return try writeComparison(comparison, json: json, to: absolutePath(folder))
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
    // Row numbers and hashes of images aside, the cases must be the same.
    func cases(_ workspace: AuditWorkspace) throws -> [StoredCase] {
      try [StoredCase.Cohort.synthetic, .real].flatMap { cohort in
        try workspace.store.cases(of: cohort).map { item in
          var item = item
          (item.id, item.sha256, item.image) = (0, nil, item.image == nil ? nil : "")
          return item
        }
      }
    }
    if try cases(first) != cases(second) {
      differences.append("the cohort or the real data are of another design")
    }
    if try first.store.value(of: .realTableHash) != second.store.value(of: .realTableHash) {
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
          var question = $0.question
          question.classifier = names.before
          return $0.classifier == names.after && question == verdict.question
        })
      else { continue }
      let change = AuditComparison.VerdictChange(
        QuestionPattern(ofAnyClassifier: verdict.question),
        VerdictsOfTwo(before: verdict.verdict, after: other.verdict))
      comparison.verdicts.append(change)
      if other.verdict == verdict.verdict {
        comparison.unchangedVerdicts += 1
      } else {
        comparison.verdictChanges.append(change)
      }
    }
  }
}

extension AnalysisResults {
  /// The gap of one audit with its simultaneous limits, in the direction of `change`.
  fileprivate func limits(of change: GapChange, in table: EvaluationTable) -> IntervalEstimate? {
    // Changes are told of the AUC.
    let row = comparisons.first {
      $0.classifier == table.classifier && change.question.matches($0.question)
        && $0.metric == .auc && Set([$0.groupA, $0.groupB]) == Set([change.groupA, change.groupB])
    }
    guard let row, let difference = row.difference else { return nil }
    return row.groupA == change.groupA
      ? IntervalEstimate(estimate: difference, lower: row.lower, upper: row.upper)
      : IntervalEstimate(
        estimate: -difference, lower: row.upper.map { -$0 }, upper: row.lower.map { -$0 })
  }
}
