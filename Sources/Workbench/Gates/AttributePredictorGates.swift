import AuditModel
import AuditStore
import Cohorts
import Foundation
import Statistics
import Vocabulary

/// Gates G1 and G2 from the spec's attribute predictors, and what they make not evaluable.
struct AttributePredictorGates {
  struct Outcome: Sendable, Equatable {
    var gates: [GateResult] = []
    /// Attribute to the reason why gaps by it mean nothing on this cohort.
    var limitations: [String: String] = [:]
  }
  let store: AuditStore
  let specification: AuditSpecification

  /// Everything the gates depend on, to hash: predictors and their answers, by image.
  func digestText() throws -> String {
    guard let cohort = specification.cohort else { return "" }
    let outputs = AttributePrediction.all(of: cohort.attributes)
    var lines: [String] = []
    for predictor in specification.attributePredictors {
      for output in outputs {
        let scores = try store.scores(
          classifier: predictor.name, finding: output.outputName, cohort: .synthetic)
        lines.append("\(predictor.name) \(output.outputName)")
        lines += scores.sorted { $0.key < $1.key }.map { id, value in
          "\(id) \(value.map { "\($0)" } ?? "")"
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  func run() throws -> Outcome {
    var outcome = Outcome()
    guard let cohort = specification.cohort else { return outcome }
    let outputs = AttributePrediction.all(of: cohort.attributes)
    for attribute in cohort.attributes.entries.map(\.attribute) {
      let relevant = outputs.filter { $0.attribute == attribute.name }
      let expressions = try specification.attributePredictors.compactMap {
        try expression(of: attribute, outputs: relevant, by: $0.name)
      }
      let gates = expressions.map { $0.gate() }
      outcome.gates += gates
      if let failed = gates.first(where: { $0.status == .fail }) {
        outcome.limitations[attribute.name] = failed.sentence
      }
      if expressions.count > 1 { outcome.gates.append(Self.agreement(expressions)) }
    }
    return outcome
  }

  /// nil where the predictor does not answer the attribute.
  private func expression(
    of attribute: Attribute, outputs: [AttributePrediction], by predictor: String
  ) throws -> AttributeExpression? {
    var answered: [AttributePrediction] = []
    var columns: [[Int64: Double?]] = []
    for output in outputs {
      let scores = try store.scores(
        classifier: predictor, finding: output.outputName, cohort: .synthetic)
      // A command answers every output it is asked for; null throughout means "not mine".
      guard scores.values.contains(where: { $0 != nil }) else { continue }
      answered.append(output)
      columns.append(scores)
    }
    guard !answered.isEmpty else { return nil }
    var numbers: [String: Int32] = [:]
    var images: [AttributeExpression.Image] = []
    for item in try store.cases(of: .synthetic) where item.placebo == nil {
      let prompted = item.attributes[attribute.name]
      let scores = columns.compactMap { column in column[item.id].flatMap { $0 } }
      guard let prompted, scores.count == answered.count else { continue }
      let number = numbers[item.cluster] ?? Int32(numbers.count)
      numbers[item.cluster] = number
      images.append(
        AttributeExpression.Image(cluster: number, prompted: prompted, scores: scores))
    }
    return AttributeExpression(
      predictor: predictor, attribute: attribute, predictions: answered, images: images,
      clusterCount: numbers.count)
  }

  /// Two predictors that agree are less likely to share one blind spot; whether they were trained on
  /// other data than the generator is for their owner to say.
  static func agreement(_ expressions: [AttributeExpression]) -> GateResult {
    let attribute = expressions[0].attribute
    let isNumber = attribute.kind == .number
    var sentences: [String] = []
    var least = 1.0
    for (index, first) in expressions.enumerated() {
      for second in expressions[(index + 1)...] {
        guard first.images.count == second.images.count else { continue }
        let value: Double? =
          isNumber
          ? rankCorrelation(first.images.map { $0.scores[0] }, second.images.map { $0.scores[0] })
          : Double(
            zip(first.images, second.images).count { first.predicted($0) == second.predicted($1) })
            / Double(max(1, first.images.count))
        guard let value else { continue }
        least = min(least, value)
        sentences.append(
          "\(first.predictor) and \(second.predictor) "
            + (isNumber ? "have a rank correlation of " : "agree on ")
            + (isNumber
              ? WrittenNumber.fixed(value, 2)
              : "\(WrittenNumber.fixed(value * 100, 0)) % of images"))
      }
    }
    let bar = AttributeExpression.bar(of: attribute)
    return GateResult(
      .predictors, name: "Predictors of \(attribute.name) agree",
      status: sentences.isEmpty ? .notRun : least >= bar ? .pass : .warn,
      value: sentences.isEmpty ? nil : least, rule: "agreement of every two predictors ≥ \(bar)",
      sentence: sentences.isEmpty
        ? "The predictors answered different images, so they cannot be compared."
        : sentences.joined(separator: "; ") + ".")
  }
}
