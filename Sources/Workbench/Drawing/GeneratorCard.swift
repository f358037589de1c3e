import AuditModel
import Checkpoints
import ChexGen
import Foundation
import Vocabulary

extension ChexGenGenerator {
  /// What the model card measured, with the bars that the gates apply; nil without a card.
  var cardSummary: ModelCardSummary? {
    guard let measured = card?.measured else { return nil }
    var measurements: [ModelCardSummary.Measurement] = []
    if let value = measured["sexAgreement"]?["value"]?.double {
      measurements.append(
        ModelCardSummary.Measurement(
          gate: .expression, name: "Sex expressed",
          description: "an agreement of a sex predictor with the prompt", value: value, bar: 0.8))
    }
    if let value = measured["ageSpearman"]?["value"]?.double {
      measurements.append(
        ModelCardSummary.Measurement(
          gate: .expression, name: "Age expressed",
          description: "a rank correlation of prompted and predicted age", value: value, bar: 0.4))
    }
    for member in measured["findings"]?.members ?? [] {
      guard let value = member.value["auc"]?.double else { continue }
      measurements.append(
        ModelCardSummary.Measurement(
          gate: .expression, name: "\(member.name) expressed", finding: member.name,
          description: "an AUC of an independent classifier between prompts with and without "
            + member.name, value: value, bar: 0.75))
    }
    return measurements.isEmpty ? nil : ModelCardSummary(measurements: measurements)
  }

  /// The generator as the report introduces it.
  var record: GeneratorRecord {
    var description = "\(resolution)-pixel radiographs by \(name)"
    if let training = card?.training?["dataset"]?.string {
      description += ", trained on \(training)"
    }
    var record = GeneratorRecord(
      name: name, hash: hashes["dit"], description: description + ".")
    guard let support = card?.support else {
      record.limits = ["The weights come without a model card, so what they express is unknown."]
      return record
    }
    for (attribute, rule) in support.attributes.sorted(by: { $0.key < $1.key }) {
      switch rule {
      case .values(let values):
        record.support.append("\(attribute): \(values.joined(separator: ", "))")
      case .range(let low, let high):
        record.support.append("\(attribute): \(Int(low)) to \(Int(high))")
      case .unsupported(let reason): record.limits.append("\(attribute): \(reason)")
      }
    }
    if let findings = support.findings {
      record.support.append("findings: \(findings.joined(separator: ", "))")
    }
    if let views = support.views {
      record.support.append("views: \(views.joined(separator: ", "))")
    }
    return record
  }
}
