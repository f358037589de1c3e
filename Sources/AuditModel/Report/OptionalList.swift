/// A list whose key may be absent from a JSON object; absent is read as empty.
@propertyWrapper
package struct OptionalList<Element: Sendable & Equatable & Codable>: Sendable, Equatable {
  package var wrappedValue: [Element]
  private let isWrittenEmpty: Bool

  /// - Parameter isWrittenEmpty: Whether an empty list is written as `[]`; otherwise its key is left out.
  package init(wrappedValue: [Element] = [], isWrittenEmpty: Bool = true) {
    self.wrappedValue = wrappedValue
    self.isWrittenEmpty = isWrittenEmpty
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.wrappedValue == right.wrappedValue
  }

  fileprivate var isWritten: Bool { isWrittenEmpty || !wrappedValue.isEmpty }
}

extension OptionalList: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(wrappedValue: try [Element](from: decoder))
  }

  package func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

// What synthesised conformances call for a property of this type.
extension KeyedDecodingContainer {
  package func decode<Element>(_ type: OptionalList<Element>.Type, forKey key: Key) throws
    -> OptionalList<Element>
  {
    // A report that is written again has the keys that it had.
    OptionalList(
      wrappedValue: try decodeIfPresent([Element].self, forKey: key) ?? [],
      isWrittenEmpty: contains(key))
  }
}

extension KeyedEncodingContainer {
  package mutating func encode<Element>(_ value: OptionalList<Element>, forKey key: Key) throws {
    if value.isWritten { try encode(value.wrappedValue, forKey: key) }
  }
}
