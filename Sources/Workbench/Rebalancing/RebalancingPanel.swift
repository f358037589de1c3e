import AuditModel
import AuditStore
import Cohorts
import Foundation
import Rebalancing
import Vocabulary

/// What the spec's reference panel and attribute predictors say about drawn images.
struct RebalancingPanel {
  let workspace: AuditWorkspace
  let context: RunContext
  let cohort: CohortSpecification
  /// Attributes whose predictors fail on the audit's own cohort and would reject at random.
  let distrusted: Set<String>

  /// A predicted number this far from the prompted one is of another group, whatever the bins: 25
  /// years, or a quarter of what the cohort draws where the unit is another.
  private func tolerance(of attribute: Attribute) -> Double {
    if attribute.unit == "years" { return 25 }
    let values = cohort.attributes[attribute.name].compactMap(Attribute.number)
    return max(0, (values.max() ?? 0) - (values.min() ?? 0)) / 4
  }

  private var specification: AuditSpecification { workspace.specification }

  /// Models that can look at an image; tables of scores cannot.
  private func readers(_ models: [ClassifierSpecification]) -> [ClassifierSpecification] {
    models.filter(\.readsImages)
  }

  private var outputs: [AttributePrediction] {
    AttributePrediction.all(of: cohort.attributes).filter { !distrusted.contains($0.attribute) }
  }

  /// The checks that run, a sentence each.
  var rules: [String] {
    var rules: [String] = []
    let panel = readers(specification.referencePanel).map(\.name)
    if !panel.isEmpty {
      rules.append(
        "Finding: rejected where every member of the reference panel (\(panel.joined(separator: ", "))) "
          + "contradicts the prompted label at the finding's threshold, 0.5 where the plan fixes none."
      )
    }
    let predictors = readers(specification.attributePredictors).map(\.name)
    let attributes = Set(outputs.map(\.attribute)).sorted()
    if !predictors.isEmpty, !attributes.isEmpty {
      rules.append(
        "Attributes (\(attributes.joined(separator: ", "))): rejected where every predictor "
          + "(\(predictors.joined(separator: ", "))) reads another value"
          + cohort.attributes.entries.filter {
            $0.attribute.kind == .number && attributes.contains($0.attribute.name)
          }.map {
            ", or an \($0.attribute.name) more than \(Attribute.text(tolerance(of: $0.attribute)))"
              + ($0.attribute.unit.map { " \($0)" } ?? "") + " away"
          }.joined() + ".")
    }
    for attribute in distrusted.sorted() where !predictors.isEmpty {
      rules.append(
        "Not checked: \(attribute), which the predictors do not find in the audit's own cohort "
          + "(gate \(ValidityGate.expression.id)).")
    }
    return rules
  }

  /// Asks every model about the images it has not answered.
  func score() throws {
    let scoring = ScoreStage(workspace: workspace, context: context)
    let findings = cohort.findings.map(\.name)
    let questions =
      readers(specification.referencePanel).map { ($0, findings) }
      + readers(specification.attributePredictors).map { ($0, outputs.map(\.outputName)) }
    for (model, asked) in questions where !asked.isEmpty {
      let classifier = try scoring.open(model, findings: asked)
      let answered = asked.filter(classifier.findings.contains)
      guard !answered.isEmpty else { continue }
      try scoring.score(.rebalancing, by: classifier, origin: model.kind.origin, findings: answered)
    }
  }

  /// Case to opinion, for the images that were scored.
  func opinions(on cases: [StoredCase]) throws -> [Int64: PanelOpinion] {
    var opinions: [Int64: PanelOpinion] = [:]
    for model in readers(specification.referencePanel) {
      for finding in cohort.findings.map(\.name) {
        let scores = try workspace.store.scores(
          classifier: model.name, finding: finding, cohort: .rebalancing)
        let threshold = threshold(of: finding)
        for item in cases where item.finding == finding {
          guard let score = scores[item.id].flatMap({ $0 }) else { continue }
          opinions[item.id, default: PanelOpinion()].finding.append(
            (score >= threshold) == item.labels[finding])
        }
      }
    }
    for model in readers(specification.attributePredictors) {
      for attribute in cohort.attributes.entries.map(\.attribute) {
        try add(attribute, by: model.name, cases: cases, to: &opinions)
      }
    }
    return opinions
  }

  private func add(
    _ attribute: Attribute, by predictor: String, cases: [StoredCase],
    to opinions: inout [Int64: PanelOpinion]
  ) throws {
    var predictions: [AttributePrediction] = []
    var columns: [[Int64: Double?]] = []
    for output in outputs where output.attribute == attribute.name {
      let scores = try workspace.store.scores(
        classifier: predictor, finding: output.outputName, cohort: .rebalancing)
      guard scores.values.contains(where: { $0 != nil }) else { continue }
      predictions.append(output)
      columns.append(scores)
    }
    guard !predictions.isEmpty else { return }
    // With two values in the cohort, a low score for one of them is the other.
    let values = cohort.attributes[attribute.name]
    let expression = AttributeExpression(
      predictor: predictor, attribute: attribute, predictions: predictions,
      images: values.map { AttributeExpression.Image(cluster: 0, prompted: $0, scores: []) },
      clusterCount: 0)
    for item in cases {
      let scores = columns.compactMap { column in column[item.id].flatMap { $0 } }
      guard scores.count == predictions.count else { continue }
      guard let prompted = item.attributes[attribute.name] else { continue }
      let agrees: Bool?
      if attribute.kind == .number {
        agrees = Attribute.number(prompted).map { abs($0 - scores[0]) <= tolerance(of: attribute) }
      } else {
        agrees = expression.predicted(
          AttributeExpression.Image(cluster: 0, prompted: prompted, scores: scores)
        ).map { attribute.isSame($0, prompted) }
      }
      guard let agrees else { continue }
      opinions[item.id, default: PanelOpinion()].attributes[attribute.name, default: []]
        .append(agrees)
    }
  }

  private func threshold(of finding: String) -> Double {
    if case .value(let value)? = specification.analysis.thresholds[finding] { value } else { 0.5 }
  }
}
