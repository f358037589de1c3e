import AuditModel
import Basics
import Checkpoints
import Vocabulary

/// What a generator's makers declare about it: `model.json` beside its weights.
///
/// `training` and `measured` are kept as they are, for the report; the rest is read.
package struct ModelCard: Sendable, Equatable {
  package var name: String
  package var version: String
  /// Pixels per side, where stated.
  package var resolution: Int?
  package var latentScale: Double?
  package var heads: Int?
  package var tokenCount: Int?
  /// Divides the coordinates of the position embedding.
  package var positionScale: Double?
  package var support: GeneratorSupport?
  /// How attributes are written before the impression; ChexGen's own way where the card says nothing.
  package var caption: AttributeCaption
  package var training: JSONValue?
  package var measured: JSONValue?
  package var defaultSampler: GeneratorSpecification.Sampler?
  package var defaultSteps: Int?
  package var defaultGuidance: Double?
  /// How near the arms of a base case stay to their anchor, as its makers tuned it.
  package var tunedStrength: CounterfactualStrength?
  /// Correlation of the AUCs of two arms, as its makers measured it with and without that strength.
  package var armCorrelation: (plain: Double, tuned: Double)? {
    let measured = document["tuned"]?["measured"]?["armCorrelation"]
    guard let plain = measured?["plain"]?.double, let tuned = measured?["tuned"]?.double,
      abs(plain) < 1, abs(tuned) < 1
    else { return nil }
    return (plain, tuned)
  }
  /// The whole document.
  package var document: JSONValue

  /// Reads `model.json`.
  ///
  /// - Throws: `AuditFailure` that names the file and the key of a wrong value; absent keys are
  ///   fine.
  package init(contentsOf path: String) throws {
    try self.init(document: JSON5Reader.value(ofFile: path), path: path)
  }

  init(document: JSONValue, path: String) throws {
    guard document.members != nil else {
      throw AuditFailure("\(path): a model card is a JSON object")
    }
    let reader = CardReader(path: path)
    self.document = document
    name = try reader.text(document, "name") ?? "unnamed"
    version =
      if let number = document["version"]?.int { String(number) } else {
        try reader.text(document, "version") ?? "unknown"
      }
    resolution = try reader.count(document, "resolution")
    latentScale = try reader.positive(document, "latentScale")
    let transformer = document["dit"] ?? .emptyObject
    heads = try reader.count(transformer, "heads")
    tokenCount = try reader.count(transformer, "tokenCount")
    positionScale = try reader.positive(transformer, "positionScale")
    support = try document["support"].map { try GeneratorSupport($0, reader: reader) }
    caption = try document["caption"].map { try AttributeCaption($0, path: path) } ?? .chexgen
    training = document["training"]
    measured = document["measured"]
    let defaults = document["defaults"] ?? .emptyObject
    if let name = try reader.text(defaults, "sampler") {
      guard let sampler = GeneratorSpecification.Sampler(rawValue: name) else {
        throw AuditFailure(
          "\(path): \"defaults.sampler\" is '\(name)'",
          hint: "write one of "
            + GeneratorSpecification.Sampler.allCases.map(\.rawValue).joined(separator: ", "))
      }
      defaultSampler = sampler
    }
    defaultSteps = try reader.count(defaults, "steps")
    defaultGuidance = try reader.positive(defaults, "guidance")
    tunedStrength = try (document["tuned"]?["strength"]).map { try reader.strength($0) }
  }
}

extension GeneratorSupport {
  init(_ document: JSONValue, reader: CardReader) throws {
    var attributes: [String: Values] = [:]
    for member in document["attributes"]?.members ?? [] {
      let value = member.value
      if let elements = value.elements {
        attributes[member.name] = .values(elements.compactMap(\.string))
      } else if let low = value["minimum"]?.double, let high = value["maximum"]?.double {
        attributes[member.name] = .range(low, high)
      } else if value["supported"]?.bool == false {
        attributes[member.name] = .unsupported(
          reason: value["reason"]?.string ?? "the model card says so without a reason")
      } else {
        throw AuditFailure(
          "\(reader.path): \"support.attributes.\(member.name)\" is neither a list of values, "
            + "nor a minimum and maximum, nor \"supported\": false")
      }
    }
    self.init(
      attributes: attributes, views: document["views"]?.elements?.compactMap(\.string),
      findings: document["findings"]?.elements?.compactMap(\.string))
  }
}

/// Takes values of a model card and says which key is wrong.
struct CardReader {
  let path: String

  func text(_ document: JSONValue, _ key: String) throws -> String? {
    guard let value = present(document, key) else { return nil }
    guard let text = value.string else { throw failure(key, "is not a text") }
    return text
  }

  func count(_ document: JSONValue, _ key: String) throws -> Int? {
    guard let value = present(document, key) else { return nil }
    guard let count = value.int, (1...1_000_000).contains(count) else {
      throw failure(key, "is not a whole number above zero")
    }
    return count
  }

  func positive(_ document: JSONValue, _ key: String) throws -> Double? {
    guard let value = present(document, key) else { return nil }
    guard let number = value.double, number.isFinite, number > 0 else {
      throw failure(key, "is not a number above zero")
    }
    return number
  }

  /// Written as in a spec; every part is optional.
  func strength(_ document: JSONValue) throws -> CounterfactualStrength {
    var strength = CounterfactualStrength()
    for member in document["trunk"]?.members ?? [] {
      guard let count = member.value.int, (0...1000).contains(count) else {
        throw failure("tuned.strength.trunk.\(member.name)", "is not a number of steps")
      }
      strength.trunk[member.name] = count
    }
    if let guidance = document["guidance"] {
      guard let attribute = try positive(guidance, "attribute") else {
        throw failure("tuned.strength.guidance.attribute", "is missing")
      }
      strength.guidance = CounterfactualStrength.Guidance(
        finding: try positive(guidance, "finding"), attribute: attribute)
    }
    strength.frozenFindingTokens = document["frozenFindingTokens"]?.bool ?? false
    return strength
  }

  private func present(_ document: JSONValue, _ key: String) -> JSONValue? {
    guard let value = document[key], !value.isNull else { return nil }
    return value
  }

  private func failure(_ key: String, _ reason: String) -> AuditFailure {
    AuditFailure("\(path): \"\(key)\" \(reason)")
  }
}

extension ModelCard {
  /// The card beside a generator's weights as it is on the disk, so that a report can carry it.
  ///
  /// - Parameter resolve: Makes a path of the specification absolute.
  /// - Returns: nil where the weights or the card are not here.
  /// - Throws: ``AuditFailure`` for a card that is here and cannot be read.
  package static func text(
    of generator: GeneratorSpecification, resolve: (String) -> String
  ) throws -> String? {
    // An audit is reported where its weights are gone, and without their card then.
    guard let files = try? GeneratorFiles(generator, resolve: resolve), let path = files.card else {
      return nil
    }
    return String(decoding: try readBytes(of: path, limit: 4 << 20), as: UTF8.self)
  }

  /// The card beside a generator's weights, without loading those.
  ///
  /// - Throws: `AuditFailure` where weights are missing or the card has a fault; nil without a card.
  package static func read(
    of generator: GeneratorSpecification, resolve: (String) -> String
  ) throws -> ModelCard? {
    try GeneratorFiles(generator, resolve: resolve).card.map { try ModelCard(contentsOf: $0) }
  }
}
