/// The values of a tree as the types that a reader asks for; nil for another kind.
extension JSONValue {
  /// No members.
  package static let emptyObject = JSONValue(.object([]), at: SourcePosition(line: 1, column: 1))

  package subscript(name: String) -> JSONValue? {
    members?.first { $0.name == name }?.value
  }

  package subscript(index: Int) -> JSONValue? {
    guard let elements, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var isNull: Bool { content == .null }

  package var members: [JSONMember]? {
    if case .object(let members) = content { members } else { nil }
  }

  package var elements: [JSONValue]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  package var string: String? {
    if case .string(let text) = content { text } else { nil }
  }

  package var bool: Bool? {
    if case .boolean(let value) = content { value } else { nil }
  }

  /// A whole number, also when written as `3.0`.
  package var int: Int? {
    guard case .number(let text) = content else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  package var double: Double? {
    if case .number(let text) = content { Double(text) } else { nil }
  }

  /// All elements as whole numbers.
  package var ints: [Int]? {
    guard let elements else { return nil }
    let values = elements.compactMap(\.int)
    return values.count == elements.count ? values : nil
  }
}
