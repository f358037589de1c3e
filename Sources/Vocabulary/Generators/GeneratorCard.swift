import Basics

/// What a generator's makers declare: which attributes it draws, how they are written into captions,
/// what was measured.
package struct GeneratorCard: Sendable, Equatable {
  /// A number that the makers measured about one attribute or finding.
  package struct Measurement: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
      /// Agreement of an attribute predictor with the prompt.
      case agreement(attribute: String)
      /// Rank correlation of prompted and predicted numbers.
      case rankCorrelation(attribute: String)
      /// AUC of an independent classifier between prompts with and without a finding.
      case finding(String)
    }
    package var subject: Subject
    package var value: Double

    package init(_ subject: Subject, value: Double) {
      self.subject = subject
      self.value = value
    }
  }

  package var caption: AttributeCaption
  /// nil where the weights come without a card, so that what they express is unknown.
  package var support: GeneratorSupport?
  /// nil where nothing was measured.
  package var measurements: [Measurement]?
  /// What it was trained on.
  package var dataset: String?
  /// Pixels per side.
  package var resolution: Int?

  package init(
    caption: AttributeCaption, support: GeneratorSupport? = nil,
    measurements: [Measurement]? = nil, dataset: String? = nil, resolution: Int? = nil
  ) {
    self.caption = caption
    self.support = support
    self.measurements = measurements
    self.dataset = dataset
    self.resolution = resolution
  }

  /// Why the generator cannot be relied on for values of an attribute, or nil where it can.
  package func limitation(ofAttribute name: String, values: [String]) -> String? {
    if let support, support.attributes[name] != nil || caption.attributes.contains(name) {
      return values.compactMap { support.limitation(ofAttribute: name, value: $0) }.first
    }
    return caption.attributes.contains(name) ? nil : "it does not draw \(name)"
  }

  /// Why the generator cannot be relied on for a finding, or nil where it can.
  package func limitation(ofFinding finding: String) -> String? {
    support?.limitation(ofFinding: finding)
  }

  /// Values as the generator knows them: tables write `F` or `female`, it was trained on `Female`.
  package func prompted(_ values: AttributeValues) -> AttributeValues {
    let support = support ?? GeneratorSupport(attributes: [:])
    var prompted = AttributeValues()
    for entry in values.entries {
      prompted[entry.attribute] = support.spelling(of: entry.value, attribute: entry.attribute)
    }
    return prompted
  }

  /// Refuses attributes that no caption can name: their arms would differ in nothing.
  ///
  /// - Throws: ``AuditFailure`` with the nearest name.
  package func check(drawn names: [String], by generator: String) throws {
    guard let name = names.first(where: { !caption.attributes.contains($0) }) else { return }
    let known = caption.attributes
    throw AuditFailure(
      "cohort.attributes.\(name.shortened(to: 40)): the generator '\(generator)' draws no "
        + "'\(name.shortened(to: 40))'",
      hint: nearestName(to: name, in: known).map { "did you mean '\($0)'?" }
        ?? (known.isEmpty
          ? "it draws no attributes at all" : "its captions name \(known.joined(separator: ", "))"))
  }
}
