import AuditModel
import AuditStore
import Basics
import Classifiers
import Cohorts
import Fairness
import Foundation
import Rebalancing

/// Reads again what the audit was made from, where the verifier named it, and compares every value with
/// the store: a table, a score file, an image or a mask that the store misquotes is named.
struct SourceVerification {
  let workspace: AuditWorkspace
  let report: AuditReport
  let sources: VerificationSources
  let context: RunContext

  private var specification: AuditSpecification { workspace.specification }

  func run() throws -> [VerificationCheck] {
    var checks: [VerificationCheck] = []
    if specification.real != nil {
      checks.append(checked("source: real table", .data, realTable))
      checks.append(checked("source: real images", .data, realImages))
    }
    for classifier in specification.models {
      guard case .scores = classifier.source else { continue }
      checks.append(
        checked("source: scores of \(classifier.name)", .data) { try scoreFile(classifier) })
    }
    if let cohort = specification.cohort,
      cohort.findings.contains(where: { $0.masks != nil || $0.boxes != nil })
    {
      checks.append(checked("source: masks and boxes", .data) { try conditions(cohort) })
    }
    if let rebalance = specification.rebalance, report.rebalancing != nil {
      checks.append(
        checked("source: training table", .data) { try trainingTable(rebalance) })
    }
    return checks
  }

  private enum Finding {
    case same(String)
    case different([String])
    /// There is nothing of the kind, or the verifier did not name it.
    case notChecked(String)
  }

  /// A source that the verifier did not name is said to be unchecked, one that cannot be read differs.
  private func checked(
    _ subject: String, _ kind: VerificationSources.Kind, _ body: () throws -> Finding
  ) -> VerificationCheck {
    do {
      switch try body() {
      case .same(let sentence):
        return VerificationCheck(subject: subject, status: .same, detail: sentence)
      case .notChecked(let sentence):
        return VerificationCheck(subject: subject, status: .notChecked, detail: sentence)
      case .different(let differences):
        return VerificationCheck(
          subject: subject, status: .different,
          detail: "\(differences.count) differences: "
            + differences.prefix(3).joined(separator: "; "), differences: differences)
      }
    } catch {
      let sentence = (error as? AuditFailure)?.message ?? "\(error)"
      return VerificationCheck(
        subject: subject, status: .different, detail: sentence, differences: [sentence])
    }
  }

  private static let unnamed =
    "not checked against the sources: \(VerificationSources.hint(.data)). Until then the store "
    + "could misquote them throughout; a signature would say who vouches for it"

  /// Cases, labels, attributes, clusters and score columns, row by row.
  private func realTable() throws -> Finding {
    guard let real = specification.real, let path = sources.locate(real.table, .data) else {
      return .notChecked(Self.unnamed)
    }
    // A stranger's report names tables to join; only the verifier's own are opened.
    guard real.joins.allSatisfy({ sources.locate($0.table, .data) != nil }) else {
      return .notChecked(Self.unnamed)
    }
    // Nor are files of a folder that it names opened for their headers.
    guard
      real.imageOptions.headers.isEmpty || real.images.flatMap({ sources.locate($0, .data) }) != nil
    else { return .notChecked(Self.unnamed) }
    var differences: [String] = []
    if try SHA256.hex(ofFile: path) != report.provenance.hashes["real table"] {
      differences.append("\(path) has another hash than the report names")
    }
    let cohort = try RealCohort(
      real,
      resolve: { $0 == real.table ? path : sources.locate($0, .data) ?? $0 },
      defaultFindings: ImportStage.defaultFindings(of: specification),
      imageFolder: real.images.map(specification.resolve))
    let expected = Array(
      ImportStage.cases(of: cohort, real: real, specification: specification))
    let stored = try workspace.store.cases(of: .real)
    if expected.count != stored.count {
      differences.append("the table has \(expected.count) cases, the store \(stored.count)")
    }
    for (row, item) in zip(expected, stored) {
      differences += JSONDifference.lines(canonicalLines(row), canonicalLines(item)).map {
        "\(row.name): \($0)"
      }
      if differences.count > 200 { break }
    }
    for (classifier, byFinding) in cohort.scores.sorted(by: { $0.key < $1.key }) {
      for (finding, values) in byFinding.sorted(by: { $0.key < $1.key }) {
        let scores = try workspace.store.scores(
          classifier: classifier, finding: finding, cohort: .real)
        differences += Self.scoreDifferences(
          zip(stored, values).map { ($0.0, $0.1) }, scores: scores, classifier: classifier,
          finding: finding)
      }
    }
    guard differences.isEmpty else { return .different(differences) }
    return .same(
      "the table was read again: \(stored.count) cases, their labels, attributes, clusters and score "
        + "columns are those of the store")
  }

  /// What a case is, property by property, without what only the store knows.
  private func canonicalLines(_ item: StoredCase) -> [String] {
    var bare = item
    (bare.id, bare.sha256, bare.image) = (0, nil, nil)
    return Mirror(reflecting: bare).children.map { child in
      "\(child.label ?? "") \(canonicalText(of: child.value))"
    }
  }

  private static func scoreDifferences(
    _ rows: [(item: StoredCase, score: Double?)], scores: [Int64: Double?], classifier: String,
    finding: String
  ) -> [String] {
    rows.compactMap { item, score in
      let stored = scores[item.id] ?? nil
      guard stored != score else { return nil }
      return
        "\(item.name), \(classifier) \(finding): source \(score.map { "\($0)" } ?? "nothing"), "
        + "store \(stored.map { "\($0)" } ?? "nothing")"
    }
  }

  private func scoreFile(_ classifier: ClassifierSpecification) throws -> Finding {
    let located: ClassifierSpecification
    do { located = try sources.located(classifier) } catch is VerificationSources.NotNamed {
      return .notChecked(Self.unnamed)
    }
    let findings =
      try ScoreStage(workspace: workspace, context: context).answeredFindings()[classifier.name]
      ?? []
    let table = try makeClassifier(
      located, directory: specification.directory, findings: findings)
    let cases = try workspace.store.cases(of: .real)
    var answers: [String: ImageScore] = [:]
    let images = cases.map { ImageCase(id: $0.name, path: $0.image ?? "") }
    try table.score(images) { for answer in $0 { answers[answer.id] = answer } }
    var differences: [String] = []
    for finding in findings {
      let scores = try workspace.store.scores(
        classifier: classifier.name, finding: finding, cohort: .real)
      differences += Self.scoreDifferences(
        cases.map { ($0, answers[$0.name]?.scores[finding] ?? nil) }, scores: scores,
        classifier: classifier.name, finding: finding)
    }
    guard differences.isEmpty else { return .different(differences) }
    return .same("the score file was read again: all scores of \(cases.count) cases are the same")
  }

  /// Every image's bytes, where classifiers read them.
  private func realImages() throws -> Finding {
    let cases = try workspace.store.cases(of: .real).filter { $0.image != nil }
    guard !cases.isEmpty else { return .notChecked("the audit read no real images") }
    guard cases.contains(where: { $0.sha256 != nil }) else {
      return .notChecked("no classifier of this audit looked at the images themselves")
    }
    var differences: [String] = []
    for (index, item) in cases.enumerated() {
      try context.checkInterrupted()
      let path: String
      do { path = try sources.imagePath(of: item, in: workspace) } catch is VerificationSources
        .NotNamed
      {
        return .notChecked(Self.unnamed)
      }
      context.report(
        StageProgress(
          stage: "reading the images again", done: Double(index + 1), total: Double(cases.count),
          unit: "images"))
      guard let hash = try? SHA256.hex(ofFile: path) else {
        differences.append("\(item.name) cannot be read")
        continue
      }
      if hash != item.sha256 { differences.append("\(item.name) is another image than was scored") }
    }
    guard differences.isEmpty else { return .different(differences) }
    return .same("all \(cases.count) real images have the bytes that were scored")
  }

  private func conditions(_ cohort: CohortSpecification) throws -> Finding {
    for path in cohort.findings.flatMap({ [$0.masks, $0.boxes] }).compactMap({ $0 })
    where sources.locate(path, .data) == nil {
      return .notChecked(Self.unnamed)
    }
    let found = try CohortConditions(cohort, resolve: { sources.locate($0, .data) ?? $0 })
    return try found.record() == workspace.store.value(of: .conditions)
      ? .same("masks and boxes are those that the images were drawn under")
      : .different(["the masks or boxes are not those that the images were drawn under"])
  }

  /// Counts of the training table, by cell.
  private func trainingTable(_ rebalance: RebalanceSpecification) throws -> Finding {
    guard let cohort = specification.cohort,
      let path = sources.locate(rebalance.trainingTable, .data)
    else { return .notChecked(Self.unnamed) }
    let grid = RebalanceStage.grid(
      of: specification, rebalance: rebalance,
      real: try workspace.store.cases(of: .real).map(\.attributes))
    let counts = try TrainingCounts(
      contentsOf: path, specification: rebalance, findings: cohort.findings.map(\.name),
      grid: grid)
    let outcome = RebalancingPlanner(
      rebalance, counts: counts, findings: cohort.findings.map(\.name), grid: grid
    ).plan(
      comparisons: report.comparisons, verdicts: report.verdicts, rateGaps: report.rateGaps)
    func cells(_ record: RebalancingRecord?) -> [String] {
      (record?.cells ?? []).map { cell in
        "\(cell.finding) \(cell.label) \(cell.groups.values.joined(separator: " ")): has "
          + "\(cell.have), add \(cell.add)"
      }
    }
    let differences = JSONDifference.lines(cells(outcome), cells(report.rebalancing))
    return differences.isEmpty
      ? .same("the training table was read again and gives the report's rebalancing plan")
      : .different(differences)
  }
}
