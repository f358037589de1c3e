import AuditModel
import Cohorts
import Fairness
import Foundation
import Reporting
import Statistics
import Vocabulary

/// The gaps that each question of a spec can find, from a pilot's report or stated assumptions.
struct PlannedGaps {
  let specification: AuditSpecification
  var assumptions: DesignAssumptions
  /// An earlier audit's report.
  var pilot: AuditReport?

  /// Of the synthetic cohort, then of the real one.
  func all() throws -> [Answer<DetectableGap>] {
    let (synthetic, real) = (try synthetic(), try real())
    // Everything that is declared is one family, as in the run.
    let family = (synthetic.family + real.family) * specification.analysis.metrics.count
    return parallelMap(count: synthetic.questions.count + real.questions.count) { index in
      var question =
        index < synthetic.questions.count
        ? synthetic.questions[index] : real.questions[index - synthetic.questions.count]
      question.rule.familySize = family
      return gap(question)
    }.compactMap { $0 }
  }

  /// One finding by one attribute of one cohort, the same for every classifier.
  private struct PlannedQuestion {
    var question: QuestionPattern
    var cells: [DesignCell]
    var clusters: Int
    var assumptions: DesignAssumptions
    var rule: DesignRule
  }

  private typealias Planned = (questions: [PlannedQuestion], family: Int)

  private func synthetic() throws -> Planned {
    guard let cohort = specification.cohort, cohort.design == .counterfactual else {
      return ([], 0)
    }
    let arms = CounterfactualDesign(cohort).arms
    let columns = try groups { name in arms.map { $0.values[name] } }
    var rule = DesignRule()
    rule.hasPlacebo = cohort.placebos.contains(.seed)
    rule.panel = specification.referencePanel.count(where: \.readsImages)
    let questions = cohort.findings.flatMap { finding in
      columns.compactMap { column -> PlannedQuestion? in
        // A group without an arm gets no images and is compared with nothing.
        let compared = Set(column.membership.filter { $0 >= 0 }).map(Int.init).sorted()
        let filled = compared.count
        guard filled > 1 else { return nil }
        var rule = rule
        compare(column, among: compared, in: &rule)
        var assumed = assumptions
        assumed.imagesPerCluster =
          Double(column.membership.count { $0 >= 0 }) / Double(filled)
        return PlannedQuestion(
          question: QuestionPattern(
            cohort: "synthetic", finding: finding.name, attribute: column.name),
          cells: [DesignCell](
            repeating: DesignCell(positives: cohort.baseCases, negatives: cohort.baseCases),
            count: filled), clusters: 2 * cohort.baseCases, assumptions: assumed, rule: rule)
      }
    }
    let names = DeclaredQuestions.attributes(of: .synthetic, in: specification)
    return (
      questions,
      specification.classifiers.count(where: \.readsImages) * cohort.findings.count * names.count
    )
  }

  /// The columns that a run would analyse.
  private func groups(of values: (String) -> [String?]) throws -> [AttributeColumn] {
    try CohortGroups(
      attributes: specification.attributes, rules: specification.analysis.groups,
      intersections: specification.analysis.intersections, values: values
    ).columns(values: values)
  }

  /// Counts patients with and without each finding by group; reads labels, never scores.
  private func real() throws -> Planned {
    guard var table = specification.real else { return ([], 0) }
    table.scores = [:]
    let cohort = try RealCohort(
      table, resolve: specification.resolve, defaultFindings: specification.auditedFindings)
    let columns = try groups { name in cohort.cases.map { $0.attributes[name] } }
    let questions = cohort.findings.indices.flatMap { place in
      columns.compactMap { column -> PlannedQuestion? in
        let counted = count(cohort, finding: place, column: column)
        guard counted.cells.count > 1 else { return nil }
        var assumed = assumptions
        // Groups of different patients; a patient may change the age group, which helps a little.
        assumed.armCorrelation = 0
        var rule = DesignRule()
        rule.groupsLeftOut = counted.leftOut
        compare(column, among: counted.groups, in: &rule)
        return PlannedQuestion(
          question: QuestionPattern(
            cohort: "real", finding: cohort.findings[place], attribute: column.name),
          cells: counted.cells, clusters: counted.clusters, assumptions: assumed, rule: rule)
      }
    }
    let names = DeclaredQuestions.attributes(of: .real, in: specification)
    return (questions, specification.classifiers.count * cohort.findings.count * names.count)
  }

  /// What the run will compare the groups of a column with.
  ///
  /// - Parameter groups: Of the cells, in their order.
  private func compare(_ column: AttributeColumn, among groups: [Int], in rule: inout DesignRule) {
    switch PairPlan(column, specification.analysis) {
    case .allPairs: break
    case .withAllOthers: rule.comparison = .withAllOthers
    case .with(let reference):
      if let cell = groups.firstIndex(of: reference) {
        rule.comparison = .with(cell)
      } else {
        rule.missingReference = column.groups[reference]
      }
    }
  }

  private struct Counted {
    var cells: [DesignCell] = []
    /// Of the cells.
    var groups: [Int] = []
    var clusters = 0
    /// Groups that the run will not compare.
    var leftOut = 0
  }

  /// The groups that a run will compare: by images of each class and clusters, as it judges them.
  private func count(_ cohort: RealCohort, finding: Int, column: AttributeColumn) -> Counted {
    let byImage = specification.analysis.cluster == .image
    var images = [[String: (with: Int, without: Int)]](repeating: [:], count: column.groups.count)
    for (row, item) in cohort.cases.enumerated() where column.membership[row] >= 0 {
      guard let label = item.labels[finding] else { continue }
      let group = Int(column.membership[row])
      let cluster = byImage ? item.image : item.patient
      var known = images[group][cluster] ?? (0, 0)
      if label { known.with += 1 } else { known.without += 1 }
      images[group][cluster] = known
    }
    var counted = Counted()
    let analysis = specification.analysis
    for (index, clusters) in images.enumerated() {
      let with = clusters.values.reduce(0) { $0 + $1.with }
      let without = clusters.values.reduce(0) { $0 + $1.without }
      let positives = clusters.values.count { $0.with > 0 }
      let negatives = clusters.values.count { $0.without > 0 }
      guard with >= max(2, analysis.minimumPositives),
        without >= max(2, analysis.minimumNegatives), clusters.count >= analysis.minimumClusters,
        positives >= 2, negatives >= 2
      else {
        counted.leftOut += 1
        continue
      }
      var group = PlannedGroup()
      // In order of size, so that sums of them do not depend on the order of a dictionary.
      for cluster in clusters.values.sorted(by: { ($0.with, $0.without) < ($1.with, $1.without) }) {
        group.add(positives: cluster.with, negatives: cluster.without)
      }
      counted.groups.append(index)
      counted.cells.append(
        DesignCell(positives: positives, negatives: negatives, group: group))
    }
    counted.clusters = Set(images.flatMap(\.keys)).count
    return counted
  }

  private func gap(_ planned: PlannedQuestion) -> Answer<DetectableGap>? {
    detectableGap(
      of: planned.question, cells: planned.cells,
      clusters: planned.clusters, assumptions: planned.assumptions,
      pilot: pilotGap(planned.question),
      rule: planned.rule, specification: specification.analysis)
  }

  /// The pilot's worst standard error for the same question, over its classifiers.
  private func pilotGap(_ question: QuestionPattern) -> PilotGap? {
    guard let pilot else { return nil }
    let errors = pilot.comparisons.filter {
      question.matches($0.question) && $0.metric == .auc
    }.compactMap(\.standardError)
    let overall = pilot.overall.first {
      $0.finding == question.finding && $0.cohort == question.cohort
    }
    guard let largest = errors.max(), let clusters = overall?.clusters else { return nil }
    return PilotGap(
      standardError: largest, clusters: clusters,
      auc: overall?.auc.flatMap { $0 > 0.5 && $0 < 1 ? $0 : nil }, name: pilot.name)
  }
}
