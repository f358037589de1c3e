import AuditModel
import AuditStore
import Cohorts
import Fairness
import Vocabulary

/// Turns stored cases and scores into the tables that the analysis reads.
struct EvaluationTables {
  let store: AuditStore
  let specification: AuditSpecification
  /// Attribute name to the reason why the generator cannot express it.
  let attributeLimitations: [String: String]

  /// One table per classifier × finding of a cohort, in the spec's order.
  ///
  /// - Parameter findings: Classifier name to the findings it answers.
  func tables(
    of cohort: StoredCase.Cohort, classifiers: [ClassifierSpecification], isReference: Bool,
    findings: [String: [String]]
  ) throws -> [EvaluationTable] {
    guard !classifiers.isEmpty else { return [] }
    let cases = try store.cases(of: cohort)
    guard !cases.isEmpty else { return [] }
    let isReplica = specification.cohort?.design == .replica
    let clusterUnit: String? =
      cohort == .real || isReplica
      ? (specification.analysis.cluster == .image ? "images" : "patients") : nil
    let columns = try CaseColumns(
      cases,
      // Twins belong to the patients of their real cases and are numbered with them.
      numbering: cohort == .synthetic && isReplica ? try store.cases(of: .real) : nil,
      specification: specification, reasons: cohort == .synthetic ? attributeLimitations : [:])
    let places = CasePlaces(cases)
    var shared: [String: CaseColumns.Finding] = [:]
    var result: [EvaluationTable] = []
    for classifier in classifiers {
      let answered = try places.scores(
        store, classifier: classifier.name, findings: findings[classifier.name] ?? [],
        cohort: cohort)
      for name in findings[classifier.name] ?? [] {
        let finding = shared[name] ?? columns.finding(name)
        shared[name] = finding
        guard !finding.labelled.isEmpty, var scores = answered[name] else { continue }
        if let scale = classifier.scoreScale {
          for index in scores.indices { scores[index] = scores[index].map(scale.normalized) }
        }
        var table = table(
          classifier: classifier.name, cohort: cohort, finding, of: columns, scores: scores)
        table.isReference = isReference
        if let clusterUnit { table.clusterUnit = clusterUnit }
        result.append(table)
      }
    }
    return result
  }

  private func table(
    classifier: String, cohort: StoredCase.Cohort, _ finding: CaseColumns.Finding,
    of columns: CaseColumns, scores: [Double?]
  ) -> EvaluationTable {
    let cases = columns.cases
    let drawn = finding.labelled.filter { cases[Int($0)].placebo == nil }
    let scored = drawn.filter { scores[Int($0)] != nil }
    let missing = drawn.filter { scores[Int($0)] == nil }
    // A base case is drawn for one finding; a real image without a label is one that is missing.
    let unlabelled =
      cohort == .real
      ? finding.labels.indices.filter { finding.labels[$0] < 0 && cases[$0].placebo == nil }
        .map(Int32.init) : []
    let everybody = scored + missing + unlabelled
    let all = columns.columns(of: everybody)
    var notScored = NotScored(overall: missing.count)
    for column in all {
      for row in scored.count..<(scored.count + missing.count) where column.membership[row] >= 0 {
        let group = column.groups[Int(column.membership[row])]
        notScored.byGroup[column.name, default: [:]][group, default: 0] += 1
      }
    }
    var table = EvaluationTable(
      classifier: classifier, cohort: cohort.rawValue, finding: finding.name,
      scores: scored.map { scores[Int($0)] ?? .nan },
      labels: scored.map { finding.labels[Int($0)] == 1 },
      clusters: scored.map { max(0, finding.cluster[Int($0)]) },
      clusterCount: finding.clusterCount,
      attributes: all.map { column in
        var cut = column
        cut.membership = Array(column.membership.prefix(scored.count))
        return cut
      },
      notScored: notScored,
      pairing: cohort == .synthetic && specification.cohort?.design == .counterfactual
        ? pairing(of: scored.map { cases[Int($0)] }, finding, columns, scores: scores) : nil)
    for column in all {
      table.accounts[column.name] = RowCounting(
        column: column, rows: everybody, scored: scored.count, cases: cases,
        labels: finding.labels
      ).account()
    }
    return table
  }

  private func pairing(
    of rows: [StoredCase], _ finding: CaseColumns.Finding, _ columns: CaseColumns,
    scores: [Double?]
  ) -> Pairing {
    var arms: [Pairing.Arm] = []
    var armNumbers: [String: Int32] = [:]
    var armOfRow: [Int32] = []
    for row in rows {
      let id = row.arm ?? ""
      if armNumbers[id] == nil {
        armNumbers[id] = Int32(arms.count)
        arms.append(
          Pairing.Arm(
            id: id,
            values: Dictionary(
              row.attributes.entries.map { ($0.attribute, $0.value) },
              uniquingKeysWith: { first, _ in first })))
      }
      armOfRow.append(armNumbers[id] ?? 0)
    }
    return Pairing(
      arms: arms, armOfRow: armOfRow, seedOfRow: Self.seeds(of: rows),
      placebos: placebos(finding, columns, scores: scores))
  }

  /// Number of each row's noise seed within its base case; empty where base cases have one each.
  private static func seeds(of rows: [StoredCase]) -> [Int32] {
    var known: [String: [String: Int32]] = [:]
    let seeds = rows.map { row -> Int32 in
      let noise = row.noise ?? ""
      if let number = known[row.cluster]?[noise] { return number }
      let number = Int32(known[row.cluster]?.count ?? 0)
      known[row.cluster, default: [:]][noise] = number
      return number
    }
    return seeds.contains { $0 > 0 } ? seeds : []
  }

  /// Pairs every placebo image with the reference arm's image of the same base case.
  private func placebos(
    _ finding: CaseColumns.Finding, _ columns: CaseColumns, scores: [Double?]
  ) -> [Pairing.Placebo] {
    let cases = columns.cases
    let labelled = finding.labelled.map(Int.init)
    let drawn = Dictionary(grouping: labelled.filter { cases[$0].placebo == nil }) {
      cases[$0].cluster
    }
    var result: [Pairing.Placebo] = []
    for kind in CohortSpecification.Placebo.allCases {
      var placebo = Pairing.Placebo(
        kind: kind.rawValue, originalScores: [], placeboScores: [], labels: [], clusters: [])
      for place in labelled where cases[place].placebo == kind.rawValue {
        // A placebo repeats the arm of the same attribute values.
        let original = drawn[cases[place].cluster]?.first {
          cases[$0].attributes == cases[place].attributes
        }
        guard let original, let first = scores[original], let second = scores[place],
          finding.cluster[place] >= 0
        else { continue }
        placebo.originalScores.append(first)
        placebo.placeboScores.append(second)
        placebo.labels.append(finding.labels[place] == 1)
        placebo.clusters.append(finding.cluster[place])
      }
      if !placebo.labels.isEmpty { result.append(placebo) }
    }
    return result
  }
}
