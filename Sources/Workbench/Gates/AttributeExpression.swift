import AuditModel
import Foundation
import Statistics
import Vocabulary

/// How well one predictor finds the prompted value of one attribute in the images of a cohort.
///
/// Threat G1: a generator that does not express an attribute makes arms that differ in nothing, and
/// gaps between them mean nothing.
package struct AttributeExpression {
  /// One image that the predictor answered.
  package struct Image {
    package var cluster: Int32
    /// As prompted.
    package var prompted: String
    /// In the order of ``AttributeExpression/predictions``.
    package var scores: [Double]

    package init(cluster: Int32, prompted: String, scores: [Double]) {
      self.cluster = cluster
      self.prompted = prompted
      self.scores = scores
    }
  }
  let predictor: String
  let attribute: Attribute
  /// The outputs of the predictor for this attribute.
  let predictions: [AttributePrediction]
  let images: [Image]
  let clusterCount: Int

  /// - Parameters:
  ///   - predictions: The outputs of the predictor for this attribute.
  ///   - images: Those that it answered, clusters in `0..<clusterCount`.
  package init(
    predictor: String, attribute: Attribute, predictions: [AttributePrediction], images: [Image],
    clusterCount: Int
  ) {
    self.predictor = predictor
    self.attribute = attribute
    self.predictions = predictions
    self.images = images
    self.clusterCount = clusterCount
  }

  /// Least value whose lower limit passes. The agreement and rank correlation that the embedded
  /// generator's own card is held to; macro-averaged AUC 0.8 for more than two values.
  package static func bar(of attribute: Attribute) -> Double {
    attribute.kind == .number ? 0.4 : 0.8
  }

  /// The value that the predictor reads from an image.
  func predicted(_ image: Image) -> String? {
    let named = predictions.compactMap { prediction -> String? in
      if case .value(_, let value) = prediction { value } else { nil }
    }
    guard named.count == predictions.count, !named.isEmpty else { return nil }
    if named.count == 1 {
      // With two values in the cohort, a low score for one of them is the other.
      let others = Set(images.map(\.prompted)).subtracting(named)
      return image.scores[0] >= 0.5 ? named[0] : others.count == 1 ? others.first : nil
    }
    let best = image.scores.indices.max { image.scores[$0] < image.scores[$1] }
    return best.map { named[$0] }
  }

  /// Judged by a 95 % interval clustered by base case: it passes where it is shown to reach the bar, and fails
  /// where it is shown not to.
  package func gate() -> GateResult {
    let name = "\(attribute.name.capitalized) expressed"
    let bar = Self.bar(of: attribute)
    let rule = "lower limit of \(measureName) ≥ \(bar); fails where the upper one is below"
    guard let measured = measure() else {
      return GateResult(
        .expression, name: name, status: .notRun, rule: rule,
        sentence: "\(predictor) gave no usable prediction of \(attribute.name) for this cohort.")
    }
    let status: GateResult.Status =
      measured.lower >= bar ? .pass : measured.upper < bar ? .fail : .warn
    let consequence =
      switch status {
      case .pass: ""
      case .warn:
        " Neither that this is enough nor that it is not is shown: read gaps by \(attribute.name) with "
          + "care."
      case .fail: " Gaps by \(attribute.name) are not evaluable on this cohort."
      case .notRun: ""
      }
    var gate = GateResult(
      .expression, name: name, status: status, value: measured.estimate, rule: rule,
      sentence: "Measured on this cohort by \(predictor): \(measureName) of "
        + "\(Self.short(measured.estimate)) (95 % interval \(Self.short(measured.lower)) to "
        + "\(Self.short(measured.upper)), \(images.count) images of "
        + "\(Set(images.map(\.cluster)).count) base cases)\(byValue)." + consequence)
    gate.attribute = attribute.name
    gate.lower = measured.lower
    gate.upper = measured.upper
    return gate
  }

  private var distinctValues: [String] { Set(images.map(\.prompted)).sorted() }

  private var measureName: String {
    attribute.kind == .number
      ? "rank correlation of prompted and predicted \(attribute.name)"
      : distinctValues.count > 2 && predictions.count > 1
        ? "macro-averaged AUC of predicted \(attribute.name)"
        : "agreement of predicted and prompted \(attribute.name)"
  }

  /// Shares or mean errors by prompted value: a good average can hide a value that is never drawn.
  private var byValue: String {
    let parts = distinctValues.map { value in
      let chosen = images.filter { $0.prompted == value }
      if attribute.kind == .number {
        let predicted = chosen.reduce(0) { $0 + $1.scores[0] } / Double(max(1, chosen.count))
        let unit = attribute.unit.map { " " + $0 } ?? ""
        return "prompted \(value): mean \(Self.short(predicted))\(unit)"
      }
      let right = chosen.count { predicted($0) == value }
      return "\(value) \(right) of \(chosen.count)"
    }
    return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
  }

  private func measure() -> (estimate: Double, lower: Double, upper: Double)? {
    let statistic: ([Int]) -> Double?
    if attribute.kind == .number {
      let prompted = images.map { Double($0.prompted) ?? .nan }
      let read = images.map { $0.scores[0] }
      statistic = { rows in rankCorrelation(rows.map { prompted[$0] }, rows.map { read[$0] }) }
    } else if distinctValues.count > 2, predictions.count > 1 {
      statistic = macroAUC
    } else {
      let right = images.map { predicted($0) == $0.prompted ? 1.0 : 0.0 }
      statistic = { rows in
        rows.isEmpty ? nil : rows.reduce(0) { $0 + right[$1] } / Double(rows.count)
      }
    }
    guard distinctValues.count > 1, let estimate = statistic(Array(images.indices)),
      let interval = clusterBootstrapInterval(
        clusters: images.map(\.cluster), clusterCount: clusterCount, level: 0.95, seed: 1,
        path: ["gate", ValidityGate.expression.id, predictor, attribute.name], statistic: statistic)
    else { return nil }
    return (estimate, interval.lower, interval.upper)
  }

  /// Mean over the predictor's values of the one-against-the-rest AUC.
  private func macroAUC(_ rows: [Int]) -> Double? {
    var sum = 0.0
    for (column, prediction) in predictions.enumerated() {
      guard case .value(_, let value) = prediction else { return nil }
      guard
        let auc = areaUnderROC(
          scores: rows.map { images[$0].scores[column] },
          labels: rows.map { images[$0].prompted == value })
      else { return nil }
      sum += auc
    }
    return sum / Double(predictions.count)
  }

  private static func short(_ value: Double) -> String { WrittenNumber.fixed(value, 2) }
}
