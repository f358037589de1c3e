/// A place in a text file, both counted from 1; columns count bytes.
package struct SourcePosition: Sendable, Hashable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Of values that no file holds: the program built them.
  package static let built = SourcePosition(line: 0, column: 0)
}

/// A JSON value, read from a file or built to be written, together with the place where it begins.
package struct JSONValue: Sendable, Equatable {
  package indirect enum Content: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// The digits as written, so that 64-bit seeds keep every bit.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order of the file; names are distinct.
    case object([JSONMember])
  }

  package var content: Content
  package var position: SourcePosition

  package init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
  }

  /// What the value is, for a sentence such as `found a list`.
  package var kindInWords: String {
    switch content {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): "the number \(text)"
    case .string(let text): "the text \"\(text.shortened(to: 40))\""
    case .array(let elements): elements.isEmpty ? "an empty list" : "a list"
    case .object: "an object {…}"
    }
  }
}

/// One `name: value` of a JSON5 object.
package struct JSONMember: Sendable, Equatable {
  package var name: String
  package var position: SourcePosition
  package var value: JSONValue

  package init(name: String, position: SourcePosition, value: JSONValue) {
    self.name = name
    self.position = position
    self.value = value
  }
}

extension String {
  /// At most `count` characters on one line, with an ellipsis where something was cut.
  package func shortened(to count: Int) -> String {
    let visible = String(map { $0.isNewline || $0 == "\t" ? " " : $0 })
    return visible.count <= count ? visible : visible.prefix(count) + "…"
  }
}
