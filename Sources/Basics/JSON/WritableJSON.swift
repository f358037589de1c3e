/// A JSON value for writing: strict JSON, members in the order given or sorted.
package indirect enum WritableJSON: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// 64-bit seeds above `Int64.max`.
  case unsigned(UInt64)
  /// Written with the shortest digits that read back equal; not finite becomes `null`.
  case number(Double)
  case string(String)
  case array([WritableJSON])
  case object([(name: String, value: WritableJSON)])

  package static func == (left: WritableJSON, right: WritableJSON) -> Bool {
    left.canonicalText == right.canonicalText
  }

  /// An object from a dictionary, names in ascending order.
  package static func object(_ members: [String: WritableJSON]) -> WritableJSON {
    .object(members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
  }

  /// One line without spaces, members sorted by name: equal values give equal bytes.
  package var canonicalText: String {
    var text = ""
    write(to: &text, indentation: nil, sorted: true)
    return text
  }

  /// Indented by two spaces, members in the order given, without a final line end.
  package var prettyText: String {
    var text = ""
    write(to: &text, indentation: 0, sorted: false)
    return text
  }

  private func write(to text: inout String, indentation: Int?, sorted: Bool) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .unsigned(let value): text += String(value)
    case .number(let value): text += Self.digits(of: value)
    case .string(let value): Self.write(value, to: &text)
    case .array(let elements):
      Self.writeList("[", "]", elements, to: &text, indentation: indentation) {
        element, text, inner in
        element.write(to: &text, indentation: inner, sorted: sorted)
      }
    case .object(let members):
      let ordered = sorted ? members.sorted { $0.name < $1.name } : members
      Self.writeList("{", "}", ordered, to: &text, indentation: indentation) {
        member, text, inner in
        Self.write(member.name, to: &text)
        text += inner == nil ? ":" : ": "
        member.value.write(to: &text, indentation: inner, sorted: sorted)
      }
    }
  }

  private static func writeList<Element>(
    _ opening: String, _ closing: String, _ elements: [Element], to text: inout String,
    indentation: Int?, writeElement: (Element, inout String, Int?) -> Void
  ) {
    text += opening
    let inner = indentation.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      writeElement(element, &text, inner)
    }
    if let indentation, !elements.isEmpty {
      text += "\n" + String(repeating: " ", count: indentation)
    }
    text += closing
  }

  /// Whole numbers without a fraction, so that `1` and `1.0` in a spec are the same value.
  private static func digits(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
    return "\(value)"
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
        let code = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
