import Vocabulary

/// The attribute values whose product makes the arms of a cohort.
package struct AttributeGrid: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  package struct Entry: Sendable, Equatable {
    package var attribute: Attribute
    /// As written into prompts; numbers as text, whole ones without a fraction.
    package var values: [String]

    package init(attribute: Attribute, values: [String]) {
      self.attribute = attribute
      self.values = values
    }
  }

  /// Attributes with values, in the order of ``Attribute/precedes(_:_:)``.
  package private(set) var entries: [Entry] = []

  package init() {}

  package init(dictionaryLiteral elements: (String, [String])...) {
    for (name, values) in elements { set(values, of: .named(name)) }
  }

  /// Values of an attribute; no values leave it out.
  package mutating func set(_ values: [String], of attribute: Attribute) {
    entries.removeAll { $0.attribute.name == attribute.name }
    guard !values.isEmpty else { return }
    let place = entries.firstIndex { Attribute.precedes(attribute.name, $0.attribute.name) }
    entries.insert(
      Entry(attribute: attribute, values: values), at: place ?? entries.endIndex)
  }

  /// The values of an attribute; none where the cohort does not draw it.
  package subscript(attribute: String) -> [String] {
    entries.first { $0.attribute.name == attribute }?.values ?? []
  }

  package var isEmpty: Bool { entries.isEmpty }
}

/// Where a table keeps an attribute.
package struct AttributeSource: Sendable, Equatable {
  package var attribute: Attribute
  package var column: String

  package init(_ attribute: Attribute, column: String) {
    self.attribute = attribute
    self.column = column
  }
}
