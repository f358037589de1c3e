/// A place in a text file, both counted from 1; columns count bytes.
package struct SourcePosition: Sendable, Hashable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A value of a JSON5 file together with the place where it begins.
package struct JSON5Value: Sendable, Equatable {
  package indirect enum Content: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// The digits as written, so that 64-bit seeds keep every bit.
    case number(String)
    case string(String)
    case array([JSON5Value])
    /// In the order of the file; names are distinct.
    case object([JSON5Member])
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
package struct JSON5Member: Sendable, Equatable {
  package var name: String
  package var position: SourcePosition
  package var value: JSON5Value

  package init(name: String, position: SourcePosition, value: JSON5Value) {
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
