/// What a generator was validated for; anything else is outside its support.
package struct GeneratorSupport: Sendable, Equatable {
  /// An attribute's values, or why it is not supported.
  package enum Values: Sendable, Equatable {
    case values([String])
    /// Inclusive.
    case range(Double, Double)
    case unsupported(reason: String)
  }

  package var attributes: [String: Values]
  /// nil where the card does not say.
  package var views: [String]?
  package var findings: [String]?

  package init(
    attributes: [String: Values], views: [String]? = nil, findings: [String]? = nil
  ) {
    self.attributes = attributes
    self.views = views
    self.findings = findings
  }

  /// Why the generator cannot be relied on for a value of an attribute, or nil where it can.
  ///
  /// Spellings do not count; an attribute that the card does not name is unknown.
  package func limitation(ofAttribute name: String, value: String) -> String? {
    switch attributes[name] {
    case nil: return "its model card does not say whether \(name) is expressed"
    case .unsupported(let reason): return reason
    case .values(let values):
      let attribute = Attribute.named(name)
      return values.contains { attribute.isSame($0, value) }
        ? nil : "its model card names only \(values.joined(separator: ", ")) for \(name)"
    case .range(let low, let high):
      guard let number = Attribute.number(value) else {
        return "'\(value)' is not a number for \(name)"
      }
      return (low...max(low, high)).contains(number)
        ? nil
        : "its model card covers \(name) \(Attribute.text(low)) to \(Attribute.text(high))"
    }
  }

  /// Why the generator cannot be relied on for a finding, or nil where it can.
  package func limitation(ofFinding name: String) -> String? {
    guard let findings, !findings.contains(where: { $0.lowercased() == name.lowercased() }) else {
      return nil
    }
    return "its model card names only \(findings.joined(separator: ", "))"
  }

  /// An attribute's value as the card spells it, else as a person writes it.
  package func spelling(of value: String, attribute name: String) -> String {
    let attribute = Attribute.named(name)
    if case .values(let values)? = attributes[name],
      let own = values.first(where: { attribute.isSame($0, value) })
    {
      return own
    }
    return attribute.written(value)
  }
}
