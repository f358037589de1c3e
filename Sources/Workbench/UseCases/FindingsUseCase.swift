import AuditModel
import Basics
import ChexGen
import Vocabulary

/// What a generator can draw, as its model card declares it.
package struct GeneratorDeclaration: Sendable, Equatable, Codable {
  package var generator: String
  /// nil: the card does not say.
  package var findings: [String]?
  /// Attribute to its values, its range, or why it is not supported.
  package var attributes: [String: String]
  package var views: [String]?
  /// How a caption is written.
  package var caption: String
}

/// Reads a generator's card without loading its weights.
package struct FindingsUseCase {
  package init() {}

  /// - Parameter specification: A spec whose generator is meant; nil: the embedded one.
  /// - Throws: ``AuditFailure`` where the weights are missing or come without a card.
  package func run(specification path: String?) throws -> GeneratorDeclaration {
    var generator = GeneratorSpecification()
    var resolve: (String) -> String = { $0 }
    if let path {
      let specification = try loadSpecification(at: path)
      guard let cohort = specification.cohort else {
        throw AuditFailure(
          "\(path): the spec draws no cohort, so it has no generator",
          hint: "leave the spec out to see what the embedded generator draws")
      }
      generator = cohort.generator
      resolve = specification.resolve
    }
    guard let card = try ModelCard.read(of: generator, resolve: resolve) else {
      throw AuditFailure(
        "the generator's weights come without a model card, so what they draw is not declared",
        hint: "write one as model.json beside the weights")
    }
    return declaration(card)
  }

  private func declaration(_ card: ModelCard) -> GeneratorDeclaration {
    var attributes: [String: String] = [:]
    for name in card.caption.attributes {
      attributes[name] = card.support?.attributes[name].map(words) ?? "not declared"
    }
    for (name, values) in card.support?.attributes ?? [:] where attributes[name] == nil {
      attributes[name] = words(values)
    }
    var example = AttributeValues()
    for name in card.caption.attributes {
      example[name] = card.support?.attributes[name].flatMap(self.example)
    }
    return GeneratorDeclaration(
      generator: "\(card.name) \(card.version)", findings: card.support?.findings,
      attributes: attributes, views: card.support?.views,
      caption: card.caption.prefix(example) + (card.support?.findings?.first ?? "…") + ".")
  }

  private func words(_ values: GeneratorSupport.Values) -> String {
    switch values {
    case .values(let values): values.joined(separator: ", ")
    case .range(let low, let high):
      "\(Vocabulary.Attribute.text(low)) to \(Vocabulary.Attribute.text(high))"
    case .unsupported(let reason): "not supported: \(reason)"
    }
  }

  private func example(_ values: GeneratorSupport.Values) -> String? {
    switch values {
    case .values(let values): values.first
    case .range(let low, let high): Vocabulary.Attribute.text(((low + high) / 2).rounded())
    case .unsupported: nil
    }
  }
}
