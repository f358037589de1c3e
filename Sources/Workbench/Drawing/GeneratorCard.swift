import AuditModel
import Checkpoints
import ChexGen
import Cohorts
import Vocabulary

extension GeneratorCard {
  /// The card beside a model's weights; without one, ChexGen's captions and nothing declared.
  init(_ model: RadiographModel) {
    let card = model.card
    self.init(
      caption: card?.caption ?? .chexgen, support: card?.support,
      measurements: card.flatMap(Self.measurements),
      dataset: card?.training?["dataset"]?.string, resolution: model.resolution)
  }

  /// `<attribute>Agreement` and `<attribute>Spearman` by attribute, then the findings' AUCs.
  private static func measurements(of card: ModelCard) -> [Measurement]? {
    guard let measured = card.measured else { return nil }
    var measurements: [Measurement] = []
    let named = (card.support?.attributes.keys).map(Set.init) ?? []
    for name in named.union(card.caption.attributes).sorted(by: Attribute.precedes) {
      if let value = measured["\(name)Agreement"]?["value"]?.double {
        measurements.append(Measurement(.agreement(attribute: name), value: value))
      }
      if let value = measured["\(name)Spearman"]?["value"]?.double {
        measurements.append(Measurement(.rankCorrelation(attribute: name), value: value))
      }
    }
    for member in measured["findings"]?.members ?? [] {
      guard let value = member.value["auc"]?.double else { continue }
      measurements.append(Measurement(.finding(member.name), value: value))
    }
    return measurements.isEmpty ? nil : measurements
  }

  /// What was measured, with the bars that the gates apply; nil where nothing was.
  var summary: ModelCardSummary? {
    measurements.map { all in
      ModelCardSummary(
        measurements: all.map { item in
          switch item.subject {
          case .agreement(let name):
            ModelCardSummary.Measurement(
              gate: .expression, name: "\(name.capitalized) expressed",
              description: "an agreement of a \(name) predictor with the prompt", value: item.value,
              bar: AttributeExpression.bar(of: Attribute(name: name)))
          case .rankCorrelation(let name):
            ModelCardSummary.Measurement(
              gate: .expression, name: "\(name.capitalized) expressed",
              description: "a rank correlation of prompted and predicted \(name)",
              value: item.value,
              bar: AttributeExpression.bar(of: Attribute(name: name, kind: .number)))
          case .finding(let name):
            ModelCardSummary.Measurement(
              gate: .expression, name: "\(name) expressed", finding: name,
              description: "an AUC of an independent classifier between prompts with and without "
                + name, value: item.value, bar: 0.75)
          }
        })
    }
  }
}

extension RadiographGenerator {
  /// Why the generator cannot express values of an attribute, or nil where it can.
  func limitation(ofAttribute name: String, values: [String]) -> String? {
    card.limitation(ofAttribute: name, values: values)
  }

  /// Why the generator cannot express a finding, or nil where it can.
  func limitation(ofFinding finding: String) -> String? { card.limitation(ofFinding: finding) }

  /// The generator as the report introduces it.
  ///
  /// - Throws: ``AuditFailure`` where its weights cannot be hashed.
  var record: GeneratorRecord {
    get throws {
      var description =
        card.resolution.map { "\($0)-pixel radiographs by \(name)" }
        ?? "radiographs by \(name)"
      if let dataset = card.dataset { description += ", trained on \(dataset)" }
      var record = GeneratorRecord(
        name: name, hash: try hashes["dit"], description: description + ".")
      guard let support = card.support else {
        record.limits = ["The weights come without a model card, so what they express is unknown."]
        return record
      }
      for (attribute, rule) in support.attributes.sorted(by: { $0.key < $1.key }) {
        switch rule {
        case .values(let values):
          record.support.append("\(attribute): \(values.joined(separator: ", "))")
        case .range(let low, let high):
          record.support.append(
            "\(attribute): \(Attribute.text(low)) to \(Attribute.text(high))")
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
}
