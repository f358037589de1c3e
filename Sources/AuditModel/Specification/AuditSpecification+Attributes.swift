import Vocabulary

extension AuditSpecification {
  /// Every attribute that the real table, its images' headers or the arms of the cohort give, in the order of
  /// ``Attribute/precedes(_:_:)``.
  package var attributes: [Attribute] {
    var found = real?.givenAttributes ?? []
    for entry in cohort?.attributes.entries ?? []
    where !found.contains(where: { $0.name == entry.attribute.name }) {
      found.append(entry.attribute)
    }
    return found.sorted { Attribute.precedes($0.name, $1.name) }
  }

  /// An attribute of this audit, or of this name where the audit has none.
  package func attribute(_ name: String) -> Attribute {
    attributes.first { $0.name == name } ?? .named(name)
  }

  /// Attributes that are grouped by edges hold numbers.
  mutating func settleKinds() {
    for (name, rule) in analysis.groups {
      guard case .edges = rule else { continue }
      for index in real?.attributes.indices ?? 0..<0
      where real?.attributes[index].attribute.name == name {
        real?.attributes[index].attribute.kind = .number
      }
      for index in real?.imageOptions.headers.indices ?? 0..<0
      where real?.imageOptions.headers[index].attribute.name == name {
        real?.imageOptions.headers[index].attribute.kind = .number
      }
      if let entry = cohort?.attributes.entries.first(where: { $0.attribute.name == name }) {
        var attribute = entry.attribute
        attribute.kind = .number
        cohort?.attributes.set(entry.values, of: attribute)
      }
    }
  }
}
