/// The values or groups that one case, arm or cell has, by attribute.
///
/// Always in the order of ``Attribute/precedes(_:_:)``, so that equal values are equal however they
/// were put together.
package struct AttributeValues: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Entry: Sendable, Hashable {
    package var attribute: String
    package var value: String

    package init(attribute: String, value: String) {
      self.attribute = attribute
      self.value = value
    }
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  package init(dictionaryLiteral elements: (String, String)...) {
    for (attribute, value) in elements { self[attribute] = value }
  }

  /// The value of an attribute; nil where it has none.
  package subscript(attribute: String) -> String? {
    get { entries.first { $0.attribute == attribute }?.value }
    set {
      if let place = entries.firstIndex(where: { $0.attribute == attribute }) {
        if let newValue { entries[place].value = newValue } else { entries.remove(at: place) }
      } else if let newValue {
        let place =
          entries.firstIndex { Attribute.precedes(attribute, $0.attribute) } ?? entries.endIndex
        entries.insert(Entry(attribute: attribute, value: newValue), at: place)
      }
    }
  }

  package var isEmpty: Bool { entries.isEmpty }
  /// Names of the attributes that have a value.
  package var attributes: [String] { entries.map(\.attribute) }
  package var values: [String] { entries.map(\.value) }
}

extension Attribute {
  /// Known attributes first, whether they are among `names` or not, then the others of `names`: the
  /// columns of a table of cases.
  package static func columns<Names: Sequence>(with names: Names) -> [String]
  where Names.Element == String {
    let others = Set(names).subtracting(known.map(\.name))
    return known.map(\.name) + others.sorted()
  }
}
