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
    let cases = try store.cases(of: cohort)
    guard !cases.isEmpty else { return [] }
    let groups = CohortGroups(
      attributes: specification.attributes, rules: specification.analysis.groups,
      intersections: specification.analysis.intersections
    ) { name in cases.map { $0.attributes[name] } }
    let isReplica = specification.cohort?.design == .replica
    let clusterUnit: String? =
      cohort == .real || isReplica
      ? (specification.analysis.cluster == .image ? "images" : "patients") : nil
    // Twins belong to the patients of their real cases and are numbered with them.
    let numbering = cohort == .synthetic && isReplica ? try store.cases(of: .real) : cases
    var result: [EvaluationTable] = []
    for classifier in classifiers {
      for finding in findings[classifier.name] ?? [] {
        let relevant = cases.filter { $0.labels[finding] != nil }
        // A base case is drawn for one finding; a real image without a label is one that is missing.
        let unlabelled =
          cohort == .real
          ? cases.filter { $0.labels[finding] == nil && $0.placebo == nil } : []
        guard !relevant.isEmpty else { continue }
        var scores = try store.scores(
          classifier: classifier.name, finding: finding, cohort: cohort)
        if let scale = classifier.scoreScale {
          scores = scores.mapValues { $0.map(scale.normalized) }
        }
        guard !scores.isEmpty else { continue }
        var table = try table(
          classifier: classifier.name, cohort: cohort, finding: finding, cases: relevant,
          unlabelled: unlabelled, scores: scores, groups: groups,
          clusterNumbers: Self.numbers(of: numbering.filter { $0.labels[finding] != nil }))
        table.isReference = isReference
        if let clusterUnit { table.clusterUnit = clusterUnit }
        result.append(table)
      }
    }
    return result
  }

  /// Clusters by name, numbered in order of first appearance.
  private static func numbers(of cases: [StoredCase]) -> [String: Int32] {
    var numbers: [String: Int32] = [:]
    for item in cases where numbers[item.cluster] == nil {
      numbers[item.cluster] = Int32(numbers.count)
    }
    return numbers
  }

  private func table(
    classifier: String, cohort: StoredCase.Cohort, finding: String, cases: [StoredCase],
    unlabelled: [StoredCase], scores: [Int64: Double?], groups: CohortGroups,
    clusterNumbers: [String: Int32]
  ) throws -> EvaluationTable {
    let drawn = cases.filter { $0.placebo == nil }
    let scored = drawn.compactMap { item -> (item: StoredCase, score: Double)? in
      guard let value = scores[item.id], let score = value else { return nil }
      return (item, score)
    }
    let missing = drawn.filter { item in
      if case .some(.some) = scores[item.id] { return false }
      return true
    }
    let everybody = scored.map(\.item) + missing + unlabelled
    let all = try groups.columns(reasons: cohort == .synthetic ? attributeLimitations : [:]) {
      name in
      everybody.map { $0.attributes[name] }
    }
    var notScored = NotScored(overall: missing.count)
    for column in all {
      for row in scored.count..<(scored.count + missing.count) where column.membership[row] >= 0 {
        let group = column.groups[Int(column.membership[row])]
        notScored.byGroup[column.name, default: [:]][group, default: 0] += 1
      }
    }
    var table = EvaluationTable(
      classifier: classifier, cohort: cohort.rawValue, finding: finding,
      scores: scored.map(\.score), labels: scored.map { $0.item.labels[finding] ?? false },
      clusters: scored.map { clusterNumbers[$0.item.cluster] ?? 0 },
      clusterCount: clusterNumbers.count,
      attributes: all.map { column in
        var cut = column
        cut.membership = Array(column.membership.prefix(scored.count))
        return cut
      },
      notScored: notScored,
      pairing: cohort == .synthetic && specification.cohort?.design == .counterfactual
        ? pairing(
          of: scored.map(\.item), all: cases, finding: finding, scores: scores,
          clusterNumbers: clusterNumbers) : nil)
    for column in all {
      table.accounts[column.name] = RowCounting(
        column: column, rows: everybody, scored: scored.count, finding: finding
      ).account()
    }
    return table
  }

  private func pairing(
    of rows: [StoredCase], all: [StoredCase], finding: String, scores: [Int64: Double?],
    clusterNumbers: [String: Int32]
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
      placebos: placebos(of: all, finding: finding, scores: scores, clusterNumbers: clusterNumbers))
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
    of cases: [StoredCase], finding: String, scores: [Int64: Double?],
    clusterNumbers: [String: Int32]
  ) -> [Pairing.Placebo] {
    func score(_ item: StoredCase) -> Double? { scores[item.id].flatMap { $0 } }
    var result: [Pairing.Placebo] = []
    for kind in CohortSpecification.Placebo.allCases {
      var placebo = Pairing.Placebo(
        kind: kind.rawValue, originalScores: [], placeboScores: [], labels: [], clusters: [])
      let drawn = Dictionary(grouping: cases.filter { $0.placebo == nil }, by: \.cluster)
      for item in cases where item.placebo == kind.rawValue {
        // A placebo repeats the arm of the same attribute values.
        let original = drawn[item.cluster]?.first {
          $0.attributes == item.attributes
        }
        guard let original, let first = score(original), let second = score(item),
          let cluster = clusterNumbers[item.cluster]
        else { continue }
        placebo.originalScores.append(first)
        placebo.placeboScores.append(second)
        placebo.labels.append(item.labels[finding] ?? false)
        placebo.clusters.append(cluster)
      }
      if !placebo.labels.isEmpty { result.append(placebo) }
    }
    return result
  }
}
