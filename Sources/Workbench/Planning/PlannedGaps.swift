import AuditModel
import Cohorts
import Fairness
import Foundation
import Reporting
import Vocabulary

/// The gaps that each question of a spec can find, from a pilot's report or stated assumptions.
struct PlannedGaps {
  let specification: AuditSpecification
  var assumptions: DesignAssumptions
  /// An earlier audit's report.
  var pilot: AuditReport?

  /// Of the synthetic cohort, then of the real one.
  func all() throws -> [DetectableGap] { try synthetic() + real() }

  private func synthetic() throws -> [DetectableGap] {
    guard let cohort = specification.cohort, cohort.design == .counterfactual else { return [] }
    let arms = CounterfactualDesign(cohort).arms
    let columns = try groups { name in arms.map { $0.values[name] } }
    return cohort.findings.flatMap { finding in
      columns.compactMap { column -> DetectableGap? in
        // A group without an arm gets no images and is compared with nothing.
        let filled = Set(column.membership.filter { $0 >= 0 }).count
        guard filled > 1 else { return nil }
        var assumed = assumptions
        assumed.imagesPerCluster =
          Double(column.membership.count { $0 >= 0 }) / Double(filled)
        return gap(
          finding: finding.name, attribute: column.name, cohort: "synthetic",
          cells: [DesignCell](
            repeating: DesignCell(positives: cohort.baseCases, negatives: cohort.baseCases),
            count: filled), clusters: 2 * cohort.baseCases, assumptions: assumed)
      }
    }
  }

  /// The columns that a run would analyse.
  private func groups(of values: (String) -> [String?]) throws -> [AttributeColumn] {
    try CohortGroups(
      attributes: specification.attributes, rules: specification.analysis.groups,
      intersections: specification.analysis.intersections, values: values
    ).columns(values: values)
  }

  /// Counts patients with and without each finding by group; reads labels, never scores.
  private func real() throws -> [DetectableGap] {
    guard var table = specification.real else { return [] }
    table.scores = [:]
    let cohort = try RealCohort(
      table, resolve: specification.resolve, defaultFindings: specification.auditedFindings)
    let columns = try groups { name in cohort.cases.map { $0.attributes[name] } }
    return cohort.findings.indices.flatMap { place in
      columns.compactMap { column -> DetectableGap? in
        let counted = count(cohort, finding: place, column: column)
        var assumed = assumptions
        // Groups of different patients; a patient may change the age group, which helps a little.
        assumed.armCorrelation = 0
        assumed.imagesPerCluster = counted.imagesPerCluster
        return gap(
          finding: cohort.findings[place], attribute: column.name, cohort: "real",
          cells: counted.cells, clusters: counted.clusters, assumptions: assumed)
      }
    }
  }

  private struct Counted {
    var cells: [DesignCell] = []
    var clusters = 0
    var imagesPerCluster = 1.0
  }

  private func count(_ cohort: RealCohort, finding: Int, column: AttributeColumn) -> Counted {
    let byImage = specification.analysis.cluster == .image
    var positives = [Set<String>](repeating: [], count: column.groups.count)
    var negatives = positives
    var images = 0
    for (row, item) in cohort.cases.enumerated() where column.membership[row] >= 0 {
      guard let label = item.labels[finding] else { continue }
      let cluster = byImage ? item.image : item.patient
      images += 1
      if label {
        positives[Int(column.membership[row])].insert(cluster)
      } else {
        negatives[Int(column.membership[row])].insert(cluster)
      }
    }
    var counted = Counted()
    let analysis = specification.analysis
    for (with, without) in zip(positives, negatives)
    where with.count >= max(2, analysis.minimumPositives)
      && without.count >= max(2, analysis.minimumNegatives)
    {
      counted.cells.append(DesignCell(positives: with.count, negatives: without.count))
    }
    counted.clusters = Set((positives + negatives).flatMap { $0 }).count
    let parts = zip(positives, negatives).reduce(0) { $0 + $1.0.count + $1.1.count }
    counted.imagesPerCluster = Double(images) / Double(max(1, parts))
    return counted
  }

  private func gap(
    finding: String, attribute: String, cohort: String, cells: [DesignCell], clusters: Int,
    assumptions: DesignAssumptions
  ) -> DetectableGap? {
    if let pilot = pilotGap(finding: finding, attribute: attribute, cohort: cohort) {
      return detectableGap(
        finding: finding, attribute: attribute, cells: cells, clusters: clusters, pilot: pilot,
        specification: specification.analysis)
    }
    return detectableGap(
      finding: finding, attribute: attribute, cells: cells, assumptions: assumptions,
      specification: specification.analysis)
  }

  /// The pilot's worst standard error for the same question, over its classifiers.
  private func pilotGap(finding: String, attribute: String, cohort: String) -> PilotGap? {
    guard let pilot else { return nil }
    func matches(_ a: String, _ b: String, _ c: String) -> Bool {
      a == finding && b == attribute && c == cohort
    }
    let errors = pilot.comparisons.filter {
      matches($0.finding, $0.attribute, $0.cohort) && $0.metric == .auc
    }
    .compactMap(\.standardError)
    let overall = pilot.overall.first { $0.finding == finding && $0.cohort == cohort }
    guard let largest = errors.max(), let clusters = overall?.clusters else { return nil }
    let critical = pilot.verdicts.filter {
      matches($0.finding, $0.attribute, $0.cohort) && $0.metric == .auc
    }.compactMap(\.criticalValue).max()
    return PilotGap(
      standardError: largest, clusters: clusters, criticalValue: critical, name: pilot.name)
  }
}
